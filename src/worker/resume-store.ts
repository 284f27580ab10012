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
/** Milliseconds after which what could not be written is tried again, unless another operation has succeeded before. */
const RETRY_DELAY = 30_000;

/**
 * Keeps resume data on disk, as far as the disk works; unwritten values stay in memory, and `status` gives the reason. They are written as soon
 * as the disk works again.
 */
export function createResumeStore(disk: KeyValues, clock: Clock): ResumeStore {
  /** Values that are newer than those on disk; undefined for those that have been removed. */
  const unsaved = new Map<string, unknown>();
  /** The keys of those whose last attempt has failed. */
  const failed = new Set<string>();
  let fault: string | undefined;
  let stopRetry: (() => void) | undefined;

  function fail(reason: string): undefined {
    fault = reason;
  }

  /** Takes note of an operation that has succeeded. */
  function recover(): void {
    if (unsaved.size === 0) fault = undefined;
    retry();
  }

  function retry(): void {
    stopRetry?.();
    stopRetry = undefined;
    for (const key of [...failed]) void save(key, unsaved.get(key));
  }

  /** Resolves with undefined if the operation fails. Each one tries the disk again, because an error may be temporary. */
  function run<T>(operation: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    // Inside a promise, because the operation throws where IndexedDB is missing.
    return Promise.resolve()
      .then(operation)
      .then(
        (value) => ({ value }),
        (error: unknown) => fail(String(error)),
      );
  }

  function inTime<T>(running: Promise<T | undefined>): Promise<T | undefined> {
    return within(clock, TIME_LIMIT, running, () => fail(`IndexedDB did not answer within ${TIME_LIMIT} ms`));
  }

  /** @param value undefined removes the key */
  async function save(key: string, value: unknown): Promise<void> {
    unsaved.set(key, value);
    failed.delete(key);
    const isLatest = (): boolean => unsaved.has(key) && unsaved.get(key) === value;
    const saved = (): void => {
      if (isLatest()) {
        unsaved.delete(key);
        failed.delete(key);
      }
      recover();
    };
    const running = run(() => (value === undefined ? disk.delete(key) : disk.set(key, value)));
    if ((await inTime(running)) !== undefined) return saved();
    if (isLatest()) failed.add(key);
    if (failed.size > 0) stopRetry ??= clock.after(RETRY_DELAY, retry);
    void running.then((late) => late && saved());
  }

  return {
    get status(): StorageStatus {
      return fault === undefined ? { kind: "indexeddb" } : { kind: "memory", reason: fault };
    },
    async read(key) {
      if (unsaved.has(key)) return unsaved.get(key);
      const outcome = await inTime(run(() => disk.get(key)));
      if (outcome !== undefined) recover();
      // A write may have arrived while the disk was being read.
      return unsaved.has(key) ? unsaved.get(key) : outcome?.value;
    },
    write: save,
    remove: (key) => save(key, undefined),
  };
}
