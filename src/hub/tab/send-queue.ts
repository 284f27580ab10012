import type { WireSession } from "../../connection/wire-session.js";
import type { Clock } from "../../web/clock.js";
import { Fifo } from "../fifo.js";
import { Fence } from "./fence.js";

/** A message that waits for its turn. */
export interface Outgoing {
  /** Bytes (or characters), counted against the tab. */
  readonly bytes: number;
  /** True once the message has been given up; it then leaves the queue without being sent. */
  readonly dropped: boolean;
  /**
   * Validates the message for this router, takes the id and writes, all in one step: strict routers end a session whose ids are
   * not sequential.
   */
  send(session: WireSession): void;
}

/** Holds the messages that one tab sends, in its order. Answers to invocations go first, since a caller waits for each. */
export class SendQueue {
  /** Stands before the requests, never before the answers. */
  readonly fence: Fence;
  readonly #answers = new Fifo<Outgoing>();
  readonly #requests = new Fifo<Outgoing>();
  #bytes = 0;
  /** Messages among the requests that have been given up. */
  #dropped = 0;

  /** `unblocked` is called when the fence is lifted. */
  constructor(clock: Clock, unblocked: () => void) {
    this.fence = new Fence(clock, unblocked);
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  request(item: Outgoing): void {
    this.#requests.push(item);
    this.#bytes += item.bytes;
  }

  answer(item: Outgoing): void {
    this.#answers.push(item);
    this.#bytes += item.bytes;
  }

  /** Takes the next message out; returns undefined if there is none or the fence stands before it. */
  take(): Outgoing | undefined {
    return this.#takeFrom(this.#answers) ?? (this.fence.stands ? undefined : this.#takeFrom(this.#requests));
  }

  /** Counts a request that has been given up, so that a blocked queue does not keep more dead requests than living ones. */
  noteDropped(): void {
    this.#dropped += 1;
    if (this.#dropped * 2 < this.#requests.length) return;
    this.#dropped = 0;
    this.#requests.keep((item) => {
      if (item.dropped) this.#bytes -= item.bytes;
      return !item.dropped;
    });
  }

  /** Drops the answers, whose invocations are lost with the connection, and takes the fence down. The requests stay. */
  sessionLost(): void {
    for (let item = this.#answers.shift(); item !== undefined; item = this.#answers.shift())
      this.#bytes -= item.bytes;
    this.fence.reset();
  }

  /** Sends all answers now, without waiting for their turn. */
  sendAnswers(session: WireSession): void {
    for (let item = this.#takeFrom(this.#answers); item !== undefined; item = this.#takeFrom(this.#answers))
      item.send(session);
  }

  clear(): void {
    this.sessionLost();
    this.#requests.clear();
    this.#bytes = 0;
    this.#dropped = 0;
  }

  #takeFrom(items: Fifo<Outgoing>): Outgoing | undefined {
    for (let item = items.shift(); item !== undefined; item = items.shift()) {
      this.#bytes -= item.bytes;
      if (!item.dropped) return item;
      this.#dropped = Math.max(0, this.#dropped - 1);
    }
    return undefined;
  }
}
