import type { Locks } from "../web/locks.js";

/** Locks that all count as held until the test releases them. */
export class FakeLocks implements Pick<Locks, "watch"> {
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #released = new Set<string>();

  watch(name: string, gone: () => void): () => void {
    let watching = true;
    const fire = (): void => {
      void Promise.resolve().then(() => {
        if (watching) gone();
        watching = false;
      });
    };
    if (this.#released.has(name)) fire();
    else this.#of(name).add(fire);
    return () => {
      watching = false;
      this.#watchers.get(name)?.delete(fire);
    };
  }

  /** Releases a lock, as when its holder vanishes. */
  release(name: string): void {
    this.#released.add(name);
    for (const fire of this.#of(name)) fire();
    this.#watchers.delete(name);
  }

  /** Number of watchers of locks that are held. */
  get watching(): number {
    let sum = 0;
    for (const watchers of this.#watchers.values()) sum += watchers.size;
    return sum;
  }

  #of(name: string): Set<() => void> {
    let watchers = this.#watchers.get(name);
    if (watchers === undefined) this.#watchers.set(name, (watchers = new Set()));
    return watchers;
  }
}
