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

  /** Milliseconds. */
  get timeout(): number {
    if (this.#smoothed === undefined) return INITIAL;
    return Math.min(LONGEST, Math.max(SHORTEST, this.#smoothed + 4 * this.#variation));
  }

  /** The smoothed round trip in milliseconds; undefined before the first sample. */
  get smoothed(): number | undefined {
    return this.#smoothed;
  }

  /** Adds a measured round trip in milliseconds. */
  sample(milliseconds: number): void {
    if (this.#smoothed === undefined) {
      this.#smoothed = milliseconds;
      this.#variation = milliseconds / 2;
      return;
    }
    this.#variation += (Math.abs(this.#smoothed - milliseconds) - this.#variation) / 4;
    this.#smoothed += (milliseconds - this.#smoothed) / 8;
  }
}
