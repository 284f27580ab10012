import type { Clock } from "../web/clock.js";

interface Timer {
  readonly due: number;
  readonly task: () => void;
}

/** A clock that stands still until the test advances it. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, task: () => void): () => void {
    const timer = { due: this.#now + milliseconds, task };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Number of timers that have neither fired nor been canceled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Time at which the next timer fires. */
  get nextDue(): number | undefined {
    return this.#next()?.due;
  }

  /** Advances the time and fires every timer that is due by then, in order, each at its own time; including timers that these set. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let timer = this.#next(); timer !== undefined && timer.due <= end; timer = this.#next()) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.due);
      timer.task();
    }
    this.#now = end;
  }

  /** Advances the time without firing timers, as while the machine sleeps. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (first === undefined || timer.due < first.due) first = timer;
    }
    return first;
  }
}
