import type { StorageStatus } from "../contract/status.js";
import type { OutboxStore, Removal } from "../hub/environment.js";
import type { NewEntry, StoredEntry } from "../hub/stored-entry.js";

/** A store of outboxes whose entries the test can inspect, and whose operations it can delay and fail. */
export class MemoryOutboxStore implements OutboxStore {
  readonly entries: Map<number, StoredEntry>;
  /** Called before each operation, which fails if this rejects. */
  before: () => Promise<void> = () => Promise.resolve();
  status: StorageStatus = { kind: "indexeddb" };
  #last = 0;
  /** Removals that have not succeeded yet, with the owner of the entries. */
  readonly #removals = new Map<() => Promise<void>, string>();
  #changed = (): void => undefined;

  /** @param shared the store of another worker with the same entries */
  constructor(private readonly shared?: MemoryOutboxStore) {
    this.entries = shared?.entries ?? new Map<number, StoredEntry>();
  }

  watch(changed: () => void): void {
    this.#changed = changed;
  }

  /** Puts an entry back that an earlier store had. */
  restore(position: number, entry: StoredEntry): void {
    this.entries.set(position, entry);
    this.#last = Math.max(this.#last, position);
  }

  append(entry: NewEntry): Promise<number> {
    if (this.shared !== undefined) return this.shared.append(entry);
    return this.#run(() => {
      this.#last += 1;
      this.entries.set(this.#last, { ...entry, position: this.#last });
      return this.#last;
    });
  }

  async list(owner: string): Promise<readonly unknown[]> {
    for (const [remove, of] of this.#removals) if (of === owner) await remove();
    return this.#run(() => [...this.entries.values()].filter((entry) => entry.owner === owner));
  }

  write(changed: readonly StoredEntry[], removed: readonly number[]): Promise<void> {
    return this.#run(() => {
      for (const entry of changed) this.entries.set(entry.position, { ...entry });
      for (const position of removed) this.entries.delete(position);
    });
  }

  async clear(owner: string, { after, isMeant, removed }: Removal): Promise<void> {
    const remove = async (): Promise<void> => {
      await after;
      await this.#run(() => {
        for (const [position, entry] of this.entries)
          if (entry.owner === owner && isMeant(entry)) this.entries.delete(position);
      });
      this.#removals.delete(remove);
      removed();
    };
    this.#removals.set(remove, owner);
    await remove().catch(() => undefined);
  }

  /** Tries the removals again that have failed, as a worker does from time to time. */
  async retry(): Promise<void> {
    for (const remove of this.#removals.keys()) await remove();
  }

  /** Operations are done one after the other, as the transactions of a database. */
  #turn: Promise<unknown> = Promise.resolve();
  #run<T>(operation: () => T): Promise<T> {
    if (this.shared !== undefined) return this.shared.#run(operation);
    const done = this.#turn.then(async () => {
      try {
        await this.before();
        const value = operation();
        this.#set({ kind: "indexeddb" });
        return value;
      } catch (cause) {
        this.#set({ kind: "memory", reason: String(cause) });
        throw cause;
      }
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #set(status: StorageStatus): void {
    const isChange = status.kind !== this.status.kind;
    this.status = status;
    if (isChange) this.#changed();
  }
}
