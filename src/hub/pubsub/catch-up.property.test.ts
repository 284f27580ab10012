import * as fc from "fast-check";
import { expect, it } from "vitest";
import { jsonPayloads } from "../../codec/json-payload.js";
import { json, leftovers, prepareWorld } from "../../testing/harness.js";
import { runs } from "../../testing/property-runs.js";
import type { Asked } from "../../testing/asked.js";
import type { FakeTab } from "../../testing/fake-tab.js";

/** A step in the life of a session whose tabs follow a topic. */
type Step =
  | { readonly kind: "foreign" }
  | { readonly kind: "own"; readonly tab: number }
  | { readonly kind: "drop" }
  | { readonly kind: "hold" }
  | { readonly kind: "release" }
  | { readonly kind: "wait"; readonly milliseconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: "foreign" } as const) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("own" as const), tab: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.constant({ kind: "drop" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "hold" } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: "release" } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      milliseconds: fc.constantFrom(0, 300, 1_000, 12_000),
    }),
  },
);

const plan = fc.record({
  /** The history of one topic is longer than any run, that of the other one short. */
  topic: fc.constantFrom("com.kept", "com.short"),
  steps: fc.array(step, { maxLength: 25 }),
});

it("@G14 every event is delivered once, in order, or a gap is told; never the tab's own", async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ topic, steps }) => {
      const world = prepareWorld();
      const { router } = world;
      const tabs = [world.join(), world.join()];
      const followed = tabs.map((tab) => [tab, tab.subscribe(topic, { catch_up: true })] as const);
      await world.settle();
      /** Values in the order in which the router got them. */
      const published: string[] = [];
      let number = 0;
      router.override = (message) => {
        if (message.type === "PUBLISH")
          published.push(String(jsonPayloads.decodePayload(message.payload).args[0]));
        return false;
      };
      for (const next of steps) {
        number += 1;
        switch (next.kind) {
          case "foreign":
            published.push(`f${number}`);
            router.publish(topic, json(`f${number}`));
            break;
          case "own":
            tabs[next.tab]?.publish(topic, [`own ${next.tab} ${number}`]);
            await world.settle();
            break;
          case "drop":
            router.drop();
            break;
          case "hold":
            router.hold("EVENT", "RESULT");
            break;
          case "release":
            router.release();
            break;
          case "wait":
            await world.advance(next.milliseconds);
        }
      }
      router.release();
      await world.advance(60_000);
      router.publish(topic, json("end"));
      published.push("end");
      await world.advance(60_000);
      for (const [index, [tab, asked]] of followed.entries()) {
        const wanted = published.filter((value) => !value.startsWith(`own ${index} `));
        const got = tab.heardBy(asked);
        expect(new Set(got).size).toBe(got.length);
        expect(wanted.filter((value) => got.includes(value))).toEqual(got);
        if (gapsOf(tab, asked) === 0) expect(got).toEqual(wanted);
      }
      expect(await leftovers()).toEqual([]);
    }),
    runs(200),
  );
});

function gapsOf(tab: FakeTab, { handle }: Asked): number {
  return tab.of("gap").filter(({ subscription }) => subscription === handle).length;
}
