/** Things that come one by one, and promises for the moment when enough of them have come. */
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
