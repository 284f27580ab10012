import type { StorageStatus } from "../contract/status.js";
import type { OutboxStore } from "../hub/environment.js";
import type { NewEntry, StoredEntry } from "../hub/stored-entry.js";

/** A store of outboxes whose entries the test can inspect, and whose operations it can delay and fail. */
export class MemoryOutboxStore implements OutboxStore {
  readonly entries = new Map<number, StoredEntry>();
  /** Called before each operation, which fails if this rejects. */
  before: () => Promise<void> = () => Promise.resolve();
  status: StorageStatus = { kind: "indexeddb" };
  #last = 0;

  /** Puts an entry back that an earlier store had. */
  restore(position: number, entry: StoredEntry): void {
    this.entries.set(position, entry);
    this.#last = Math.max(this.#last, position);
  }

  append(entry: NewEntry): Promise<number> {
    return this.#run(() => {
      this.#last += 1;
      this.entries.set(this.#last, { ...entry, position: this.#last });
      return this.#last;
    });
  }

  list(owner: string): Promise<readonly unknown[]> {
    return this.#run(() => [...this.entries.values()].filter((entry) => entry.owner === owner));
  }

  write(changed: readonly StoredEntry[], removed: readonly number[]): Promise<void> {
    return this.#run(() => {
      for (const entry of changed) this.entries.set(entry.position, { ...entry });
      for (const position of removed) this.entries.delete(position);
    });
  }

  clear(owner: string): Promise<void> {
    return this.#run(() => {
      for (const [position, entry] of this.entries) if (entry.owner === owner) this.entries.delete(position);
    });
  }

  /** Operations are done one after the other, as the transactions of a database. */
  #turn: Promise<unknown> = Promise.resolve();
  #run<T>(operation: () => T): Promise<T> {
    const done = this.#turn.then(async () => {
      try {
        await this.before();
        const value = operation();
        this.status = { kind: "indexeddb" };
        return value;
      } catch (cause) {
        this.status = { kind: "memory", reason: String(cause) };
        throw cause;
      }
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
