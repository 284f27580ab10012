import type { WireSession } from "../../connection/wire-session.js";
import type { Clock } from "../../web/clock.js";
import { Fifo } from "../fifo.js";
import { Fence } from "./fence.js";

/** A message waiting for its turn. */
export interface Outgoing {
  /** Bytes (or characters) counted against the tab's limit. */
  readonly bytes: number;
  /** True once the message has been dropped; it then leaves the queue without being sent. */
  readonly dropped: boolean;
  /**
   * Validates the message for this router, takes the next id and writes the message, all in one step: strict routers end a session whose
   * ids are not sequential.
   */
  send(session: WireSession): void;
}

/** Holds the outgoing messages of one tab, in order. Answers to invocations go first, because a caller waits for each of them. */
export class SendQueue {
  /** Blocks the requests, never the answers. */
  readonly fence: Fence;
  readonly #answers = new Fifo<Outgoing>();
  readonly #requests = new Fifo<Outgoing>();
  #bytes = 0;
  /** Number of queued requests that have been dropped. */
  #dropped = 0;

  /** `unblocked` is called when the fence is lifted. */
  constructor(clock: Clock, unblocked: () => void) {
    this.fence = new Fence(clock, unblocked);
  }

  /** Number of waiting bytes. */
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

  /** Removes and returns the next message; returns undefined if there is none or the fence blocks it. */
  take(): Outgoing | undefined {
    return this.#takeFrom(this.#answers) ?? (this.fence.stands ? undefined : this.#takeFrom(this.#requests));
  }

  /** Counts a dropped request, so that a blocked queue never holds more dropped requests than live ones. */
  noteDropped(): void {
    this.#dropped += 1;
    if (this.#dropped * 2 < this.#requests.length) return;
    this.#dropped = 0;
    this.#requests.keep((item) => {
      if (item.dropped) this.#bytes -= item.bytes;
      return !item.dropped;
    });
  }

  /** Drops the answers, whose invocations are lost with the connection, and removes the fence. The requests stay. */
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
