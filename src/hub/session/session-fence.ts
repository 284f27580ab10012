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
export class SessionFence {
  readonly #locks: Pick<Locks, "hold">;
  readonly #clock: Clock;
  readonly #nameFromKey: (key: string) => string;
  readonly #places = new Map<string, Place>();

  constructor(locks: Pick<Locks, "hold">, clock: Clock, nameFromKey: (key: string) => string) {
    this.#locks = locks;
    this.#clock = clock;
    this.#nameFromKey = nameFromKey;
  }

  /** Resolves with undefined if another hub has the session. Rejects if the browser refuses the lock. */
  async claim(key: string): Promise<EndClaim | undefined> {
    const place = this.#places.get(key) ?? this.#queue(key);
    place.claims += 1;
    let isGranted = false;
    try {
      isGranted = await this.#isGrantedInTime(place);
    } finally {
      if (!isGranted) this.#end(key, place);
    }
    return isGranted ? () => this.#end(key, place) : undefined;
  }

  /** Makes a further claim while there is one, for the session that a hello opens. */
  extend(key: string): EndClaim {
    const place = this.#places.get(key);
    if (place === undefined) return () => undefined;
    place.claims += 1;
    return () => this.#end(key, place);
  }

  #queue(key: string): Place {
    const place: Place = {
      claims: 0,
      release: undefined,
      granted: this.#locks.hold(this.#nameFromKey(key)).then(
        (release) => {
          place.release = release;
          // Everyone has run out of patience.
          if (place.claims === 0) this.#giveUp(key, place);
        },
        (cause: unknown) => {
          this.#places.delete(key);
          throw cause;
        },
      ),
    };
    // Each claim that still waits is told.
    place.granted.catch(() => undefined);
    this.#places.set(key, place);
    return place;
  }

  #isGrantedInTime({ granted }: Place): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const stop = this.#clock.after(CLAIM_PATIENCE, () => resolve(false));
      granted.then(() => resolve(true), reject).finally(stop);
    });
  }

  #end(key: string, place: Place): void {
    place.claims -= 1;
    if (place.claims < 0) throw new Error(`The claim to the session ${key} has ended already`);
    if (place.claims === 0) this.#giveUp(key, place);
  }

  /** Releases the lock, or stays in the line until it is granted. */
  #giveUp(key: string, { release }: Place): void {
    if (release === undefined) return;
    this.#places.delete(key);
    release();
  }
}
