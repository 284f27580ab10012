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
  /** Deletes a key, if `isOwn` is true of its value or not given; nothing else changes the value in between. */
  delete(key: string, isOwn?: (value: unknown) => boolean): Promise<void>;
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
    delete: (key, isOwn) =>
      store("readwrite", async (values) => {
        if (isOwn?.(await promisifyRequest<unknown>(values.get(key))) !== false) values.delete(key);
        return promisifyRequest(values.transaction);
      }),
  };
}

/** A change that the disk may not have yet. */
interface Change {
  /** The new value; undefined for a key that is removed. */
  readonly value?: unknown;
  readonly make: () => Promise<void>;
  /** True if the last attempt has failed. */
  hasFailed?: boolean;
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
  const unsaved = new Map<string, Change>();
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
    for (const [key, change] of unsaved) if (change.hasFailed === true) void save(key, change);
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

  async function save(key: string, change: Change): Promise<void> {
    unsaved.set(key, change);
    change.hasFailed = false;
    const isLatest = (): boolean => unsaved.get(key) === change;
    const saved = (): void => {
      if (isLatest()) unsaved.delete(key);
      recover();
    };
    const running = run(change.make);
    if ((await inTime(running)) !== undefined) return saved();
    if (isLatest()) {
      change.hasFailed = true;
      stopRetry ??= clock.after(RETRY_DELAY, retry);
    }
    void running.then((late) => late && saved());
  }

  return {
    get status(): StorageStatus {
      return fault === undefined ? { kind: "indexeddb" } : { kind: "memory", reason: fault };
    },
    async read(key) {
      const change = unsaved.get(key);
      if (change !== undefined) return change.value;
      const outcome = await inTime(run(() => disk.get(key)));
      if (outcome !== undefined) recover();
      // A write may have arrived while the disk was being read.
      return (unsaved.get(key) ?? outcome)?.value;
    },
    write: (key, value) => save(key, { value, make: () => disk.set(key, value) }),
    remove: (key, isOwn) => save(key, { make: () => disk.delete(key, isOwn) }),
  };
}
