import { afterEach, describe, expect, it } from "vitest";
import { askOutbox, entriesIn, keysIn, publishDurably } from "../../testing/durable.js";
import { leftovers, prepareWorld } from "../../testing/harness.js";

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
});

const KEYS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** Returns a world of joe, whose window has room for only some of his publications. */
async function startCrowded() {
  const world = prepareWorld();
  const { router } = world;
  router.details = { ...router.details, authid: "joe", authmethod: "ticket" };
  router.override = (message) => message.type === "CALL" || keysIn([message]).length > 0;
  const a = world.join();
  await world.settle();
  for (let index = 0; index < 12; index += 1) a.call("com.example.open", [], { timeout: 0 });
  await world.settle();
  for (const key of KEYS) publishDurably(a, key);
  await world.settle();
  const sent = keysIn(router.received);
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.length).toBeLessThan(KEYS.length);
  return { world, router, a, sent };
}

describe("the outbox at the loss of a session that had no room for all", () => {
  it("@G16 sends on a session of another identity nothing that had only waited for room", async () => {
    const { world, router } = await startCrowded();
    router.override = () => false;
    router.details = { ...router.details, authid: "sue" };
    router.drop();
    await world.advance(1_000);
    expect(keysIn(router.received)).toEqual([]);
  });

  it("@G16 repeats what was sent before it sends what had only waited for room", async () => {
    const { world, router } = await startCrowded();
    router.override = () => false;
    router.drop();
    await world.advance(1_000);
    expect(keysIn(router.received)).toEqual(KEYS);
  });

  it("counts as attempts only what was written", async () => {
    const { world, router, a, sent } = await startCrowded();
    const listed = askOutbox(a, "list");
    await world.settle();
    expect(entriesIn(listed).map(({ attempts }) => attempts)).toEqual(
      KEYS.map((key) => (sent.includes(key) ? 1 : 0)),
    );
    router.drop();
  });
});
