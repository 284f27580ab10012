import type { Clock } from "../hub/environment.js";

/** Longest delay that a timer takes; a longer one would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, task) => {
    const timer = setTimeout(task, Math.min(milliseconds, MAX_DELAY));
    return () => {
      clearTimeout(timer);
    };
  },
};
