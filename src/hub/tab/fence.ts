import { RoundTrip } from "../../connection/round-trip.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { Clock } from "../../web/clock.js";

const PUBLICATIONS_PER_FENCE = 200;
/** Milliseconds that the first fence waits at least: how long the router takes for so many publications is not known yet. */
const FIRST_PATIENCE = 200;
/** Milliseconds without an answer after which the router is probed no more: twice as long follows each probe, and 2 s are too long in all. */
const LAST_PROBE = 500;

/** One raised fence: the caller tells it what becomes of the acknowledgement. */
export interface RaisedFence {
  /** The router has acknowledged the publication that raised the fence. */
  readonly answered: () => void;
  /** There will be no acknowledgement. */
  readonly lost: () => void;
}

/**
 * Keeps a flood of publications out of the socket: every so often a publication is acknowledged, and until the router answers it, the
 * fence blocks the other requests of its queue. Messages in the socket cannot be overtaken; only while messages are queued can other
 * tabs go first. A router that drops what it cannot deliver may drop that answer too. If it does not arrive in the time that the router
 * usually takes for so many publications, the router is probed: either the answer is lost, or the router is behind, and whatever follows
 * would be lost. A late answer teaches the fence to wait longer.
 */
export class Fence {
  readonly #clock: Clock;
  readonly #lifted: () => void;
  readonly #roundTrip = new RoundTrip();
  #publications = 0;
  #raised: RaisedFence | undefined;
  #stopDeadline: () => void = () => undefined;

  /** `lifted` is called when the queue may continue. */
  constructor(clock: Clock, lifted: () => void) {
    this.#clock = clock;
    this.#lifted = lifted;
  }

  get stands(): boolean {
    return this.#raised !== undefined;
  }

  /**
   * Counts a publication that is about to be sent. If this raises the fence, returns it: the caller then asks the router to acknowledge the
   * publication.
   */
  raiseIfDue(session: WireSession): RaisedFence | undefined {
    this.#publications += 1;
    if (this.#publications < PUBLICATIONS_PER_FENCE) return undefined;
    this.#publications = 0;
    const raisedAt = this.#clock.now();
    const raised: RaisedFence = {
      answered: () => {
        this.#roundTrip.sample(this.#clock.now() - raisedAt);
        this.#lift(raised);
      },
      lost: () => this.#lift(raised),
    };
    this.#raised = raised;
    const { smoothed, timeout } = this.#roundTrip;
    const patience = smoothed === undefined ? Math.max(FIRST_PATIENCE, session.answerTimeout) : timeout;
    this.#watch(session, raised, patience);
    return raised;
  }

  /** Resets the fence without calling `lifted`, because the connection of the publications is lost. */
  reset(): void {
    this.#publications = 0;
    this.#raised = undefined;
    this.#stopDeadline();
  }

  #watch(session: WireSession, raised: RaisedFence, patience: number): void {
    this.#stopDeadline = this.#clock.after(patience, () => {
      // The time of the router begins when it has the publication.
      if (session.open && session.bufferedAmount > 0) return this.#watch(session, raised, patience);
      if (!session.open || patience > LAST_PROBE) return this.#lift(raised);
      session.probe(() => this.#lift(raised));
      this.#watch(session, raised, 2 * patience);
    });
  }

  #lift(raised: RaisedFence): void {
    if (this.#raised !== raised) return;
    this.#raised = undefined;
    this.#stopDeadline();
    this.#lifted();
  }
}
