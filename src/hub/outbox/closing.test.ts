import { afterEach, expect, it } from "vitest";
import { keysIn, publishDurably } from "../../testing/durable.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { leftovers, startWorld } from "../../testing/harness.js";

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
});

/** Returns a world whose session is at its end, and which another tab joins, while the store removes an entry that was delivered. */
async function startClosing() {
  const world = await startWorld(1);
  const { outbox } = world.fake;
  const [tab] = world.tabs as [FakeTab];
  world.router.hold("PUBLISHED");
  publishDurably(tab, "1");
  await world.settle();
  let written = (): void => undefined;
  outbox.before = () => new Promise((resolve) => (written = resolve));
  world.router.release();
  await world.settle();
  void world.leave(tab);
  await world.settle();
  expect(keysIn(world.router.received)).toEqual(["1"]);
  world.join();
  await world.settle();
  expect([world.router.connections, outbox.entries.size]).toEqual([1, 1]);
  const write = (): void => {
    outbox.before = () => Promise.resolve();
    written();
  };
  return { world, outbox, write };
}

it("@G16 lets the next session begin only when what has become of the entries is written", async () => {
  const { world, outbox, write } = await startClosing();
  write();
  await world.settle();
  expect([world.router.connections, outbox.entries.size]).toEqual([2, 0]);
  await world.advance(1_000);
  expect(keysIn(world.router.received)).toEqual([]);
});

it("waits no longer than two seconds for a store that hangs", async () => {
  const { world, write } = await startClosing();
  await world.advance(2_000);
  expect(world.router.connections).toBe(2);
  write();
});
