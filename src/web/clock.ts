/** The clock and timers of a page, a worker or a test. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` after so many milliseconds. Returns a function that takes the timer back; once it has fired that does nothing. */
  after(milliseconds: number, task: () => void): () => void;
}

/** Longest delay that a timer takes, in milliseconds; a longer one would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** The browser's clock. A delay of more than 24.8 days is shortened to that. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, task) => {
    const timer = setTimeout(task, Math.min(milliseconds, MAX_DELAY));
    return () => clearTimeout(timer);
  },
};
