import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { World } from "../testing/harness.js";
import { createFakeEnvironment } from "../testing/fake-environment.js";
import { Model } from "../testing/model.js";
import type { Step } from "../testing/steps.js";
import { sessionConfig } from "../testing/session-config.js";
import { runs } from "../testing/property-runs.js";

const tab = fc.nat(4);
const which = fc.nat(7);
const topic = fc.constantFrom("com.a", "com.b");
const procedure = fc.constantFrom("com.f", "com.g");

const subscribe = fc.record({
  do: fc.constant("subscribe"),
  tab,
  topic: fc.constantFrom("com.a", "com.b", "com."),
  match: fc.constantFrom("exact", "exact", "prefix"),
  retained: fc.boolean(),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ do: "join" }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("leave", "die", "stall", "resume"), tab }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("hide", "show"), tab }) },
  { weight: 10, arbitrary: subscribe },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("unsubscribe", "unregister"), tab, which }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("register"),
      tab,
      procedure,
      invoke: fc.constantFrom("single", "roundrobin", "first", "last", "random"),
      concurrency: fc.integer({ min: 1, max: 3 }),
      force: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("call"),
      tab,
      procedure,
      timeout: fc.constantFrom(0, 0, 100, 3_000),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("publish"),
      tab,
      topic,
      acknowledge: fc.boolean(),
      includeMe: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("cancel"),
      tab,
      which,
      mode: fc.constantFrom("skip", "kill", "killnowait"),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("begin", "yield", "fail"), tab, which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("foreign publish"), topic, retain: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("foreign call"), procedure }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant("deliver"), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("swallow"), which }) },
  { weight: 5, arbitrary: fc.constant<Step>({ do: "deliver all" }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: "drop" }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("fill the socket", "drain the socket") }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("wait"), milliseconds: fc.constantFrom(10, 100, 600, 5_000) }),
  },
);

const steps = fc.array(step, { minLength: 1, maxLength: 80, size: "max" });

describe("the hub under arbitrary tabs, routers and losses", () => {
  it("@G2 @G3 @G4 @G6 @G7 @G10 @G13 @G21 @G23 @G29 keeps its guarantees and leaves nothing behind", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), fc.boolean(), async (steps, answersSkip, batched) => {
        const world = new World(createFakeEnvironment(), sessionConfig({ linger: 1_000 }));
        world.router.answersSkip = answersSkip;
        world.router.batched = batched;
        const model = new Model(world);
        for (let joined = 0; joined < 3; joined += 1) await model.take({ do: "join" });
        for (const one of steps) await model.take(one);
        await model.end();
        expect(model.wrongs).toEqual([]);
        expect(await world.leftovers()).toEqual([]);
      }),
      runs(500),
    );
  });
});
