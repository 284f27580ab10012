/** An entry in the router's tables, as the hub knows it. */
export interface WireEntry<Id> {
  /** Name of the entry, unique among the current ones. */
  readonly key: string;
  /** Id that the router gave; undefined while there is none. */
  id: Id | undefined;
}

/**
 * Holds the wire subscriptions or wire registrations of one session, by key and by the router's id. An entry is current until it
 * is removed; a newer entry of the same key may then take its place, and the router may give it the same id.
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

  /** Returns a copy of the current entries: the caller may remove some while it walks over them. */
  entries(): readonly Entry[] {
    return [...this.#byKey.values()];
  }

  /** Walks over the current entries without a copy; the caller may remove the entry that it is at. */
  values(): Iterable<Entry> {
    return this.#byKey.values();
  }

  /** Adds an entry; throws if its key is taken. */
  add(entry: Entry): void {
    if (this.#byKey.has(entry.key)) throw new Error(`There is a current entry ${entry.key} already`);
    this.#byKey.set(entry.key, entry);
  }

  /** Records the id that the router gave to a current entry. */
  identify(entry: Entry, id: Id): void {
    this.#requireCurrent(entry);
    entry.id = id;
    this.#byId.set(id, entry);
  }

  /** Removes a current entry. Its id stays with it, for the request that undoes it. */
  remove(entry: Entry): void {
    this.#requireCurrent(entry);
    this.#byKey.delete(entry.key);
    if (entry.id !== undefined && this.#byId.get(entry.id) === entry) this.#byId.delete(entry.id);
  }

  /** Takes the ids away from all entries: the session that gave them is closed. */
  forgetIds(): void {
    for (const entry of this.#byId.values()) entry.id = undefined;
    this.#byId.clear();
  }

  #requireCurrent(entry: Entry): void {
    if (!this.isCurrent(entry)) throw new Error(`The entry ${entry.key} is not current`);
  }
}
