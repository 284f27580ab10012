import type { Clock } from "../../web/clock.js";

const PUBLICATIONS_PER_FENCE = 200;
/** Milliseconds after which a fence is lifted although the router has not answered. */
const DEADLINE = 10_000;

/**
 * Keeps a flood of publications out of the socket: one publication in many is acknowledged, and until the router answers it the
 * fence stands before the other requests of its queue. Messages in the socket cannot be overtaken; only messages that are still
 * queued let the other tabs go first.
 */
export class Fence {
  readonly #clock: Clock;
  readonly #lifted: () => void;
  #publications = 0;
  #stopDeadline: (() => void) | undefined;

  /** `lifted` is called when the queue may go on. */
  constructor(clock: Clock, lifted: () => void) {
    this.#clock = clock;
    this.#lifted = lifted;
  }

  get stands(): boolean {
    return this.#stopDeadline !== undefined;
  }

  /**
   * Counts a publication that is being sent. Returns true if the fence stands now: the caller then asks the router to acknowledge
   * this publication, and calls `lift` at the answer.
   */
  raiseIfDue(): boolean {
    this.#publications += 1;
    if (this.#publications < PUBLICATIONS_PER_FENCE) return false;
    this.#publications = 0;
    this.#stopDeadline = this.#clock.after(DEADLINE, () => this.lift());
    return true;
  }

  lift(): void {
    if (this.#stopDeadline === undefined) return;
    this.#stopDeadline();
    this.#stopDeadline = undefined;
    this.#lifted();
  }

  /** Starts over without calling `lifted`: the connection that the publications went to is lost. */
  reset(): void {
    this.#publications = 0;
    this.#stopDeadline?.();
    this.#stopDeadline = undefined;
  }
}
