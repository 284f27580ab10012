import type { Timer } from "../attach/page.js";

/** Time that passes when the test says so. */
export class FakeTimer implements Timer {
  #now = 0;
  readonly #tasks = new Map<() => void, number>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, task: () => void): () => void {
    const own = (): void => task();
    this.#tasks.set(own, this.#now + milliseconds);
    return () => void this.#tasks.delete(own);
  }

  get pending(): number {
    return this.#tasks.size;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const [task, due] of this.#tasks) {
      if (due > this.#now) continue;
      this.#tasks.delete(task);
      task();
    }
  }
}
