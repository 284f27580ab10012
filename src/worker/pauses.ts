import type { Pause } from "../hub/environment.js";

/** Milliseconds; shorter than a frame on any display, but long enough to collect dozens of events in a flood. */
const EVENT_PAUSE = 4;

/** Begins the pause during which events are collected. It has a timer only if a task waits for its end. */
export function eventPause(): Pause {
  let end = performance.now() + EVENT_PAUSE;
  let timer: unknown;
  /** Ends the pause even if the clock, which may be coarser than the timer, says that it goes on. */
  const fire = (task: () => void): void => {
    end = 0;
    task();
  };
  return {
    get isOver() {
      return performance.now() >= end;
    },
    atEnd: (task) => void (timer ??= setTimeout(fire, Math.ceil(end - performance.now()), task)),
  };
}
