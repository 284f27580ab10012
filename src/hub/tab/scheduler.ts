import type { WireSession } from "../../connection/wire-session.js";
import type { Clock } from "../../web/clock.js";
import type { SendQueue } from "./send-queue.js";

/** Number of bytes in the socket's buffer above which no further message is written. */
const HIGH_WATER = 256 * 1024;
/** Milliseconds until the buffer is checked again; a WebSocket has no event for a drained buffer. */
const DRAIN_POLL = 4;

/** Sends the queued messages of all tabs, one message per tab in turn, while a session accepts them. */
export class Scheduler {
  readonly #queues: SendQueue[] = [];
  readonly #clock: Clock;
  readonly #session: () => WireSession | undefined;
  #turn = 0;
  #pumping = false;
  #polling = false;

  constructor(clock: Clock, session: () => WireSession | undefined) {
    this.#clock = clock;
    this.#session = session;
  }

  add(queue: SendQueue): void {
    this.#queues.push(queue);
  }

  /** Removes a queue and drops its requests; its answers to invocations are sent first, because a caller waits for each of them. */
  remove(queue: SendQueue): void {
    const index = this.#queues.indexOf(queue);
    if (index < 0) throw new Error("The queue is not scheduled");
    this.#queues.splice(index, 1);
    const session = this.#session();
    if (session !== undefined) queue.sendAnswers(session);
    queue.clear();
  }

  /** Sends as many messages as the socket accepts now. May be called at any time, even recursively. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      this.#sendInTurn();
    } finally {
      this.#pumping = false;
    }
  }

  #sendInTurn(): void {
    let idleQueues = 0;
    while (idleQueues < this.#queues.length) {
      const session = this.#session();
      if (session === undefined) return;
      if (session.bufferedAmount > HIGH_WATER) return this.#pollBuffer();
      this.#turn = (this.#turn + 1) % this.#queues.length;
      const item = this.#queues[this.#turn]?.take();
      if (item === undefined) {
        idleQueues += 1;
      } else {
        idleQueues = 0;
        item.send(session);
      }
    }
  }

  #pollBuffer(): void {
    if (this.#polling) return;
    this.#polling = true;
    this.#clock.after(DRAIN_POLL, () => {
      this.#polling = false;
      this.pump();
    });
  }
}
