import type { Pause } from "../hub/environment.js";

/** Begins a pause that is over when `later` runs its task. */
export function manualPause(later: (task: () => void) => void): Pause {
  let isOver = false;
  let atEnd: (() => void) | undefined;
  later(() => {
    isOver = true;
    atEnd?.();
  });
  return {
    get isOver() {
      return isOver;
    },
    atEnd: (task) => void (atEnd ??= task),
  };
}
