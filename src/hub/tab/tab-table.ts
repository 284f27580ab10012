import type { Tab } from "./tab.js";

/** Holds the values of one feature by tab, and by a key that is unique within the tab. A tab without values takes no space. */
export class TabTable<Key, Value> {
  readonly #valuesByTab = new Map<Tab, Map<Key, Value>>();

  /** Tabs that have values. */
  get size(): number {
    return this.#valuesByTab.size;
  }

  get(tab: Tab, key: Key): Value | undefined {
    return this.#valuesByTab.get(tab)?.get(key);
  }

  /** Returns a copy of the values of one tab: the caller may remove some while it walks over them. */
  values(tab: Tab): readonly Value[] {
    return [...(this.#valuesByTab.get(tab)?.values() ?? [])];
  }

  count(tab: Tab): number {
    return this.#valuesByTab.get(tab)?.size ?? 0;
  }

  set(tab: Tab, key: Key, value: Value): void {
    const values = this.#valuesByTab.get(tab);
    if (values === undefined) this.#valuesByTab.set(tab, new Map([[key, value]]));
    else values.set(key, value);
  }

  delete(tab: Tab, key: Key): void {
    const values = this.#valuesByTab.get(tab);
    if (values?.delete(key) === true && values.size === 0) this.#valuesByTab.delete(tab);
  }
}
