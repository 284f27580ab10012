import type { Clock } from "../web/clock.js";

/** Number of tasks in a slice. */
const SLICE = 256;

/** Runs tasks in order: a slice of them at once, the rest in later turns of the event loop, in which others get their turn too. */
export class Slices {
  #tasks: (() => void)[] = [];
  #next = 0;
  #isRunning = false;
  /** Cancels the next slice; undefined if there is none. */
  #cancel: (() => void) | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds tasks. They run now, unless others are waiting. */
  add(tasks: readonly (() => void)[]): void {
    for (const task of tasks) this.#tasks.push(task);
    if (this.#cancel === undefined && !this.#isRunning) this.#run();
  }

  /** Drops what is waiting. */
  clear(): void {
    this.#tasks = [];
    this.#next = 0;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #run(): void {
    this.#cancel = undefined;
    this.#isRunning = true;
    try {
      for (let left = SLICE; left > 0 && this.#next < this.#tasks.length; left -= 1)
        this.#tasks[this.#next++]?.();
    } finally {
      // A task that throws must not keep the others waiting for ever.
      this.#isRunning = false;
      if (this.#next < this.#tasks.length) this.#cancel = this.#clock.after(0, () => this.#run());
      else this.clear();
    }
  }
}
