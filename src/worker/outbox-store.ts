import { promisifyRequest } from "idb-keyval";
import type { OutboxStore } from "../hub/environment.js";
import type { Clock } from "../web/clock.js";
import type { Database } from "../web/database.js";
import type { StoredEntry } from "../hub/stored-entry.js";
import { createDisk } from "./disk.js";

/** Creates the object store of the outboxes: a step of the database's upgrade. */
export function createOutboxEntries(database: IDBDatabase): void {
  database
    .createObjectStore("outbox", { keyPath: "position", autoIncrement: true })
    .createIndex("owner", "owner");
}

/** Keeps the entries of the outboxes in the database. */
export function createOutboxStore(database: Database, clock: Clock): OutboxStore {
  const disk = createDisk(clock);
  const store = database.store("outbox");
  /** Removals that have not succeeded yet, with the owner of the entries. */
  const removals = new Map<() => Promise<void>, string>();

  /**
   * Runs an operation in a transaction of its own. One that has not been committed in time is aborted, so that it has no effect later, when
   * its failure has already been reported.
   */
  function transact<T>(
    mode: IDBTransactionMode,
    operation: (entries: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    let transaction: IDBTransaction | undefined;
    let isLate = false;
    return disk.run(
      () =>
        store(mode, async (entries) => {
          if (isLate) throw new Error("It is too late");
          ({ transaction } = entries);
          const committed = promisifyRequest(transaction);
          // It rejects besides the operation that fails.
          committed.catch(() => undefined);
          const value = await operation(entries);
          await committed;
          return value;
        }),
      (late, running) => {
        isLate = true;
        try {
          transaction?.abort();
        } catch {
          // It has just been committed.
          return running;
        }
        return Promise.reject(late);
      },
    );
  }

  const all = (entries: IDBObjectStore, owner: string): Promise<StoredEntry[]> =>
    promisifyRequest<StoredEntry[]>(entries.index("owner").getAll(owner));

  return {
    get status() {
      return disk.status;
    },
    watch: disk.watch,
    append: (entry) =>
      transact("readwrite", async (entries) => Number(await promisifyRequest(entries.add(entry)))),
    async list(owner) {
      for (const [remove, of] of removals) if (of === owner) await remove();
      return await transact("readonly", (entries) => all(entries, owner));
    },
    write: (changed, removed) =>
      transact("readwrite", (entries) => {
        for (const entry of changed) entries.put(entry);
        for (const position of removed) entries.delete(position);
        return Promise.resolve();
      }),
    clear(owner, { after, isMeant, removed }) {
      let running: Promise<void> | undefined;
      const remove = (): Promise<void> => (running ??= attempt().finally(() => (running = undefined)));
      const attempt = async (): Promise<void> => {
        await after;
        await transact("readwrite", async (entries) => {
          for (const entry of await all(entries, owner)) if (isMeant(entry)) entries.delete(entry.position);
        });
        removals.delete(remove);
        disk.forget(remove);
        removed();
      };
      removals.set(remove, owner);
      return remove().catch(() => {
        if (removals.has(remove)) disk.retryLater(remove, remove);
      });
    },
  };
}
