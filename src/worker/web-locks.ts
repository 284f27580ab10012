import type { Locks } from "../hub/environment.js";

/** Watches the locks of others: whoever gets a lock knows that its holder is gone. */
export const webLocks: Locks = {
  watch: (name, gone) => {
    const waiting = new AbortController();
    navigator.locks
      // Shared, so that several watchers do not wait for each other.
      .request(name, { mode: "shared", signal: waiting.signal }, () => {
        if (!waiting.signal.aborted) gone();
      })
      .catch((error: unknown) => {
        // Stopping to watch rejects the request, and is no fault.
        if (!waiting.signal.aborted) reportError(error);
      });
    return () => {
      waiting.abort();
    };
  },
};

/** Takes a lock and keeps it until this worker dies. Resolves when it is held, rejects when the browser refuses it. */
export function holdLock(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, () => {
        resolve();
        return new Promise<never>(() => undefined);
      })
      .catch((cause: unknown) => {
        const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
        reject(new Error(`The worker could not take its Web Lock "${name}" (${why})`, { cause }));
      });
  });
}
