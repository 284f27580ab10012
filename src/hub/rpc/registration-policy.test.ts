import { describe, expect, it } from "vitest";
import type { InvocationPolicy } from "../../contract/request-options.js";
import { pickLocal } from "./registration-policy.js";
import { newWireRegistration } from "./wire-registration.js";
import type { LocalRegistration } from "./wire-registration.js";

/** Returns a registration whose locals are busy where the text has an `x`, and a function that picks by position. */
function setUp(invoke: InvocationPolicy, busy: string) {
  const wire = newWireRegistration({ procedure: "com.f", match: "exact", invoke, options: {}, force: false });
  const locals = Array.from(
    busy,
    (one) => ({ active: true, running: one === "x" ? 1 : 0, concurrency: 1 }) as LocalRegistration,
  );
  wire.locals.push(...locals);
  const pick = (random = 0) => {
    const local = pickLocal(wire, () => random);
    return local && locals.indexOf(local);
  };
  return { wire, locals, pick };
}

describe("the choice of a callee", () => {
  it("@G5 by roundrobin takes turns among those that are free", () => {
    const { locals, wire, pick } = setUp("roundrobin", "..x.");
    expect([pick(), pick(), pick(), pick()]).toEqual([0, 1, 3, 0]);
    wire.locals.splice(1);
    expect([pick(), pick()]).toEqual([0, 0]);
    for (const local of locals) local.running = 1;
    expect(pick()).toBeUndefined();
  });

  it("@G5 by random takes each of those that are free with the same probability", () => {
    const { pick } = setUp("random", "x..x.");
    expect([0, 0.34, 0.67, 0.99].map((random) => pick(random))).toEqual([1, 2, 4, 4]);
    expect(setUp("random", "xx").pick()).toBeUndefined();
  });

  it("@G5 by roundrobin looks no further than at the one that it picks", () => {
    const { wire, locals } = setUp("roundrobin", ".".repeat(1_000));
    let reads = 0;
    const observed = new Proxy(locals, {
      get: (all, key) => {
        if (key !== "length") reads += 1;
        return Reflect.get(all, key) as unknown;
      },
    });
    for (let count = 0; count < 1_000; count += 1)
      pickLocal(Object.assign(wire, { locals: observed }), () => 0);
    expect([reads, wire.turn]).toEqual([1_000, 0]);
  });
});
