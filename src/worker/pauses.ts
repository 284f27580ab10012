/** Milliseconds; shorter than a frame on any display, but long enough to collect dozens of events in a flood. */
const EVENT_PAUSE = 4;
/** Milliseconds that an answer to a tab waits for a call to travel with. */
const ANSWER_PAUSE = 2;

/** Runs `task` after the pause during which events are collected. */
export function eventPause(task: () => void): void {
  setTimeout(task, EVENT_PAUSE);
}

/** Runs `task` after the pause during which answers are collected. */
export function answerPause(task: () => void): void {
  setTimeout(task, ANSWER_PAUSE);
}
