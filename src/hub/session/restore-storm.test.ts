import { afterEach, expect, it } from "vitest";
import { json, leftovers, startTabs } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";

const SUBSCRIPTIONS = 1_000;
const REGISTRATIONS = 200;
/** Number of messages that some routers queue for a session at most. */
const QUEUE = 64;
/** Milliseconds until the slow router answers what it has. */
const SLOWNESS = 500;

/** Lets the router answer as slowly as it does, as often as there is something; returns how many messages were queued at most. */
async function answerSlowly(world: World, rounds: number): Promise<number> {
  let most = 0;
  for (let round = 0; round < rounds; round += 1) {
    most = Math.max(most, world.router.held.length);
    world.router.release();
    world.router.hold();
    await world.advance(SLOWNESS);
  }
  return most;
}

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
});

it("@G13 @G23 a storm of restores on a slow router, cut in its middle, times nothing out and starves no tab", async () => {
  const { world, router, a, b, c } = await startTabs();
  const topics = Array.from({ length: SUBSCRIPTIONS }, (_, n) => a.subscribe(`com.topic${n}`));
  for (let n = 0; n < REGISTRATIONS; n += 1) b.register(`com.procedure${n}`);
  await world.settle();
  router.drop();
  router.hold("SUBSCRIBED", "REGISTERED");
  while (world.session.session === undefined) await world.advance(100);
  expect(await answerSlowly(world, 10)).toBeLessThanOrEqual(QUEUE);
  const restored = router.got("SUBSCRIBE").length;
  expect(restored).toBeGreaterThan(100);
  expect(restored).toBeLessThan(SUBSCRIPTIONS);

  router.release();
  router.drop();
  router.hold("SUBSCRIBED", "REGISTERED");
  while (world.session.session === undefined) await world.advance(100);
  const waits = c.call("com.none", [], { timeout: 120_000 });
  expect(await answerSlowly(world, 60)).toBeLessThanOrEqual(QUEUE);

  // A deadline that counted from queueing would have repeated what had not been answered within 10 s.
  expect([router.got("SUBSCRIBE").length, router.got("REGISTER").length]).toEqual([
    SUBSCRIPTIONS,
    REGISTRATIONS,
  ]);
  expect(new Set(router.subscriptions).size).toBe(SUBSCRIPTIONS);
  expect(new Set(router.registrations).size).toBe(REGISTRATIONS);
  expect(waits.outcome).toMatchObject({ error: { fields: { uri: "wamp.error.no_such_procedure" } } });
  for (const tab of [a, b, c])
    expect([...tab.of("subscription-ended"), ...tab.of("registration-ended"), ...tab.of("warning")]).toEqual(
      [],
    );
  router.release();
  router.publish("com.topic999", json(1));
  await world.settle();
  expect(a.heardBy(topics[999] ?? waits)).toEqual([1]);
});
