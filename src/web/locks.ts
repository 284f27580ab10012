/** Web Locks as a liveness check: the holder of a lock is alive. */
export interface Locks {
  /**
   * Holds the lock until the returned function is called. Rejects with the browser's error if locks are refused. `lost` is called if the
   * browser takes the lock away from this holder, such as from a page in WebKit's back/forward cache.
   */
  hold(name: string, lost?: (error: unknown) => void): Promise<() => void>;
  /**
   * Calls `gone` once: when the holder of the lock has released it or died, or, with an error, when the browser refuses to wait for that
   * any longer. Returns a function that stops watching.
   */
  watch(name: string, gone: (refusal?: unknown) => void): () => void;
}

/** Returns the locks of the browser. */
export function webLocks(manager: LockManager): Locks {
  return {
    hold: (name, lost) =>
      new Promise((held, refused) => {
        let fail = refused;
        const hold = (): Promise<void> =>
          new Promise((release) => {
            fail = (error) => lost?.(error);
            held(release);
          });
        manager.request(name, hold).catch((error: unknown) => fail(error));
      }),
    watch: (name, gone) => {
      const watching = new AbortController();
      manager
        // Shared, so that several watchers do not wait for each other.
        .request(name, { mode: "shared", signal: watching.signal }, () => {
          if (!watching.signal.aborted) gone();
        })
        .catch((error: unknown) => {
          // Stopping also rejects the request, which is not an error.
          if (!watching.signal.aborted) gone(error);
        });
      return () => watching.abort();
    },
  };
}
