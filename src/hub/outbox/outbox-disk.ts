import type { Environment, Removal } from "../environment.js";
import type { Entry } from "./entry.js";
import { isOfOtherVersion, isStoredEntry } from "../stored-entry.js";
import type { NewEntry, StoredEntry } from "../stored-entry.js";

/** Milliseconds until a store that has failed is tried again, at first and at most. */
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 60_000;
/** Milliseconds for which the next session waits for the last writes of this one. */
const LAST_WRITES = 2_000;

/**
 * The entries of one session in the store. A change that cannot be written is kept and written later; those that come while the store is
 * busy are written together.
 * @param wallTime the time of the computer, which all workers have in common
 * @param retry called when the store has failed and is worth another attempt
 */
export function createOutboxDisk(
  { outbox: store, channel, clock, log }: Pick<Environment, "outbox" | "channel" | "clock" | "log">,
  wallTime: () => number,
  retry: () => void,
) {
  const changed = new Set<Entry>();
  let writing: Promise<boolean> = Promise.resolve(true);
  let failures = 0;
  let stopRetry: (() => void) | undefined;
  let isClosed = false;
  let isCleared = false;
  let cleared = Promise.resolve();
  /** The entries that are being stored. */
  const appending = new Set<Promise<number | undefined>>();

  const failed = (): void => {
    if (isClosed || stopRetry !== undefined) return;
    stopRetry = clock.after(Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** failures), () => {
      stopRetry = undefined;
      retry();
    });
    failures += 1;
  };

  const worked = (): void => {
    failures = 0;
  };

  /** Writes all changes. Resolves with false if the store has failed. */
  const writeAll = async (): Promise<boolean> => {
    const entries = [...changed];
    changed.clear();
    if (entries.length === 0 || isCleared) return true;
    const kept: StoredEntry[] = [];
    const removed: number[] = [];
    for (const { state, position, content } of entries) {
      if (position === undefined) continue;
      if (state === "gone") removed.push(position);
      else kept.push({ ...content, position });
    }
    try {
      await store.write(kept, removed);
      worked();
      return true;
    } catch {
      for (const entry of entries) changed.add(entry);
      failed();
      return false;
    }
  };

  /** Removes what no worker could ever send or show, and an application not even dismiss. */
  const discard = (unreadable: readonly unknown[]): void => {
    if (unreadable.length === 0) return;
    const positions = unreadable.map((entry) => (entry as StoredEntry).position);
    store.write([], positions).then(
      () => log(`Malformed entries of the outbox were removed: ${positions.length}`),
      // The next reader tries it again.
      () => undefined,
    );
  };

  return {
    /** Returns the stored entries; undefined if the store has failed. */
    async load(owner: string): Promise<readonly StoredEntry[] | undefined> {
      try {
        const found = await store.list(owner);
        worked();
        discard(found.filter((entry) => !isStoredEntry(entry) && !isOfOtherVersion(entry)));
        return found.filter(isStoredEntry).filter((entry) => entry.owner === owner);
      } catch {
        failed();
        return undefined;
      }
    },

    /** Resolves with the position of a new entry; with undefined if it is not stored. */
    async append(entry: NewEntry): Promise<number | undefined> {
      if (isCleared) return undefined;
      const appended = store.append(entry).catch(() => undefined);
      appending.add(appended);
      const position = await appended;
      appending.delete(appended);
      if (isCleared || position === undefined) return undefined;
      const { owner, outboxId } = entry;
      channel.post({ owner, outboxId });
      return position;
    },

    /** Writes what has become of entries. Resolves with false if that has to be done later. */
    async save(...entries: readonly Entry[]): Promise<boolean> {
      for (const entry of entries) changed.add(entry);
      writing = writing.then(writeAll);
      return await writing;
    },

    /**
     * Removes everything of an owner, also what is being stored; nothing is written from then on. Resolves after the first attempt.
     * @param holds tells whether only this hub may change the entries of an outbox
     * @param isElsewhere true if another hub removes all else
     */
    async clear(owner: string, holds: (outboxId: string) => boolean, isElsewhere: boolean): Promise<void> {
      isCleared = true;
      const now = wallTime();
      let until = isElsewhere ? -Infinity : Infinity;
      cleared = new Promise((removed) => {
        const after = Promise.all([writing, ...appending]);
        const isMeant: Removal["isMeant"] = ({ outboxId, createdAt }) =>
          holds(outboxId) || !(createdAt > until);
        writing = store.clear(owner, { after, isMeant, removed }).then(() => true);
      });
      await writing;
      // A later attempt must spare what others have stored since.
      until = Math.min(until, now);
    },

    /** Resolves when nothing is left of what was to be removed. */
    get cleared(): Promise<void> {
      return cleared;
    },

    get reason(): string {
      const { status } = store;
      return status.kind === "memory" ? status.reason : "";
    },

    /** Tries no more. Resolves when what is being written is, or will hardly ever be. */
    async close(): Promise<void> {
      isClosed = true;
      stopRetry?.();
      let stop = (): void => undefined;
      const patience = new Promise<void>((resolve) => (stop = clock.after(LAST_WRITES, resolve)));
      await Promise.race([Promise.all([writing, ...appending]), patience]);
      stop();
    },
  };
}

export type OutboxDisk = ReturnType<typeof createOutboxDisk>;
