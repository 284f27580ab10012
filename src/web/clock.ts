/** The clock and timers of a page, a worker or a test. */
export interface Clock {
  /** Milliseconds since the epoch; may deviate from the computer's clock. */
  now(): number;
  /** Runs `task` after a delay in milliseconds. Returns a function that cancels the timer, and does nothing once it has fired. */
  after(milliseconds: number, task: () => void): () => void;
}

/** Longest delay that a timer accepts, in milliseconds; with a longer one it would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** The browser's clock. A delay of more than 24.8 days is capped at that. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, task) => {
    const timer = setTimeout(task, Math.min(milliseconds, MAX_DELAY));
    return () => clearTimeout(timer);
  },
};
