import { RoundTrip } from "../../connection/round-trip.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { Clock } from "../../web/clock.js";

const PUBLICATIONS_PER_FENCE = 200;
/** Milliseconds that the first fence waits at least: how long the router takes for so many publications is not known yet. */
const FIRST_PATIENCE = 200;

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
 * tabs go first. A router that drops what it cannot deliver may drop that answer too, so the fence waits no longer than the router usually
 * takes for so many publications. A late answer teaches it to wait longer.
 * `lifted` is called when the queue may continue.
 */
export function createFence(clock: Clock, lifted: () => void) {
  const roundTrip = new RoundTrip();
  let publications = 0;
  let standing: RaisedFence | undefined;
  let stopDeadline = (): void => undefined;

  const watch = (session: WireSession, raised: RaisedFence): void => {
    const { smoothed, timeout } = roundTrip;
    const patience = smoothed === undefined ? Math.max(FIRST_PATIENCE, session.answerTimeout) : timeout;
    stopDeadline = clock.after(patience, () => {
      // The time of the router begins when it has the publication.
      if (session.open && session.bufferedAmount > 0) watch(session, raised);
      else lift(raised);
    });
  };

  const lift = (raised: RaisedFence): void => {
    if (standing !== raised) return;
    standing = undefined;
    stopDeadline();
    lifted();
  };

  return {
    get stands(): boolean {
      return standing !== undefined;
    },

    /**
     * Counts a publication that is about to be sent. If this raises the fence, returns it: the caller then asks the router to acknowledge the
     * publication.
     */
    raiseIfDue(session: WireSession): RaisedFence | undefined {
      publications += 1;
      if (publications < PUBLICATIONS_PER_FENCE) return undefined;
      publications = 0;
      const raisedAt = clock.now();
      const raised: RaisedFence = {
        answered: () => {
          roundTrip.sample(clock.now() - raisedAt);
          lift(raised);
        },
        lost: () => lift(raised),
      };
      standing = raised;
      watch(session, raised);
      return raised;
    },

    /** Resets the fence without calling `lifted`, because the connection of the publications is lost. */
    reset(): void {
      publications = 0;
      standing = undefined;
      stopDeadline();
    },
  };
}

export type Fence = ReturnType<typeof createFence>;
