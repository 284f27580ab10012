import { nextTask } from "./next-task.js";

/**
 * Collects items while busy: the first one after idle goes out at once, what comes after it goes out together, once a task.
 * Waiting for a task each time would cost every lonely request its latency.
 */
export class Batcher<T> {
  #collected: T[] = [];
  #busy = false;
  readonly #flush: (items: T[]) => void;
  readonly #schedule: (task: () => void) => void;

  /** `schedule` runs its argument in a later task. */
  constructor(flush: (items: T[]) => void, schedule: (task: () => void) => void = nextTask) {
    this.#flush = flush;
    this.#schedule = schedule;
  }

  push(item: T): void {
    this.#collected.push(item);
    if (!this.#busy) this.flushNow();
  }

  /** Hands out what is collected without waiting for the task. */
  flushNow(): void {
    if (this.#collected.length === 0) return;
    const items = this.#collected;
    this.#collected = [];
    const wasBusy = this.#busy;
    // Before the flush: what is pushed from inside it belongs to the next batch.
    this.#busy = true;
    try {
      this.#flush(items);
    } finally {
      // After the flush: a batcher below this one then becomes idle first, and sends our next batch at once.
      if (!wasBusy) this.#schedule(this.#taskCame);
    }
  }

  readonly #taskCame = (): void => {
    this.#busy = false;
    this.flushNow();
  };
}
