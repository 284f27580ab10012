import type { StorageStatus } from "../contract/status.js";
import type { ResumeStore } from "../hub/environment.js";

/** A store whose entries the test can inspect, and whose operations it can delay and fail. */
export class MemoryStore implements ResumeStore {
  readonly entries = new Map<string, unknown>();
  status: StorageStatus;
  #changed = (): void => undefined;

  /** Called before each operation, which has no effect if this rejects. */
  before: () => Promise<void> = () => Promise.resolve();

  /** Called after each operation, before its result is known. */
  after: (key: string) => void = () => undefined;

  /** @param working the status as long as no operation fails */
  constructor(private readonly working: StorageStatus = { kind: "indexeddb" }) {
    this.status = working;
  }

  watch(changed: () => void): void {
    this.#changed = changed;
  }

  read(key: string): Promise<unknown> {
    return this.#run(key, () => this.entries.get(key));
  }

  async write(key: string, value: unknown): Promise<void> {
    await this.#run(key, () => this.entries.set(key, value));
  }

  async remove(key: string, isOwn?: (value: unknown) => boolean): Promise<void> {
    await this.#run(key, () => isOwn?.(this.entries.get(key)) !== false && this.entries.delete(key));
  }

  /** Fails like the database of a worker: with undefined, and with a status that says so. */
  async #run(key: string, operation: () => unknown): Promise<unknown> {
    try {
      await this.before();
      this.#set(this.working);
      return operation();
    } catch (cause) {
      this.#set({ kind: "memory", reason: String(cause) });
      return undefined;
    } finally {
      this.after(key);
    }
  }

  #set(status: StorageStatus): void {
    const isChange = status.kind !== this.status.kind;
    this.status = status;
    if (isChange) this.#changed();
  }
}
