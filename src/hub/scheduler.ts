import type { Clock } from "./environment.js";
import type { Lane } from "./lane.js";
import type { Line } from "./wire-ticket.js";

/** Bytes in the socket's buffer above which nothing more is given to it. */
const HIGH_WATER = 256 * 1024;
/** Milliseconds until the buffer is looked at again; a WebSocket has no event for a drained buffer. */
const DRAIN_POLL = 4;

/** Sends what the tabs have queued, one message a tab in turn, while there is a line that takes it. */
export class Scheduler {
  readonly #lanes: Lane[] = [];
  readonly #clock: Clock;
  readonly #line: () => Line | undefined;
  #turn = 0;
  #pumping = false;
  #polling = false;

  constructor(clock: Clock, line: () => Line | undefined) {
    this.#clock = clock;
    this.#line = line;
  }

  add(lane: Lane): void {
    this.#lanes.push(lane);
  }

  /** Drops what the lane has queued, but for the answers to invocations: a caller waits for each. */
  remove(lane: Lane): void {
    const index = this.#lanes.indexOf(lane);
    if (index < 0) throw new Error("The lane is not scheduled");
    this.#lanes.splice(index, 1);
    const line = this.#line();
    if (line !== undefined) lane.sendAnswers(line);
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
      const line = this.#line();
      if (line === undefined) return;
      if (line.bufferedAmount > HIGH_WATER) return this.#pollBuffer();
      this.#turn = (this.#turn + 1) % this.#lanes.length;
      const item = this.#lanes[this.#turn]?.take();
      if (item === undefined) {
        idleLanes += 1;
      } else {
        idleLanes = 0;
        item.send(line);
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
