/** Web Locks as a liveness check: the holder of a lock is alive. */
export interface Locks {
  /** Holds the lock until the returned function is called. Rejects with the browser's error if locks are refused. */
  hold(name: string): Promise<() => void>;
  /** Calls `gone` once when the holder of the lock has released it or died. Returns a function that stops watching. */
  watch(name: string, gone: () => void): () => void;
}

/** Returns the locks of the browser. `report` is called if the browser refuses to watch one. */
export function webLocks(manager: LockManager, report: (error: unknown) => void): Locks {
  return {
    hold: (name) =>
      new Promise((held, refused) => {
        manager.request(name, () => new Promise<void>((release) => held(release))).catch(refused);
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
          if (!watching.signal.aborted) report(error);
        });
      return () => watching.abort();
    },
  };
}
