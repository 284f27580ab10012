import type { Clock } from "../../web/clock.js";
import { Fifo } from "../fifo.js";
import type { WireSession } from "../../connection/wire-session.js";

/** A message that waits for its turn. */
export interface Outgoing {
  /** Bytes (or characters), counted against the tab. */
  readonly bytes: number;
  /** Whether nobody wants it any more; it then leaves the queue without being sent. */
  readonly dropped: boolean;
  /** Judges the message for this router, takes the id and writes, all in one turn: strict routers want ids in sequence. */
  send(session: WireSession): void;
}

/**
 * Every n-th publication of a tab is acknowledged and waited for: what is in the socket cannot be overtaken, so only what
 * is still here leaves room for the other tabs.
 */
const FENCE_EVERY = 200;
/** Milliseconds after which a fence is lifted although the router did not answer. */
const FENCE_DEADLINE = 10_000;

/** What one tab wants to send, in its order. Answers to invocations go first: a caller waits for them. */
export class SendQueue {
  readonly #answers = new Fifo<Outgoing>();
  readonly #requests = new Fifo<Outgoing>();
  readonly #clock: Clock;
  readonly #unblocked: () => void;
  #bytes = 0;
  #dropped = 0;
  #sinceFence = 0;
  #stopFence: (() => void) | undefined;

  constructor(clock: Clock, unblocked: () => void) {
    this.#clock = clock;
    this.#unblocked = unblocked;
  }

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

  /** The next message whose turn it is; undefined when there is none or a fence stands before it. */
  take(): Outgoing | undefined {
    return (
      this.#takeFrom(this.#answers) ??
      (this.#stopFence === undefined ? this.#takeFrom(this.#requests) : undefined)
    );
  }

  /** To be called when a queued message has been given up, so that a blocked queue does not keep what nobody wants. */
  noteDropped(): void {
    this.#dropped += 1;
    if (this.#dropped * 2 < this.#requests.length) return;
    this.#dropped = 0;
    this.#requests.keep((item) => {
      if (item.dropped) this.#bytes -= item.bytes;
      return !item.dropped;
    });
  }

  /** Counts a publication that is being sent. True: it has to be acknowledged, and `liftFence` called at its answer. */
  fenceDue(): boolean {
    this.#sinceFence += 1;
    if (this.#sinceFence < FENCE_EVERY) return false;
    this.#sinceFence = 0;
    this.#stopFence = this.#clock.after(FENCE_DEADLINE, () => this.liftFence());
    return true;
  }

  liftFence(): void {
    if (this.#stopFence === undefined) return;
    this.#stopFence();
    this.#stopFence = undefined;
    this.#unblocked();
  }

  /** The connection is gone, and with it what the answers belong to. */
  sessionLost(): void {
    for (let item = this.#answers.shift(); item !== undefined; item = this.#answers.shift())
      this.#bytes -= item.bytes;
    this.#sinceFence = 0;
    this.#stopFence?.();
    this.#stopFence = undefined;
  }

  /** Sends the answers without waiting for their turn. */
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

  #takeFrom(queue: Fifo<Outgoing>): Outgoing | undefined {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      this.#bytes -= item.bytes;
      if (!item.dropped) return item;
      this.#dropped = Math.max(0, this.#dropped - 1);
    }
    return undefined;
  }
}
