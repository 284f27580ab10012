import type { Clock } from "../web/clock.js";

/** Longest delay that a timer of the platform accepts, in milliseconds; with a longer one it would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * The clock of the timers and the date that are installed at the time of the call, which may be fake ones. It trusts timers, because a test
 * may fake them and not the date.
 */
export class TimerClock implements Clock {
  #now = -Infinity;
  #ended = false;
  readonly #cancels = new Set<() => void>();

  now(): number {
    this.#now = Math.max(this.#now, Date.now());
    return this.#now;
  }

  after(milliseconds: number, task: () => void): () => void {
    if (this.#ended) return () => undefined;
    const due = this.now() + milliseconds;
    // Taken together: fake functions do not know the timers of real ones.
    const { setTimeout, clearTimeout } = globalThis;
    let timer: ReturnType<typeof setTimeout>;
    const cancel = (): void => {
      clearTimeout(timer);
      this.#cancels.delete(cancel);
    };
    const wait = (left: number): void => {
      const delay = Math.min(Math.ceil(left), MAX_DELAY);
      timer = setTimeout(() => {
        if (left > delay) return wait(left - delay);
        this.#cancels.delete(cancel);
        // Timers and the date differ by a millisecond, or by more if only one of them is fake.
        this.#now = Math.max(this.#now, due);
        task();
      }, delay);
    };
    this.#cancels.add(cancel);
    wait(milliseconds);
    return cancel;
  }

  /** Cancels all timers; later ones never fire. */
  end(): void {
    this.#ended = true;
    for (const cancel of this.#cancels) cancel();
  }
}
