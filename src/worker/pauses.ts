/** Milliseconds; shorter than a frame on any display, but long enough to collect dozens of events in a flood. */
const EVENT_PAUSE = 4;

/** Runs `task` after the pause during which events are collected. */
export function eventPause(task: () => void): void {
  setTimeout(task, EVENT_PAUSE);
}
