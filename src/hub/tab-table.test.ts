import { describe, expect, it } from "vitest";
import { TabTable } from "./tab-table.js";
import type { Tab } from "./tab/tab.js";

const newTab = (id: string): Tab => ({ id }) as Tab;

describe("a table by tab", () => {
  it("@G6 keeps the entries of tabs apart, and counts them", () => {
    const table = new TabTable<number, string>();
    const [a, b, other] = [newTab("a"), newTab("b"), newTab("other")];
    table.set(a, 1, "first of a");
    table.set(a, 2, "second of a");
    table.set(b, 1, "first of b");
    expect([table.get(a, 1), table.get(b, 1), table.get(b, 2)]).toEqual([
      "first of a",
      "first of b",
      undefined,
    ]);
    expect([a, b, other].map((tab) => table.count(tab))).toEqual([2, 1, 0]);
    expect(table.values(a)).toEqual(["first of a", "second of a"]);
    expect(table.values(other)).toEqual([]);
  });

  it("@G6 keeps nothing for a tab whose last entry is removed", () => {
    const table = new TabTable<number, string>();
    const [a, b] = [newTab("a"), newTab("b")];
    table.set(a, 1, "x");
    table.set(a, 2, "y");
    table.set(b, 1, "z");
    table.remove(a, 1);
    expect(table.count(a)).toBe(1);
    table.remove(a, 2);
    expect([table.count(a), table.get(b, 1)]).toEqual([0, "z"]);
  });

  it("may be modified while its values are iterated", () => {
    const table = new TabTable<number, number>();
    const tab = newTab("a");
    for (const key of [1, 2, 3]) table.set(tab, key, key);
    for (const key of table.values(tab)) table.remove(tab, key);
    expect(table.count(tab)).toBe(0);
  });

  it("throws when a missing entry is removed", () => {
    const table = new TabTable<number, string>();
    const tab = newTab("a");
    expect(() => table.remove(tab, 1)).toThrow("Tab a has no entry 1");
    table.set(tab, 2, "x");
    expect(() => table.remove(tab, 1)).toThrow("Tab a has no entry 1");
  });
});
