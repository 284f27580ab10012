import { promisifyRequest } from "idb-keyval";
import type { StorageStatus } from "../contract/status.js";
import type { ResumeStore } from "../hub/environment.js";
import type { Clock } from "../web/clock.js";
import type { Database } from "./database.js";

/** A key-value store that survives a restart of the browser. Every method may reject, throw or never settle. */
export interface KeyValues {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
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
  };
}

/** Time limit in milliseconds for one operation: in some browsers `indexedDB.open` never settles. */
const TIME_LIMIT = 2_000;

/** Keeps resume data on disk, as far as the disk works; unwritten values stay in memory, and `status` gives the reason. */
export class IndexedDbResumeStore implements ResumeStore {
  /** Values that are newer than those on disk. */
  readonly #unsaved = new Map<string, unknown>();
  #fault: string | undefined;

  constructor(
    private readonly disk: KeyValues,
    private readonly clock: Clock,
  ) {}

  get status(): StorageStatus {
    return this.#fault === undefined ? { kind: "indexeddb" } : { kind: "memory", reason: this.#fault };
  }

  async read(key: string): Promise<unknown> {
    if (this.#unsaved.has(key)) return this.#unsaved.get(key);
    const outcome = await this.#try(() => this.disk.get(key));
    this.#recoverAfter(outcome.ok);
    // A write may have arrived while the disk was being read.
    return this.#unsaved.has(key) ? this.#unsaved.get(key) : outcome.value;
  }

  async write(key: string, value: unknown): Promise<void> {
    this.#unsaved.set(key, value);
    const { ok } = await this.#try(() => this.disk.set(key, value));
    if (ok && this.#unsaved.get(key) === value) this.#unsaved.delete(key);
    this.#recoverAfter(ok);
  }

  #recoverAfter(ok: boolean): void {
    if (ok && this.#unsaved.size === 0) this.#fault = undefined;
  }

  /** Settles within the time limit and never rejects. Each operation tries the disk again, because an error may be temporary. */
  #try<T>(operation: () => Promise<T>): Promise<{ ok: true; value: T } | { ok: false; value: undefined }> {
    return new Promise((resolve) => {
      const fail = (reason: string): void => {
        this.#fault = reason;
        resolve({ ok: false, value: undefined });
      };
      const stop = this.clock.after(TIME_LIMIT, () => {
        fail(`IndexedDB did not answer within ${TIME_LIMIT} ms`);
      });
      // Inside a promise, because the operation throws where IndexedDB is missing.
      Promise.resolve()
        .then(operation)
        .then(
          (value) => {
            stop();
            resolve({ ok: true, value });
          },
          (error: unknown) => {
            stop();
            fail(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
          },
        );
    });
  }
}
