import { promisifyRequest } from "idb-keyval";
import type { StorageStatus } from "../contract/status.js";
import type { ResumeStore } from "../hub/environment.js";
import type { Clock } from "../web/clock.js";
import type { Database, Upgrade } from "../web/database.js";
import { within } from "../web/time-limit.js";
import { createOutboxEntries } from "./outbox-store.js";

/** The upgrade steps of the worker's database: version 1 had nothing but the resume data. */
export const upgrades: readonly Upgrade[] = [
  (database) => database.createObjectStore("resume"),
  createOutboxEntries,
];

/** A key-value store that survives a restart of the browser. Every method may reject, throw or never settle. */
export interface KeyValues {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Returns the key-value store for resume data in the database. */
export function resumeValues(database: Database): KeyValues {
  const store = database.store("resume");
  return {
    get: (key) => store("readonly", (values) => promisifyRequest<unknown>(values.get(key))),
    set: (key, value) =>
      store("readwrite", (values) => {
        values.put(value, key);
        return promisifyRequest(values.transaction);
      }),
    delete: (key) =>
      store("readwrite", (values) => {
        values.delete(key);
        return promisifyRequest(values.transaction);
      }),
  };
}

/** Time limit in milliseconds for one operation: in some browsers `indexedDB.open` never settles. */
const TIME_LIMIT = 2_000;

/** Keeps resume data on disk, as far as the disk works; unwritten values stay in memory, and `status` gives the reason. */
export function createResumeStore(disk: KeyValues, clock: Clock): ResumeStore {
  /** Values that are newer than those on disk. */
  const unsaved = new Map<string, unknown>();
  let fault: string | undefined;

  function fail(reason: string): undefined {
    fault = reason;
  }

  function recover(): void {
    if (unsaved.size === 0) fault = undefined;
  }

  /** Settles within the time limit; with undefined if it failed. Each operation tries the disk again, because an error may be temporary. */
  function attempt<T>(operation: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    // Inside a promise, because the operation throws where IndexedDB is missing.
    const running = Promise.resolve()
      .then(operation)
      .then(
        (value) => ({ value }),
        (error: unknown) => fail(String(error)),
      );
    return within(clock, TIME_LIMIT, running, () => fail(`IndexedDB did not answer within ${TIME_LIMIT} ms`));
  }

  async function save(key: string, value: unknown, operation: () => Promise<void>): Promise<void> {
    unsaved.set(key, value);
    if ((await attempt(operation)) === undefined) return;
    if (unsaved.get(key) === value) unsaved.delete(key);
    recover();
  }

  return {
    get status(): StorageStatus {
      return fault === undefined ? { kind: "indexeddb" } : { kind: "memory", reason: fault };
    },
    async read(key) {
      if (unsaved.has(key)) return unsaved.get(key);
      const outcome = await attempt(() => disk.get(key));
      if (outcome !== undefined) recover();
      // A write may have arrived while the disk was being read.
      return unsaved.has(key) ? unsaved.get(key) : outcome?.value;
    },
    write: (key, value) => save(key, value, () => disk.set(key, value)),
    remove: (key) => save(key, undefined, () => disk.delete(key)),
  };
}
