import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { DURABLE } from "../testing/durable.js";
import { createFakeEnvironment } from "../testing/fake-environment.js";
import { Model, POISON } from "../testing/model.js";
import { MortalWorld } from "../testing/mortal-world.js";
import { runs } from "../testing/property-runs.js";
import { sessionConfig } from "../testing/session-config.js";
import type { Step } from "../testing/steps.js";

const tab = fc.nat(4);
const which = fc.nat(7);
const topic = fc.constantFrom("com.a", "com.a", "com.b", "com.b", POISON);
const procedure = fc.constantFrom("com.f", "com.f", "com.g", "com.g", POISON);

/** Steps of applications and of the wire, by their weight. */
const ordinary: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 4, arbitrary: fc.constant<Step>({ do: "join" }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("leave", "die", "stall", "resume"), tab }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("hide", "show"), tab }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("subscribe"),
      tab,
      topic: fc.constantFrom("com.a", "com.a", "com.b", "com.b", "com.", "com.", POISON),
      match: fc.constantFrom("exact", "exact", "prefix"),
      retained: fc.boolean(),
      catchUp: fc.constant(false),
    }),
  },
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
  { weight: 5, arbitrary: fc.constant<Step>({ do: "deliver all" }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("fill the socket", "drain the socket") }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("wait"), milliseconds: fc.constantFrom(10, 100, 600, 5_000) }),
  },
];

/** Topics with an event history, of which that of the last one is short. */
const kept = fc.constantFrom("com.kept", "com.kept", "com.short");

const catchingUp: readonly fc.WeightedArbitrary<Step>[] = [
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("subscribe"),
      tab: fc.nat(1),
      topic: kept,
      match: fc.constant("exact"),
      retained: fc.constant(false),
      catchUp: fc.constant(true),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("foreign publish"), topic: kept, retain: fc.constant(false) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("publish"),
      tab: fc.nat(1),
      topic: kept,
      acknowledge: fc.constant(true),
      includeMe: fc.constant(false),
    }),
  },
];

const durable: readonly fc.WeightedArbitrary<Step>[] = [
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("durable"),
      tab,
      kind: fc.constantFrom("call", "publish", "acknowledged"),
      uri: fc.constantFrom(DURABLE, DURABLE, DURABLE, POISON),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("outbox"),
      tab,
      action: fc.constantFrom("cancel", "dismiss", "retry"),
      which,
    }),
  },
];

const faults: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 2, arbitrary: fc.record({ do: fc.constant("swallow"), which }) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: "drop" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "shut down" }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("crash"), withBrowser: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("router"), up: fc.boolean(), holdsWelcome: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("poison"), on: fc.constantFrom(true, true, false) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("admit"), authid: fc.constantFrom("joe", "sue") }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("store"), works: fc.constantFrom("always", "never", "slowly") }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "forget" }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("hurry"), microtasks: fc.nat(60) }) },
];

const kinds = [ordinary, catchingUp, durable, faults];

/** Each run has all kinds of steps, and one of them more often. */
const steps = fc.oneof(
  ...kinds.map((often) => {
    const step = fc.oneof(...kinds.flat(), { weight: 60, arbitrary: fc.oneof(...often) });
    return fc.array(step, { minLength: 1, maxLength: 100, size: "max" });
  }),
);

/** The runs are divided into parts, each well within the time limit of a test. */
const PARTS = 5;

describe("the hub under arbitrary tabs, routers, stores and faults", () => {
  const totals = new Map<string, number>();

  afterAll(() => {
    // A model that never gets there would show nothing.
    if (process.env["SHOW"]) process.stdout.write("accepted " + JSON.stringify([...totals]) + "\n");
    for (const [name, total] of totals) expect(total, name).toBeGreaterThan(0);
  });

  it.each(Array.from({ length: PARTS }, (_, part) => part))(
    "@G2 @G3 @G4 @G6 @G7 @G10 @G13 @G14 @G16 @G17 @G21 @G23 @G29 keeps its guarantees and leaves nothing behind (part %i)",
    async (part) => {
      await fc.assert(
        fc.asyncProperty(steps, fc.boolean(), fc.boolean(), async (steps, answersSkip, batched) => {
          const world = new MortalWorld(createFakeEnvironment(), sessionConfig({ linger: 1_000 }));
          world.router.answersSkip = answersSkip;
          world.router.batched = batched;
          const model = new Model(world);
          for (let joined = 0; joined < 3; joined += 1) await model.take({ do: "join" });
          for (const one of steps) await model.take(one);
          await model.end();
          expect(model.wrongs).toEqual([]);
          for (const [name, count] of Object.entries(model.counts))
            totals.set(name, (totals.get(name) ?? 0) + count);
          expect(await world.leftovers()).toEqual([]);
        }),
        runs(100, part),
      );
    },
  );
});
