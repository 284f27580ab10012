import type { StorageStatus } from "../contract/status.js";
import type { ResumeStore } from "../hub/environment.js";

/** A store whose entries the test can inspect. */
export class MemoryStore implements ResumeStore {
  readonly entries = new Map<string, unknown>();
  status: StorageStatus = { kind: "indexeddb" };

  read(key: string): Promise<unknown> {
    return Promise.resolve(this.entries.get(key));
  }

  write(key: string, value: unknown): Promise<void> {
    this.entries.set(key, value);
    return Promise.resolve();
  }

  remove(key: string): Promise<void> {
    this.entries.delete(key);
    return Promise.resolve();
  }
}
