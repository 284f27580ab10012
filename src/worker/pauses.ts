/** Milliseconds, less than a frame of any display: long enough for dozens of events of a flood, too short to be seen. */
const EVENT_PAUSE = 4;
/** Milliseconds that an answer to a tab waits for a call that takes it along. */
const ANSWER_PAUSE = 2;

/** Runs `task` after the pause that collects events. */
export function eventPause(task: () => void): void {
  setTimeout(task, EVENT_PAUSE);
}

/** Runs `task` after the pause that collects answers. */
export function answerPause(task: () => void): void {
  setTimeout(task, ANSWER_PAUSE);
}
