import type { Locks } from "../web/locks.js";

interface LockRequest {
  readonly name: string;
  /** A watcher's request, which is granted and released in one step. */
  readonly shared: boolean;
  readonly grant: () => void;
  readonly refuse: (error: unknown) => void;
}

const taken = (): Error => Object.assign(new Error("The browser takes it back"), { name: "AbortError" });

/** The Web Locks of one origin: one holder per lock; requests for a held lock wait in the order in which they were made. */
export class MemoryLocks implements Locks {
  /** The current holder of each held lock. */
  readonly #holders = new Map<string, { readonly lost: (error: unknown) => void }>();
  readonly #waiting = new Set<LockRequest>();

  /** Resolves when a request to hold a lock reaches the browser; a test may delay it. */
  requested: (name: string) => Promise<void> = () => Promise.resolve();

  async hold(name: string, lost: (error: unknown) => void = () => undefined): Promise<() => void> {
    await this.requested(name);
    const holder = { lost };
    await new Promise<void>((held, refuse) => {
      const grant = (): void => {
        this.#holders.set(name, holder);
        held();
      };
      this.#waiting.add({ name, shared: false, grant, refuse });
      this.#grantWaiting(name);
    });
    return () => {
      if (this.#holders.get(name) === holder) this.release(name);
    };
  }

  watch(name: string, gone: (refusal?: unknown) => void): () => void {
    let watching = true;
    const tell = (...refusal: [] | [unknown]): void => {
      // A promise, because fake timers may replace `queueMicrotask`.
      void Promise.resolve().then(() => {
        if (watching) gone(...refusal);
      });
    };
    const request = { name, shared: true, grant: () => tell(), refuse: tell };
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
    this.#holders.set(name, { lost: () => undefined });
  }

  /** Releases a lock, as if its holder died. */
  release(name: string): void {
    this.#holders.delete(name);
    this.#grantWaiting(name);
  }

  /** Takes a lock from its holder, like WebKit from a page in its back/forward cache. */
  takeBack(name: string): void {
    const holder = this.#holders.get(name);
    this.release(name);
    holder?.lost(taken());
  }

  /** Refuses the requests that wait for a lock, like WebKit those of a page in its back/forward cache. */
  refuse(name: string): void {
    for (const request of this.#waiting) {
      if (request.name !== name) continue;
      this.#waiting.delete(request);
      request.refuse(taken());
    }
  }

  /** Names of the locks that are held. */
  get held(): readonly string[] {
    return [...this.#holders.keys()];
  }

  /** Names of the locks that are waited for by those who want to hold them. */
  get awaited(): readonly string[] {
    return [...this.#waiting].filter(({ shared }) => !shared).map(({ name }) => name);
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
