import { promisifyRequest } from "idb-keyval";
import type { ResumeStore } from "../hub/environment.js";
import type { Clock } from "../web/clock.js";
import type { Database, Upgrade } from "../web/database.js";
import { createDisk } from "./disk.js";
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
  /** Deletes a key, if its value is meant; nothing else changes the value in between. */
  delete(key: string, isMeant: (value: unknown) => boolean): Promise<void>;
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
    delete: (key, isMeant) =>
      store("readwrite", (values) => {
        const request: IDBRequest<unknown> = values.get(key);
        request.onsuccess = () => {
          if (isMeant(request.result)) values.delete(key);
        };
        return promisifyRequest(values.transaction);
      }),
  };
}

/** A change that is newer than the value on disk. */
interface Unsaved {
  /** Undefined if the value has been removed. */
  readonly value: unknown;
  /** True if the value on disk, as far as it is known, is to go in any case. */
  readonly isAny: boolean;
}

/**
 * Keeps resume data on disk, as far as the disk works; unwritten values stay in memory, and `status` gives the reason. They are written as soon
 * as the disk works again.
 */
export function createResumeStore(values: KeyValues, clock: Clock): ResumeStore {
  const disk = createDisk(clock);
  const unsaved = new Map<string, Unsaved>();
  /** Values on disk, as last read or written. */
  const known = new Map<string, string | undefined>();

  const learn = (key: string, value: unknown): void => void known.set(key, JSON.stringify(value));

  /** Tells whether a value may be removed late: not if the worker of another build has stored it since. */
  const isKnown = (key: string, value: unknown): boolean =>
    !known.has(key) || known.get(key) === JSON.stringify(value);

  /**
   * @param value undefined removes the key
   * @param isOwn decides whether the stored value may be removed
   */
  function save(key: string, value: unknown, isOwn?: (stored: unknown) => boolean): Promise<void> {
    const isAny = isOwn === undefined || unsaved.get(key)?.isAny === true;
    const change: Unsaved = { value, isAny };
    unsaved.set(key, change);
    disk.forget(key);
    const isLatest = (): boolean => unsaved.get(key) === change;
    const isMeant = (stored: unknown): boolean => isOwn?.(stored) === true || (isAny && isKnown(key, stored));
    const attempt = (isGone: (stored: unknown) => boolean): Promise<void> =>
      disk.run(async () => {
        let left = value;
        const isMeantNow = (stored: unknown): boolean => {
          left = isGone(stored) ? undefined : stored;
          return left === undefined;
        };
        await (value === undefined ? values.delete(key, isMeantNow) : values.set(key, value));
        learn(key, left);
        if (!isLatest()) return;
        unsaved.delete(key);
        disk.forget(key);
      });
    return attempt(isOwn === undefined ? () => true : isMeant).catch(() => {
      if (isLatest()) disk.retryLater(key, () => attempt(isMeant));
    });
  }

  return {
    get status() {
      return disk.status;
    },
    watch: disk.watch,
    async read(key) {
      const latest = (stored?: unknown): unknown => (unsaved.get(key) ?? { value: stored }).value;
      if (unsaved.has(key)) return latest();
      const reading = disk.run(async () => {
        const stored = await values.get(key);
        learn(key, stored);
        // A write may have arrived meanwhile.
        return latest(stored);
      });
      return await reading.catch(() => latest());
    },
    write: (key, value) => save(key, value),
    remove: (key, isOwn) => save(key, undefined, isOwn),
  };
}
