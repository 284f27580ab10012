import { outboxLock } from "../../contract/port.js";
import type { Environment } from "../environment.js";

/** Milliseconds that the locks of other outboxes are waited for: a worker that is dying keeps its own for a moment. */
export const PATIENCE = 250;

/**
 * The Web Locks of the outboxes whose entries this hub may send: its own, and those of hubs that are gone. Hubs of several builds, at
 * different URLs, may have the same owner, but never the same entry.
 * @param inherited called when another hub has released a lock after it was waited for
 */
export function createOutboxLocks(
  { locks, clock, log }: Pick<Environment, "locks" | "clock" | "log">,
  inherited: () => void,
) {
  const requested = new Set<string>();
  /** The outboxes whose locks are granted, and whose entries are still to be read. */
  const unread = new Set<string>();
  /** Functions that release the locks that are granted, by outbox. */
  const releases = new Map<string, () => void>();
  let isWaiting = false;
  let isClosed = false;

  const request = async (id: string): Promise<void> => {
    requested.add(id);
    try {
      const release = await locks.hold(outboxLock(id));
      if (isClosed) return release();
      releases.set(id, release);
      unread.add(id);
      if (!isWaiting) inherited();
    } catch (cause) {
      log("the lock of an outbox was refused", cause);
    }
  };

  return {
    unread,

    /**
     * Requests the locks of outboxes. Resolves when all are granted, or after a moment: the others are granted when the hubs that have
     * them are gone.
     * @returns false if all had been requested before, or all are released
     */
    async claim(ids: Iterable<string>): Promise<boolean> {
      if (isClosed) return false;
      const requests = [...new Set(ids)].filter((id) => !requested.has(id)).map(request);
      if (requests.length === 0) return false;
      isWaiting = true;
      await new Promise<void>((resolve) => {
        const stop = clock.after(PATIENCE, resolve);
        void Promise.all(requests).then(() => {
          stop();
          resolve();
        });
      });
      isWaiting = false;
      return true;
    },

    /** Tells whether only this hub may send and change the entries of an outbox. */
    holds: (id: string): boolean => releases.has(id),

    /** Takes no further locks. */
    close(): void {
      isClosed = true;
    },

    /** Releases all locks, so that other hubs can send what is left. */
    release: (): void => {
      for (const release of releases.values()) release();
      releases.clear();
    },
  };
}
