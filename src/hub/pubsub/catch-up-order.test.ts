import { afterEach, describe, expect, it } from "vitest";
import { json, leftovers, startTabs } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";
import type { FakeTab } from "../../testing/fake-tab.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const TOPIC = "com.kept";

/** Values of all events of a tab, those that were recovered in brackets. */
const heard = (tab: FakeTab) =>
  tab.events.map(({ args, details }) => (details["recovered"] === true ? [args[0]] : args[0]));

/** Publishes an event of another client. */
const publish = (world: World, value: unknown) => world.router.publish(TOPIC, json(value));

/** Starts tabs, of which the first one catches up, and loses the connection. */
async function startAndLose() {
  const { world, router, a, b } = await startTabs();
  a.subscribe(TOPIC, { catch_up: true });
  await world.settle();
  publish(world, 1);
  await world.settle();
  router.drop();
  publish(world, 2);
  return { world, router, a, b };
}

describe("a history that overtakes an event", () => {
  it("@G10 @G14 does not deliver that event before earlier ones which wait for the history", async () => {
    const { world, router, a } = await startAndLose();
    router.override = ({ type }) => {
      if (type !== "CALL") return false;
      router.hold("EVENT", "RESULT");
      publish(world, 3);
      publish(world, 4);
      return false;
    };
    await world.advance(1_000);
    const [three, four, history] = router.held.splice(0);
    for (const one of [three, history, four]) if (one !== undefined) router.deliver(one);
    router.release();
    publish(world, 5);
    await world.settle();
    expect(heard(a)).toEqual([1, [2], 3, [4], 5]);
  });
});

describe("a history that arrives before PUBLISHED", () => {
  it.each(["alone", "with a sibling"])(
    "@G4 @G14 leaves out the own publication of a tab that is %s",
    async (company) => {
      const { world, router, a, b } = await startAndLose();
      if (company !== "alone") b.subscribe(TOPIC);
      a.publish(TOPIC, ["own"]);
      router.hold("PUBLISHED", "EVENT");
      await world.advance(1_000);
      router.release();
      await world.advance(10_000);
      publish(world, 3);
      await world.settle();
      expect(heard(a)).toEqual([1, [2], 3]);
      expect(heard(b)).toEqual(company === "alone" ? [] : ["own", 3]);
    },
  );
});
