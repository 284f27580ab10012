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

it("@G16 keeps the order of what is stored while the socket takes nothing for longer than an answer may take", async () => {
  const { world, router, a } = await startTabs({ requestTimeout: 5_000 });
  const { socket } = router;
  socket.bufferedAmount = 100_000_000;
  publishDurably(a, "first");
  await world.advance(4_000);
  publishDurably(a, "second");
  await world.advance(4_000);
  expect(keysIn(router.received)).toEqual([]);
  socket.bufferedAmount = 0;
  await world.advance(1_000);
  expect(keysIn(router.received)).toEqual(["first", "second"]);
});

it("@G16 sends a publication again whose acknowledgement is overdue since it was sent, and not before", async () => {
  const { world, router, a } = await startTabs({ requestTimeout: 5_000 });
  const { socket } = router;
  socket.bufferedAmount = 100_000_000;
  router.override = (message) => message.type === "PUBLISH";
  publishDurably(a, "key");
  await world.advance(4_000);
  socket.bufferedAmount = 0;
  await world.advance(4_900);
  expect(keysIn(router.received)).toEqual(["key"]);
  router.override = () => false;
  await world.advance(60_000);
  expect(keysIn(router.received)).toEqual(["key", "key"]);
});
