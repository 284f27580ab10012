/** Collects items that arrive one by one, and tells when there are enough of them. */
export class Collector<T> {
  readonly items: T[] = [];
  readonly #waiters: { count: number; resolve: (items: T[]) => void }[] = [];

  add(item: T): void {
    this.items.push(item);
    for (const waiter of this.#waiters.splice(0)) {
      if (this.items.length >= waiter.count) waiter.resolve([...this.items]);
      else this.#waiters.push(waiter);
    }
  }

  /** Resolves with all items as soon as there are `count`. */
  waitForCount(count: number): Promise<T[]> {
    if (this.items.length >= count) return Promise.resolve([...this.items]);
    return new Promise((resolve) => this.#waiters.push({ count, resolve }));
  }
}
