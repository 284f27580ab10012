import type { WireSession } from "../../connection/wire-session.js";
import type { Clock } from "../../web/clock.js";

const PUBLICATIONS_PER_FENCE = 200;
/** Milliseconds; the longest wait for an answer that does not come. */
const LONGEST = 2_000;

/**
 * Keeps a flood of publications out of the socket: every so often a publication is acknowledged, and until the router answers it, the
 * fence blocks the other requests of its queue. Messages in the socket cannot be overtaken; only while messages are queued can other
 * tabs go first. A router that drops what it cannot deliver may drop that answer too, so the fence waits no longer than the router usually
 * takes to answer.
 */
export class Fence {
  readonly #clock: Clock;
  readonly #lifted: () => void;
  #publications = 0;
  #stopDeadline: (() => void) | undefined;
  /** Number of fences in a row whose answer did not come in time. */
  #overdue = 0;

  /** `lifted` is called when the queue may continue. */
  constructor(clock: Clock, lifted: () => void) {
    this.#clock = clock;
    this.#lifted = lifted;
  }

  get stands(): boolean {
    return this.#stopDeadline !== undefined;
  }

  /**
   * Counts a publication that is about to be sent. Returns true if this raises the fence: the caller then asks the router to acknowledge the
   * publication, and calls `lift` when it is answered.
   */
  raiseIfDue(session: WireSession): boolean {
    this.#publications += 1;
    if (this.#publications < PUBLICATIONS_PER_FENCE) return false;
    this.#publications = 0;
    this.#watch(session);
    return true;
  }

  /** Lifts the fence, because the publication that raised it is answered, or its answer is lost. */
  lift(): void {
    this.#overdue = 0;
    this.#open();
  }

  /** Resets the fence without calling `lifted`, because the connection of the publications is lost. */
  reset(): void {
    this.#publications = 0;
    this.#overdue = 0;
    this.#stopDeadline?.();
    this.#stopDeadline = undefined;
  }

  #watch(session: WireSession): void {
    const patience = Math.min(LONGEST, session.answerTimeout * 2 ** this.#overdue);
    this.#stopDeadline = this.#clock.after(patience, () => {
      // The time of the router begins when it has the publication.
      if (session.open && session.bufferedAmount > 0) return this.#watch(session);
      this.#overdue += 1;
      this.#open();
    });
  }

  #open(): void {
    if (this.#stopDeadline === undefined) return;
    this.#stopDeadline();
    this.#stopDeadline = undefined;
    this.#lifted();
  }
}
