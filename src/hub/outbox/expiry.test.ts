import { afterEach, expect, it } from "vitest";
import { leftovers, startTabs } from "../../testing/harness.js";
import { entriesIn, askOutbox, publishDurably } from "../../testing/durable.js";

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
});

it("@G16 sets no timer again and again for an entry that is overdue while it is being stored", async () => {
  const { world, router, a } = await startTabs();
  const { clock, outbox } = world.fake;
  router.hold("PUBLISHED");
  publishDurably(a, "waits", { timeout: 2_000 });
  await world.settle();
  let store = (): void => undefined;
  outbox.before = () => new Promise((resolve) => (store = resolve));
  publishDurably(a, "overdue", { timeout: 1_000 });
  await world.settle();
  let timers = 0;
  const after = clock.after.bind(clock);
  clock.after = (milliseconds, task) => {
    timers += 1;
    // Otherwise the time would stand still.
    if (timers > 100) throw new Error("timers without end");
    return after(milliseconds, task);
  };

  await world.advance(2_000);

  expect(timers).toBeLessThan(10);
  outbox.before = () => Promise.resolve();
  store();
  await world.advance(1);
  const listed = askOutbox(a, "list");
  await world.settle();
  expect(entriesIn(listed).map(({ key, state }) => [key, state])).toEqual([
    ["waits", "failed"],
    ["overdue", "failed"],
  ]);
});
