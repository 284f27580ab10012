import { nextTask } from "../../web/next-task.js";
import type { Locks } from "../../web/locks.js";

/** Web Locks of a browser with one page and its workers. */
export class FakeLocks implements Locks {
  readonly #held = new Set<string>();
  readonly #watchers = new Map<() => void, string>();

  /** Resolves when a lock is granted: by a browser in a later task. */
  granted: (name: string) => Promise<void> = () => new Promise((resolve) => nextTask(resolve));

  async hold(name: string): Promise<() => void> {
    await this.granted(name);
    this.#held.add(name);
    return () => {
      this.#held.delete(name);
      for (const [gone, watched] of this.#watchers) if (watched === name) this.#tell(gone);
    };
  }

  watch(name: string, gone: () => void): () => void {
    this.#watchers.set(gone, name);
    if (!this.#held.has(name)) this.#tell(gone);
    return () => void this.#watchers.delete(gone);
  }

  /** Names of the locks that are held. */
  get held(): readonly string[] {
    return [...this.#held];
  }

  get watching(): number {
    return this.#watchers.size;
  }

  #tell(gone: () => void): void {
    queueMicrotask(() => {
      if (this.#watchers.delete(gone)) gone();
    });
  }
}
