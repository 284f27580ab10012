import type { StorageStatus } from "../contract/status.js";
import type { ResumeStore } from "../hub/environment.js";

/** A store whose entries the test can inspect. */
export class MemoryStore implements ResumeStore {
  readonly entries = new Map<string, unknown>();
  status: StorageStatus = { kind: "indexeddb" };

  /** Called before each operation, which has no effect if this rejects. */
  before: (() => Promise<void>) | undefined;

  read(key: string): Promise<unknown> {
    return this.#run(() => this.entries.get(key));
  }

  write(key: string, value: unknown): Promise<void> {
    return this.#run(() => void this.entries.set(key, value));
  }

  remove(key: string): Promise<void> {
    return this.#run(() => void this.entries.delete(key));
  }

  #run(operation: () => void): Promise<void>;
  #run(operation: () => unknown): Promise<unknown>;
  #run(operation: () => unknown): Promise<unknown> {
    if (this.before === undefined) return Promise.resolve(operation());
    return this.before().then(
      () => {
        this.status = { kind: "indexeddb" };
        return operation();
      },
      (cause: unknown) => void (this.status = { kind: "memory", reason: String(cause) }),
    );
  }
}
