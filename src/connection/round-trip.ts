/** Bounds of the timeout in milliseconds: a timer's resolution, and a wait that a user notices. */
const SHORTEST = 20;
const LONGEST = 2_000;
/** The timeout in milliseconds before the first sample. */
const INITIAL = 500;

/**
 * Estimates how long the router takes to answer, as TCP does for its retransmissions (RFC 6298, section 2): an answer that has not arrived
 * after `timeout` is most probably lost, or comes from another peer than the router.
 */
export class RoundTrip {
  #smoothed: number | undefined;
  #variation = 0;
  #latest = 0;

  /** Milliseconds. */
  get timeout(): number {
    if (this.#smoothed === undefined) return INITIAL;
    return Math.min(LONGEST, Math.max(SHORTEST, this.#smoothed + 4 * this.#variation));
  }

  /** The smoothed round trip in milliseconds; undefined before the first sample. */
  get smoothed(): number | undefined {
    return this.#smoothed;
  }

  /** The last sample in milliseconds; 0 before the first one. */
  get latest(): number {
    return this.#latest;
  }

  /** Adds a measured round trip in milliseconds. */
  sample(milliseconds: number): void {
    this.#latest = milliseconds;
    if (this.#smoothed === undefined) {
      this.#smoothed = milliseconds;
      this.#variation = milliseconds / 2;
      return;
    }
    this.#variation += (Math.abs(this.#smoothed - milliseconds) - this.#variation) / 4;
    this.#smoothed += (milliseconds - this.#smoothed) / 8;
  }
}

/** Milliseconds between two reports at least. */
export const REPORT_PACE = 10_000;
/** Milliseconds by which a round trip must have changed to be reported, and the part of the last one. */
const NOTICEABLE = 5;
const NOTICEABLE_PART = 1 / 4;

/** Decides when the round trip of a session is news for its tabs: each report wakes all of them. */
export class RoundTripNews {
  #reportedAt: number;
  #reported: number;

  constructor(now: number, known: number) {
    this.#reportedAt = now;
    this.#reported = known;
  }

  /** Returns true if a round trip is to be reported now. */
  isNews(now: number, latest: number): boolean {
    if (now - this.#reportedAt < REPORT_PACE) return false;
    const change = Math.abs(latest - this.#reported);
    if (change < Math.max(NOTICEABLE, this.#reported * NOTICEABLE_PART)) return false;
    this.#reportedAt = now;
    this.#reported = latest;
    return true;
  }
}
