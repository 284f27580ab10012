import { promisifyRequest } from "idb-keyval";
import type { StorageStatus } from "../contract/status.js";
import type { OutboxStore } from "../hub/environment.js";
import type { Clock } from "../web/clock.js";
import type { Database } from "../web/database.js";
import { within } from "../web/time-limit.js";

/** Milliseconds for one operation: in some browsers an operation of IndexedDB may never settle. */
const TIME_LIMIT = 2_000;

/** Creates the object store of the outboxes: a step of the database's upgrade. */
export function createOutboxEntries(database: IDBDatabase): void {
  database
    .createObjectStore("outbox", { keyPath: "position", autoIncrement: true })
    .createIndex("owner", "owner");
}

/** Keeps the entries of the outboxes in the database. */
export function createOutboxStore(database: Database, clock: Clock): OutboxStore {
  const store = database.store("outbox");
  let status: StorageStatus = { kind: "indexeddb" };

  /**
   * Runs an operation in a transaction of its own. One that has not been committed in time is aborted, so that it has no effect later, when
   * its failure has already been reported.
   */
  async function transact<T>(
    mode: IDBTransactionMode,
    operation: (entries: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    let transaction: IDBTransaction | undefined;
    let isLate = false;
    const late = new Error(`IndexedDB did not answer within ${TIME_LIMIT} ms`);
    // Inside a promise, because IndexedDB may be missing.
    const running = Promise.resolve().then(() =>
      store(mode, async (entries) => {
        if (isLate) throw late;
        ({ transaction } = entries);
        const committed = promisifyRequest(transaction);
        // It rejects besides the operation that fails.
        committed.catch(() => undefined);
        const value = await operation(entries);
        await committed;
        return value;
      }),
    );
    try {
      const value = await within(clock, TIME_LIMIT, running, () => {
        isLate = true;
        try {
          transaction?.abort();
        } catch {
          // It has just been committed.
          return running;
        }
        return Promise.reject(late);
      });
      status = { kind: "indexeddb" };
      return value;
    } catch (cause) {
      status = { kind: "memory", reason: String(cause) };
      throw cause;
    }
  }

  return {
    get status() {
      return status;
    },
    append: (entry) =>
      transact("readwrite", async (entries) => Number(await promisifyRequest(entries.add(entry)))),
    list: (owner) =>
      transact("readonly", (entries) => promisifyRequest(entries.index("owner").getAll(owner))),
    write: (changed, removed) =>
      transact("readwrite", (entries) => {
        for (const entry of changed) entries.put(entry);
        for (const position of removed) entries.delete(position);
        return Promise.resolve();
      }),
    clear: (owner) =>
      transact("readwrite", async (entries) => {
        for (const position of await promisifyRequest(entries.index("owner").getAllKeys(owner)))
          entries.delete(position);
      }),
  };
}
