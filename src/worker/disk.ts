import type { StorageStatus } from "../contract/status.js";
import type { Clock } from "../web/clock.js";
import { createHanging } from "../web/hanging.js";
import { within } from "../web/time-limit.js";

/** Time limit in milliseconds for one operation: in some browsers an operation of IndexedDB may never settle. */
const TIME_LIMIT = 2_000;
/** Milliseconds after which what has failed is tried again, unless another operation has succeeded before. */
const RETRY_DELAY = 30_000;

/** Runs the operations of one store, and tries again what has failed: as soon as any of them succeeds, and every 30 s. */
export function createDisk(clock: Clock) {
  /** Tasks that have failed, by what identifies them. */
  const failed = new Map<unknown, () => Promise<unknown>>();
  const hanging = createHanging(clock);
  let fault: string | undefined;
  let changed = (): void => undefined;
  let isRetrying = false;
  let stopRetry: (() => void) | undefined;

  const setFault = (reason?: string): void => {
    const isChange = (reason === undefined) !== (fault === undefined);
    fault = reason;
    if (isChange) changed();
  };

  const recover = (): void => {
    if (failed.size === 0) setFault();
  };

  const wait = (): void => {
    if (failed.size > 0) stopRetry ??= clock.after(RETRY_DELAY, () => void retry());
  };

  const retry = async (): Promise<void> => {
    stopRetry?.();
    stopRetry = undefined;
    if (isRetrying) return;
    isRetrying = true;
    for (const [key, task] of [...failed]) {
      const isCurrent = (): boolean => failed.get(key) === task;
      if (!isCurrent() || !(await hasSucceeded(task()))) continue;
      // A later task with its key may have failed meanwhile.
      if (isCurrent()) failed.delete(key);
      recover();
    }
    isRetrying = false;
    wait();
  };

  const succeeded = (): void => {
    recover();
    void retry();
  };

  return {
    get status(): StorageStatus {
      return fault === undefined ? { kind: "indexeddb" } : { kind: "memory", reason: fault };
    },

    /** Calls a function whenever the kind of the status changes, in place of an earlier function. */
    watch: (listener: () => void): void => {
      changed = listener;
    },

    /**
     * Runs an operation, which may throw. Rejects if it fails or takes too long.
     * @param abort called if it takes too long; settles as the operation does from then on
     */
    async run<T>(
      operation: () => Promise<T>,
      abort: (late: Error, running: Promise<T>) => Promise<T> = (late) => Promise.reject(late),
    ): Promise<T> {
      const late = new DOMException(`IndexedDB did not answer within ${TIME_LIMIT} ms`, "TimeoutError");
      try {
        if (hanging.isEnough) throw late;
        const running = Promise.resolve().then(operation);
        running.then(succeeded, () => undefined);
        return await within(clock, TIME_LIMIT, running, () => {
          hanging.add(running);
          return abort(late, running);
        });
      } catch (cause) {
        setFault(String(cause));
        throw cause;
      }
    },

    /** Tries a task again until it is forgotten, in place of an earlier one with the same key. */
    retryLater(key: unknown, task: () => Promise<unknown>): void {
      failed.set(key, task);
      wait();
    },

    forget: (key: unknown): void => void failed.delete(key),
  };
}

function hasSucceeded(running: Promise<unknown>): Promise<boolean> {
  return running.then(
    () => true,
    () => false,
  );
}
