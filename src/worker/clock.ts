import type { Clock } from "../hub/environment.js";

/** Longest delay that a timer takes; a longer one would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** Milliseconds: shorter than a frame of any display, longer than a busy socket takes for some dozens of messages. */
const PAUSE = 2;

export function pause(task: () => void): void {
  setTimeout(task, PAUSE);
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, task) => {
    const timer = setTimeout(task, Math.min(milliseconds, MAX_DELAY));
    return () => {
      clearTimeout(timer);
    };
  },
};
