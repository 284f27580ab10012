import type { Tab } from "./tab/tab.js";

/** The state of one feature, by tab and by key within a tab. A tab without entries takes up no space. */
export class TabTable<Key, Value> {
  readonly #valuesByTab = new Map<Tab, Map<Key, Value>>();

  get(tab: Tab, key: Key): Value | undefined {
    return this.#valuesByTab.get(tab)?.get(key);
  }

  set(tab: Tab, key: Key, value: Value): void {
    const values = this.#valuesByTab.get(tab);
    if (values === undefined) this.#valuesByTab.set(tab, new Map([[key, value]]));
    else values.set(key, value);
  }

  /** Removes an entry; throws if there is none. */
  remove(tab: Tab, key: Key): void {
    const values = this.#valuesByTab.get(tab);
    if (values?.delete(key) !== true) throw new Error(`Tab ${tab.id} has no entry ${String(key)}`);
    if (values.size === 0) this.#valuesByTab.delete(tab);
  }

  /** Returns a copy of a tab's values: the caller may remove some while iterating. */
  values(tab: Tab): readonly Value[] {
    return [...(this.#valuesByTab.get(tab)?.values() ?? [])];
  }

  count(tab: Tab): number {
    return this.#valuesByTab.get(tab)?.size ?? 0;
  }
}
