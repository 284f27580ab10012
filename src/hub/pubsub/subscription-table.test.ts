import { describe, expect, it } from "vitest";
import type { MatchPolicy } from "../../contract/request-options.js";
import { SubscriptionTable } from "./subscription-table.js";
import { newWireSubscription } from "./wire-subscription.js";

function setUp(...patterns: readonly (readonly [string, MatchPolicy])[]) {
  const table = new SubscriptionTable();
  const wires = patterns.map(([topic, match]) => newWireSubscription(topic, match, {}, () => undefined));
  for (const wire of wires) table.add(wire);
  return { table, wires };
}

describe("the table of subscriptions", () => {
  it("@G4 finds the exact, prefix and wildcard subscriptions that match a topic, until they are removed", () => {
    const { table, wires } = setUp(
      ["com.a.x", "exact"],
      ["com.a", "prefix"],
      ["com..x", "wildcard"],
      ["com..y", "wildcard"],
      ["com.b", "prefix"],
      ["com", "exact"],
    );
    expect([...table.matching("com.a.x")]).toEqual(wires.slice(0, 3));
    for (const wire of wires.slice(0, 3)) table.remove(wire);
    expect([...table.matching("com.a.x")]).toEqual([]);
  });

  it("@G4 looks at the subscriptions that match a topic, not at all of them", () => {
    let visited = 0;
    const table = new SubscriptionTable();
    for (let number = 1_000; number < 2_000; number += 1) {
      for (const match of ["exact", "prefix", "wildcard"] as const) {
        const topic = match === "wildcard" ? `com..n${number}` : `com.x.n${number}`;
        const wire = newWireSubscription(topic, match, {}, () => undefined);
        table.add(wire);
        Object.defineProperty(wire, "topic", {
          get: () => {
            visited += 1;
            return topic;
          },
        });
      }
    }
    const found = [...table.matching("com.x.n1500")];
    expect([found.length, visited]).toEqual([3, 0]);
  });
});
