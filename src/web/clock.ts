/** The clock and timers of a page, a worker or a test. */
export interface Clock {
  /** Milliseconds since the epoch. Never goes back or jumps, so it may deviate from the computer's clock. */
  now(): number;
  /**
   * Runs `task` after a delay in milliseconds, however long, and never earlier. Returns a function that cancels the timer, and does
   * nothing once it has fired.
   */
  after(milliseconds: number, task: () => void): () => void;
}

/** Longest delay that a timer of the platform accepts, in milliseconds; with a longer one it would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** Read once: this getter costs more than all the rest of `now`, which runs several times for each call. */
const { timeOrigin } = performance;

/** The clock of the browser, which is monotonic: durations are measured with it, and a user or a time server may set the computer's clock. */
export const systemClock: Clock = {
  now: () => timeOrigin + performance.now(),
  after: (milliseconds, task) => {
    // Without the origin, whose size costs a sum its last digits.
    const due = performance.now() + milliseconds;
    let timer: ReturnType<typeof setTimeout>;
    const wait = (left: number): void => {
      // A timer cuts off fractions.
      timer = setTimeout(fire, Math.min(Math.ceil(left), MAX_DELAY));
    };
    const fire = (): void => {
      const left = due - performance.now();
      if (left > 0) wait(left);
      else task();
    };
    wait(milliseconds);
    return () => clearTimeout(timer);
  },
};
