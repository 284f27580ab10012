import type { Clock } from "../web/clock.js";

/** Number of tasks in a slice. */
const SLICE = 256;

/** Runs tasks in order: a slice of them at once, the rest in later turns of the event loop, in which others get their turn too. */
export interface Slices {
  /** Adds tasks. They run now, unless others are waiting. */
  add(tasks: readonly (() => void)[]): void;
  /** Drops what is waiting. */
  clear(): void;
}

export function createSlices(clock: Clock): Slices {
  let waiting: (() => void)[] = [];
  let next = 0;
  let isRunning = false;
  /** Cancels the next slice; undefined if there is none. */
  let cancel: (() => void) | undefined;

  function clear(): void {
    waiting = [];
    next = 0;
    cancel?.();
    cancel = undefined;
  }

  function run(): void {
    cancel = undefined;
    isRunning = true;
    try {
      for (let left = SLICE; left > 0 && next < waiting.length; left -= 1) waiting[next++]?.();
    } finally {
      // A task that throws must not keep the others waiting for ever.
      isRunning = false;
      if (next < waiting.length) cancel = clock.after(0, run);
      else clear();
    }
  }

  return {
    add(tasks) {
      for (const task of tasks) waiting.push(task);
      if (cancel === undefined && !isRunning) run();
    },
    clear,
  };
}
