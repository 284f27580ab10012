import { describe, expect, it } from "vitest";
import { TabTable } from "./tab-table.js";
import type { Tab } from "./tab.js";

const [a, b] = [{}, {}] as [Tab, Tab];

describe("a table by tab", () => {
  it("keeps the same key of two tabs apart", () => {
    const table = new TabTable<number, string>();
    table.set(a, 1, "a1");
    table.set(a, 2, "a2");
    table.set(b, 1, "b1");
    expect([table.get(a, 1), table.get(b, 1), table.get(b, 2)]).toEqual(["a1", "b1", undefined]);
    expect([table.values(a), table.values(b)]).toEqual([["a1", "a2"], ["b1"]]);
    expect([table.count(a), table.count(b)]).toEqual([2, 1]);
  });

  it("@G6 has no entry for a tab whose last value was deleted", () => {
    const table = new TabTable<number, string>();
    table.set(a, 1, "a1");
    table.set(a, 2, "a2");
    table.set(b, 1, "b1");
    const sizes = [];
    for (const key of [1, 1, 2]) {
      table.delete(a, key);
      sizes.push([table.size, table.count(a)]);
    }
    table.delete(a, 1);
    expect(sizes).toEqual([
      [2, 1],
      [2, 1],
      [1, 0],
    ]);
    expect([table.values(a), table.get(a, 2), table.values(b)]).toEqual([[], undefined, ["b1"]]);
  });
});
