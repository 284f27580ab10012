import { describe, expect, it } from "vitest";
import { WireTable } from "./wire-table.js";
import type { WireEntry } from "./wire-table.js";

const entry = (key: string): WireEntry<number> => ({ key, id: undefined });

function setUp() {
  const table = new WireTable<number, WireEntry<number>>();
  const [one, two] = [entry("one"), entry("two")];
  for (const each of [one, two]) table.add(each);
  return { table, one, two };
}

describe("a wire table", () => {
  it("finds entries by key, and by id once they have one", () => {
    const { table, one } = setUp();
    expect([table.size, table.get("one"), table.get("three"), table.find(7)]).toEqual([
      2,
      one,
      undefined,
      undefined,
    ]);
    table.identify(one, 7);
    expect([table.find(7), one.id]).toEqual([one, 7]);
  });

  it("lists its entries in the order in which they were added, in a list of the caller's", () => {
    const { table, one, two } = setUp();
    const listed = table.entries();
    for (const each of listed) table.remove(each);
    expect([listed, table.size, table.entries()]).toEqual([[one, two], 0, []]);
  });

  it("has one current entry for each key", () => {
    const { table, one } = setUp();
    expect(() => table.add(entry("one"))).toThrow("There is already a current entry one");
    table.remove(one);
    const newer = entry("one");
    table.add(newer);
    expect([table.isCurrent(one), table.isCurrent(newer)]).toEqual([false, true]);
    expect(() => table.remove(one)).toThrow("The entry one is not current");
    expect(() => table.identify(one, 7)).toThrow("The entry one is not current");
    expect(one.id).toBeUndefined();
  });

  it("leaves a removed entry its id, but no longer finds it", () => {
    const { table, one } = setUp();
    table.identify(one, 7);
    table.remove(one);
    expect([table.get("one"), table.find(7), one.id]).toEqual([undefined, undefined, 7]);
  });

  it("keeps the id of a newer entry that the router gave the same id", () => {
    const { table, one, two } = setUp();
    table.identify(one, 7);
    table.identify(two, 7);
    table.remove(one);
    expect(table.find(7)).toBe(two);
  });

  it("clears the ids with the session that assigned them", () => {
    const { table, one, two } = setUp();
    table.identify(one, 7);
    table.identify(two, 8);
    table.forgetIds();
    expect([one.id, two.id, table.find(7), table.find(8), table.size]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      2,
    ]);
  });
});
