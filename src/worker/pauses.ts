import type { Pause } from "../hub/environment.js";

/** Milliseconds from one pause to the next on average; shorter than a frame on any display, but long enough to collect dozens of events in a flood. */
const EVENT_PAUSE = 4;
/** Milliseconds by which a pause may be shorter if those before it were long: events at a steady pace never come quite on time. */
const EARLY = 2;

/**
 * Returns the function that begins the pauses of one pace, during which events are collected. A pause has a timer only if a task waits for
 * its end.
 */
export function eventPauses(): () => Pause {
  /** The earliest time at which all pauses are over that have begun, none of them being short. */
  let due = 0;
  return () => {
    const now = performance.now();
    // A coarse clock may stand still for several pauses, none of which must be longer for that.
    due = Math.min(Math.max(due, now) + EVENT_PAUSE, now + EVENT_PAUSE + EARLY);
    return pauseOf(due - EARLY);
  };
}

function pauseOf(end: number): Pause {
  let timer: unknown;
  let isOver = false;
  /** Ends the pause even if the clock, which may be coarser than the timer, says that it goes on. */
  const fire = (task: () => void): void => {
    isOver = true;
    task();
  };
  return {
    get isOver() {
      return isOver || performance.now() >= end;
    },
    atEnd: (task) => void (timer ??= setTimeout(fire, Math.ceil(end - performance.now()), task)),
  };
}
