import type { Pause } from "../hub/environment.js";

/** Milliseconds; shorter than a frame on any display, but long enough to collect dozens of events in a flood. */
const EVENT_PAUSE = 4;

/** Begins the pause during which events are collected. It has a timer only if a task waits for its end. */
export function eventPause(): Pause {
  let end = performance.now() + EVENT_PAUSE;
  let isAwaited = false;
  return {
    get isOver() {
      return performance.now() >= end;
    },
    atEnd(task) {
      if (isAwaited) return;
      isAwaited = true;
      setTimeout(
        () => {
          // The clock may be coarser than the timer.
          end = -Infinity;
          task();
        },
        Math.ceil(end - performance.now()),
      );
    },
  };
}
