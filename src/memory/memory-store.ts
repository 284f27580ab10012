import type { StorageStatus } from "../contract/status.js";
import type { ResumeStore } from "../hub/environment.js";

/** A store whose entries the test can inspect, and whose operations it can delay and fail. */
export class MemoryStore implements ResumeStore {
  readonly entries = new Map<string, unknown>();
  status: StorageStatus = { kind: "indexeddb" };
  #changed = (): void => undefined;

  /** Called before each operation, which has no effect if this rejects. */
  before: () => Promise<void> = () => Promise.resolve();

  watch(changed: () => void): void {
    this.#changed = changed;
  }

  read(key: string): Promise<unknown> {
    return this.#run(() => this.entries.get(key));
  }

  async write(key: string, value: unknown): Promise<void> {
    await this.#run(() => this.entries.set(key, value));
  }

  async remove(key: string): Promise<void> {
    await this.#run(() => this.entries.delete(key));
  }

  /** Fails like the database of a worker: with undefined, and with a status that says so. */
  async #run(operation: () => unknown): Promise<unknown> {
    try {
      await this.before();
      this.#set({ kind: "indexeddb" });
      return operation();
    } catch (cause) {
      this.#set({ kind: "memory", reason: String(cause) });
      return undefined;
    }
  }

  #set(status: StorageStatus): void {
    const isChange = status.kind !== this.status.kind;
    this.status = status;
    if (isChange) this.#changed();
  }
}
