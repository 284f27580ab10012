import type { Locks } from "../web/locks.js";

interface LockRequest {
  readonly name: string;
  /** A watcher's request, which is granted and released in one step. */
  readonly shared: boolean;
  readonly grant: () => void;
}

/** The Web Locks of one origin: one holder per lock; requests for a held lock wait in the order in which they were made. */
export class MemoryLocks implements Locks {
  /** The current holder of each held lock. */
  readonly #holders = new Map<string, object>();
  readonly #waiting = new Set<LockRequest>();

  /** Resolves when a request to hold a lock reaches the browser; a test may delay it. */
  requested: (name: string) => Promise<void> = () => Promise.resolve();

  async hold(name: string): Promise<() => void> {
    await this.requested(name);
    const holder = {};
    await new Promise<void>((held) => {
      const grant = (): void => {
        this.#holders.set(name, holder);
        held();
      };
      this.#waiting.add({ name, shared: false, grant });
      this.#grantWaiting(name);
    });
    return () => {
      if (this.#holders.get(name) === holder) this.release(name);
    };
  }

  watch(name: string, gone: () => void): () => void {
    let watching = true;
    const grant = (): void => {
      // A promise, because fake timers may replace `queueMicrotask`.
      void Promise.resolve().then(() => {
        if (watching) gone();
      });
    };
    const request = { name, shared: true, grant };
    this.#waiting.add(request);
    this.#grantWaiting(name);
    return () => {
      watching = false;
      this.#waiting.delete(request);
    };
  }

  /** Takes a free lock at once, on behalf of a tab or worker that the test plays. */
  take(name: string): void {
    if (this.#holders.has(name)) throw new Error(`The lock ${name} is already held`);
    this.#holders.set(name, {});
  }

  /** Releases a lock, as if its holder died. */
  release(name: string): void {
    this.#holders.delete(name);
    this.#grantWaiting(name);
  }

  /** Names of the locks that are held. */
  get held(): readonly string[] {
    return [...this.#holders.keys()];
  }

  /** Number of watchers that have neither been notified nor stopped. */
  get watching(): number {
    return [...this.#waiting].filter(({ shared }) => shared).length;
  }

  #grantWaiting(name: string): void {
    for (const request of this.#waiting) {
      if (request.name !== name || this.#holders.has(name)) continue;
      this.#waiting.delete(request);
      request.grant();
    }
  }
}
