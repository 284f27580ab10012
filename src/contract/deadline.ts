/** The clock that a deadline needs: a monotonic one, whose timers never fire early. */
export interface DeadlineClock {
  /** The time in milliseconds. */
  now(): number;
  /** Runs `task` after a delay in milliseconds. Returns a function that cancels the timer. */
  after(milliseconds: number, task: () => void): () => void;
}

/** A point in time at which something is given up, unless it is stopped before. */
export class Deadline {
  /** The time of the clock at which it passes. */
  readonly due: number;
  readonly #clock: DeadlineClock;
  readonly #whole: number;
  readonly #cancel: () => void;

  /**
   * @param milliseconds the time until it passes
   * @param passed called when it passes, at most once, and never before the constructor has returned
   */
  constructor(clock: DeadlineClock, milliseconds: number, passed: () => void) {
    this.#clock = clock;
    this.#whole = milliseconds;
    this.due = clock.now() + milliseconds;
    this.#cancel = clock.after(milliseconds, passed);
  }

  /** Tells whether its time has come, which a page that was frozen learns before its timers fire. */
  get isDue(): boolean {
    return this.#clock.now() >= this.due;
  }

  /** Whole milliseconds until it passes, as a message carries them: at least 1, because 0 means "no deadline" there. */
  get remaining(): number {
    // At most the whole time, which rounding could exceed.
    return Math.max(1, Math.min(this.#whole, Math.ceil(this.due - this.#clock.now())));
  }

  /** Keeps it from passing. Does nothing once it has passed or been stopped. */
  stop(): void {
    this.#cancel();
  }
}
