import type { Clock } from "../../web/clock.js";

const PUBLICATIONS_PER_FENCE = 200;
/** Milliseconds after which the fence is lifted even if the router has not answered. */
const DEADLINE = 10_000;

/**
 * Keeps a flood of publications out of the socket: every so often a publication is acknowledged, and until the router answers it, the
 * fence blocks the other requests of its queue. Messages in the socket cannot be overtaken; only while messages are queued can other
 * tabs go first.
 */
export class Fence {
  readonly #clock: Clock;
  readonly #lifted: () => void;
  #publications = 0;
  #stopDeadline: (() => void) | undefined;

  /** `lifted` is called when the queue may continue. */
  constructor(clock: Clock, lifted: () => void) {
    this.#clock = clock;
    this.#lifted = lifted;
  }

  get stands(): boolean {
    return this.#stopDeadline !== undefined;
  }

  /**
   * Counts a publication that is being sent. Returns true if this raises the fence: the caller then asks the router to acknowledge the
   * publication, and calls `lift` when it is answered.
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

  /** Resets the fence without calling `lifted`, because the connection of the publications is lost. */
  reset(): void {
    this.#publications = 0;
    this.#stopDeadline?.();
    this.#stopDeadline = undefined;
  }
}
