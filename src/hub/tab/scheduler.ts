import type { Clock } from "../../web/clock.js";
import type { SendQueue } from "./send-queue.js";
import type { WireSession } from "../../connection/wire-session.js";

/** Bytes in the socket's buffer above which nothing more is given to it. */
const HIGH_WATER = 256 * 1024;
/** Milliseconds until the buffer is looked at again; a WebSocket has no event for a drained buffer. */
const DRAIN_POLL = 4;

/** Sends what the tabs have queued, one message a tab in turn, while there is a line that takes it. */
export class Scheduler {
  readonly #lanes: SendQueue[] = [];
  readonly #clock: Clock;
  readonly #session: () => WireSession | undefined;
  #turn = 0;
  #pumping = false;
  #polling = false;

  constructor(clock: Clock, session: () => WireSession | undefined) {
    this.#clock = clock;
    this.#session = session;
  }

  add(lane: SendQueue): void {
    this.#lanes.push(lane);
  }

  /** Drops what the lane has queued, but for the answers to invocations: a caller waits for each. */
  remove(lane: SendQueue): void {
    const index = this.#lanes.indexOf(lane);
    if (index < 0) throw new Error("The lane is not scheduled");
    this.#lanes.splice(index, 1);
    const session = this.#session();
    if (session !== undefined) lane.sendAnswers(session);
    lane.clear();
  }

  /** Sends as much as may be sent now. Harmless at any time. */
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
    let idleLanes = 0;
    while (idleLanes < this.#lanes.length) {
      const session = this.#session();
      if (session === undefined) return;
      if (session.bufferedAmount > HIGH_WATER) return this.#pollBuffer();
      this.#turn = (this.#turn + 1) % this.#lanes.length;
      const item = this.#lanes[this.#turn]?.take();
      if (item === undefined) {
        idleLanes += 1;
      } else {
        idleLanes = 0;
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
