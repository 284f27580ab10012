import type { MatchPolicy } from "../contract/request-options.js";

/** An entry in the router's tables, as known to the hub. */
export interface WireEntry<Id> {
  /** Name of the entry, unique among the current ones. */
  readonly key: string;
  /** Id that the router assigned; undefined while there is none. */
  id: Id | undefined;
}

/** Returns the key of an entry for a URI: the match policy is part of an entry's identity. */
export const wireKey = (uri: string, match: MatchPolicy): string => `${match} ${uri}`;

/**
 * Holds the wire subscriptions or wire registrations of one session, by key and by the router's id. An entry is current until it is
 * removed; a newer entry with the same key may then take its place, and the router may assign it the same id.
 */
export class WireTable<Id, Entry extends WireEntry<Id>> {
  readonly #byKey = new Map<string, Entry>();
  readonly #byId = new Map<Id, Entry>();

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Entry | undefined {
    return this.#byKey.get(key);
  }

  find(id: Id): Entry | undefined {
    return this.#byId.get(id);
  }

  isCurrent(entry: Entry): boolean {
    return this.#byKey.get(entry.key) === entry;
  }

  /** Returns a copy of the current entries: the caller may remove some while iterating. */
  entries(): readonly Entry[] {
    return [...this.#byKey.values()];
  }

  /** Adds an entry; throws if its key is taken. */
  add(entry: Entry): void {
    if (this.#byKey.has(entry.key)) throw new Error(`There is already a current entry ${entry.key}`);
    this.#byKey.set(entry.key, entry);
  }

  /** Records the id that the router assigned to a current entry. */
  identify(entry: Entry, id: Id): void {
    this.#requireCurrent(entry);
    entry.id = id;
    this.#byId.set(id, entry);
  }

  /** Removes a current entry. The entry keeps its id, for the request that undoes it. */
  remove(entry: Entry): void {
    this.#requireCurrent(entry);
    this.#byKey.delete(entry.key);
    if (entry.id !== undefined && this.#byId.get(entry.id) === entry) this.#byId.delete(entry.id);
  }

  /** Clears the ids of all entries, because their session is closed. */
  forgetIds(): void {
    for (const entry of this.#byId.values()) entry.id = undefined;
    this.#byId.clear();
  }

  #requireCurrent(entry: Entry): void {
    if (!this.isCurrent(entry)) throw new Error(`The entry ${entry.key} is not current`);
  }
}
