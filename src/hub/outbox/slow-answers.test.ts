import { afterEach, expect, it } from "vitest";
import { callDurably, keysIn, publishDurably } from "../../testing/durable.js";
import { leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
});

it("@G16 does not let calls that are answered late, or never, hold up what was stored after them", async () => {
  const { world, router, a } = await startTabs({ requestTimeout: 5_000 });
  router.override = (message) => message.type === "CALL";
  const calls = Array.from({ length: 16 }, (_, index) => callDurably(a, `call ${index}`));
  publishDurably(a, "last");
  await world.advance(4_000);
  expect(keysIn(router.received)).not.toContain("last");
  await world.advance(1_000);
  expect(keysIn(router.received)).toContain("last");
  for (const call of calls) a.cancel(call);
});
