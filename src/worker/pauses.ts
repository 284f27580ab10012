/** Milliseconds; shorter than a frame of any display, but long enough to collect dozens of events of a flood. */
const EVENT_PAUSE = 4;
/** Milliseconds for which an answer to a tab waits for a call that takes it along. */
const ANSWER_PAUSE = 2;

/** Runs `task` after the pause in which events are collected. */
export function eventPause(task: () => void): void {
  setTimeout(task, EVENT_PAUSE);
}

/** Runs `task` after the pause in which answers are collected. */
export function answerPause(task: () => void): void {
  setTimeout(task, ANSWER_PAUSE);
}
