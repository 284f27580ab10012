import type { Clock } from "../../web/clock.js";
import type { Locks } from "../../web/locks.js";

/** Milliseconds that a claim waits for the lock: a worker that is dying keeps its own for a moment. */
export const CLAIM_PATIENCE = 250;

/** Ends a claim; to be called once. */
export type EndClaim = () => void;

/** The place of this hub in the line for the lock of one session. */
interface Place {
  claims: number;
  /** Resolves when the lock is granted. */
  readonly granted: Promise<void>;
  /** Releases the lock; undefined while other hubs have it. */
  release: (() => void) | undefined;
}

/**
 * Keeps two hubs of one URL, which tabs have reached under different names, from opening the same session. A hub has the lock of a session
 * from before the hello that opens it until the session is closed.
 */
export function createSessionFence(
  locks: Pick<Locks, "hold">,
  clock: Clock,
  nameFromKey: (key: string) => string,
) {
  const places = new Map<string, Place>();

  const queue = (key: string): Place => {
    const place: Place = {
      claims: 0,
      release: undefined,
      granted: locks.hold(nameFromKey(key)).then(
        (release) => {
          place.release = release;
          // Everyone has run out of patience.
          if (place.claims === 0) giveUp(key, place);
        },
        (cause: unknown) => {
          places.delete(key);
          throw cause;
        },
      ),
    };
    // Each claim that still waits is told.
    place.granted.catch(() => undefined);
    places.set(key, place);
    return place;
  };

  const addClaim = (key: string, place: Place): EndClaim => {
    place.claims += 1;
    return () => {
      place.claims -= 1;
      if (place.claims < 0) throw new Error(`The claim to the session ${key} has ended already`);
      if (place.claims === 0) giveUp(key, place);
    };
  };

  /** Releases the lock, or stays in the line until it is granted. */
  const giveUp = (key: string, { release }: Place): void => {
    if (release === undefined) return;
    places.delete(key);
    release();
  };

  return {
    /** Resolves with undefined if another hub has the session. Rejects if the browser refuses the lock. */
    async claim(key: string): Promise<EndClaim | undefined> {
      const place = places.get(key) ?? queue(key);
      const end = addClaim(key, place);
      let isGranted = false;
      try {
        isGranted = await new Promise<boolean>((resolve, reject) => {
          const stop = clock.after(CLAIM_PATIENCE, () => resolve(false));
          place.granted.then(() => resolve(true), reject).finally(stop);
        });
      } finally {
        if (!isGranted) end();
      }
      return isGranted ? end : undefined;
    },

    /** Makes a further claim while there is one, for the session that a hello opens. */
    extend(key: string): EndClaim {
      const place = places.get(key);
      return place === undefined ? () => undefined : addClaim(key, place);
    },
  };
}
