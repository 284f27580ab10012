import type { Clock } from "../hub/environment.js";

/** Longest delay that a timer takes; a longer one would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** Milliseconds, less than a frame of any display: long enough for dozens of events of a flood, too short to be seen. */
const EVENT_PAUSE = 4;
/** Milliseconds that an answer to a tab waits for something to go along with. */
const ANSWER_PAUSE = 2;

export function eventPause(task: () => void): void {
  setTimeout(task, EVENT_PAUSE);
}

export function answerPause(task: () => void): void {
  setTimeout(task, ANSWER_PAUSE);
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
