import type { Environment } from "../environment.js";
import type { StoredEntry } from "../stored-entry.js";
import type { OutboxDisk } from "./outbox-disk.js";
import { createOutboxLocks } from "./outbox-locks.js";

interface LoaderParts {
  readonly owner: string;
  /** Called with the entries that only this hub may send from then on. */
  readonly loaded: (entries: readonly StoredEntry[]) => void;
  /** Called when another hub has left entries that are still to be loaded. */
  readonly inherited: () => void;
}

/** Reads the stored entries that this hub may send: after their lock is granted, since another hub may have changed them until then. */
export function createOutboxLoader(env: Environment, disk: Pick<OutboxDisk, "load">, parts: LoaderParts) {
  const id = env.randomId();
  /** One promise for all, so that what waits for it goes on in its order; undefined if there is something to load. */
  let loading: Promise<boolean> | undefined;
  let isLoading = false;

  const inherited = (): void => {
    if (!isLoading) loading = undefined;
    parts.inherited();
  };
  const locks = createOutboxLocks(env, inherited);

  const read = async () => {
    const ids = new Set(locks.unread);
    const stored = await disk.load(parts.owner);
    return stored && { ids, stored };
  };

  const claim = (stored: readonly StoredEntry[]): Promise<boolean> =>
    locks.claim(stored.map(({ outboxId }) => outboxId));

  /** Loads what may be sent, and requests the locks of all else. */
  const loadOnce = async (): Promise<boolean> => {
    // Nothing is stored before its lock is held.
    await locks.claim([id]);
    let found = await read();
    const isNew = found !== undefined && (await claim(found.stored));
    if (isNew) found = await read();
    if (found === undefined) return false;
    const { ids, stored } = found;
    for (const granted of ids) locks.unread.delete(granted);
    parts.loaded(stored.filter(({ outboxId }) => ids.has(outboxId)));
    return true;
  };

  const loadAll = async (): Promise<boolean> => {
    isLoading = true;
    let isRead: boolean;
    do isRead = await loadOnce();
    while (isRead && locks.unread.size > 0);
    isLoading = false;
    if (!isRead) loading = undefined;
    return isRead;
  };

  return {
    /** The id of the outbox in which this hub stores its entries. */
    id,

    /** Loads what is not loaded yet. Resolves with false if the store has failed. */
    load: (): Promise<boolean> => (loading ??= loadAll()),

    /** Takes note of the outbox of another hub, to load it when that is gone. */
    async follow(outboxId: string): Promise<void> {
      if ((await locks.claim([outboxId])) && locks.unread.size > 0) inherited();
    },

    /** Tells whether only this hub may send and change the entries of an outbox. */
    holds: locks.holds,

    /** Loads nothing any more. Other hubs may send what is left as soon as `wiped` resolves. */
    close(wiped: Promise<void>): void {
      locks.close();
      void wiped.then(locks.release);
    },
  };
}
