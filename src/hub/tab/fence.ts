import { RoundTrip } from "../../connection/round-trip.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { Clock } from "../../web/clock.js";

const PUBLICATIONS_PER_FENCE = 200;
/** Bounds of the wait in milliseconds for an answer that does not come; the first one as long as no fence has been answered. */
const SHORTEST_FIRST = 50;
const LONGEST = 2_000;

/**
 * Keeps a flood of publications out of the socket: every so often a publication is acknowledged, and until the router answers it, the
 * fence blocks the other requests of its queue. Messages in the socket cannot be overtaken; only while messages are queued can other
 * tabs go first. A router that drops what it cannot deliver may drop that answer too, so the fence waits no longer than the router usually
 * takes for so many publications.
 */
export class Fence {
  readonly #clock: Clock;
  readonly #lifted: () => void;
  #publications = 0;
  #stopDeadline: (() => void) | undefined;
  #raisedAt = 0;
  readonly #roundTrip = new RoundTrip();
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
    this.#raisedAt = this.#clock.now();
    this.#watch(session);
    return true;
  }

  /** Lifts the fence, because the publication that raised it is answered. */
  answered(): void {
    if (this.stands) this.#roundTrip.sample(this.#clock.now() - this.#raisedAt);
    this.lift();
  }

  /** Lifts the fence, because no answer to the publication that raised it will come. */
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
    const usual =
      this.#roundTrip.smoothed === undefined
        ? Math.max(SHORTEST_FIRST, session.answerTimeout)
        : this.#roundTrip.timeout;
    const patience = Math.min(LONGEST, usual * 2 ** this.#overdue);
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
