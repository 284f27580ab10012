import { expect, it } from "vitest";
import type { Asked } from "../../testing/asked.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { json, leftovers, startTabs } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";
import { MortalWorld } from "../../testing/mortal-world.js";
import { sessionConfig } from "../../testing/session-config.js";

// Interruptions in which nothing, or little, is published: where a page stands does not move back.

const TOPIC = "com.kept";
const CATCH_UP = { catch_up: true } as const;

async function publish(world: Pick<World, "router" | "settle">, from: number, to: number): Promise<void> {
  for (let value = from; value <= to; value += 1) {
    world.router.publish(TOPIC, json(value));
    await world.settle();
  }
}

const heard = (tab: FakeTab, { handle }: Asked) =>
  tab.events.filter(({ subscription }) => subscription === handle).map(({ args }) => args[0]);

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** A session whose worker can die, with a page that has seen the first events of a topic. */
async function seenUpTo(last: number) {
  const world = new MortalWorld(createFakeEnvironment(), sessionConfig({ linger: 1_000 }));
  const page = world.join();
  page.subscribe(TOPIC, CATCH_UP);
  await world.settle();
  await publish(world, 1, last);
  await world.advance(3_000);
  return { world, page };
}

/** Closes the browser. */
async function quit(world: MortalWorld, page: FakeTab): Promise<void> {
  world.kill(page);
  await world.advance(5_000);
  world.crash();
}

it("@G14 three losses of the connection repeat none of many events", async () => {
  const { world, router, a } = await startTabs();
  const asked = a.subscribe(TOPIC, CATCH_UP);
  await world.settle();
  await publish(world, 1, 128);
  for (let count = 0; count < 3; count += 1) {
    router.drop();
    await world.advance(5_000);
  }
  expect(heard(a, asked)).toEqual(numbers(1, 128));
  expect(await leftovers()).toEqual([]);
});

it("@G14 the page after one that has vanished gets all that it had not taken in, also if the connection was lost in between", async () => {
  const { world, router, a, b } = await startTabs();
  for (const tab of [a, b]) tab.subscribe(TOPIC, CATCH_UP);
  await world.settle();
  await publish(world, 1, 50);
  a.freeze();
  await publish(world, 51, 128);
  router.drop();
  router.publish(TOPIC, json(129));
  await world.advance(5_000);
  world.kill(a);
  await world.settle();
  const next = world.join();
  const asked = next.subscribe(TOPIC, CATCH_UP);
  await world.settle();
  expect(heard(next, asked)).toEqual(numbers(51, 129));
  expect(await leftovers()).toEqual([]);
});

it("@G14 @G15 nothing is lost of a topic that was never followed before if the browser ends right after that", async () => {
  const world = new MortalWorld(createFakeEnvironment(), sessionConfig());
  await publish(world, 1, 1);
  const page = world.join();
  page.subscribe(TOPIC, CATCH_UP);
  await world.settle();
  // The worker does not learn that the page is gone.
  world.kill(page);
  world.crash();
  await publish(world, 2, 4);
  const next = world.join();
  const asked = next.subscribe(TOPIC, CATCH_UP);
  await world.settle();
  expect([heard(next, asked), next.of("gap")]).toEqual([[2, 3, 4], []]);
  expect(await world.leftovers()).toEqual([]);
});

it("@G14 @G15 a browser that is opened again and again repeats nothing", async () => {
  const { world, page } = await seenUpTo(3);
  let last = page;
  for (let count = 0; count < 4; count += 1) {
    await quit(world, last);
    last = world.join();
    const asked = last.subscribe(TOPIC, CATCH_UP);
    await world.advance(3_000);
    expect(heard(last, asked)).toEqual([]);
  }
  expect(await world.leftovers()).toEqual([]);
});

it("@G14 @G17 a worker that dies while the history is on its way leaves the stored place to the next one", async () => {
  const { world, page: first } = await seenUpTo(1);
  await quit(world, first);
  world.router.publish(TOPIC, json(2));
  world.router.hold("RESULT");
  const page = world.join();
  const asked = page.subscribe(TOPIC, CATCH_UP);
  await world.settle();
  expect(asked.outcome?.kind).toBe("done");
  world.crash();
  world.router.release();
  page.subscribeAs(asked.handle, TOPIC, { ...CATCH_UP, timeout: 0 }, true);
  await world.advance(5_000);
  expect([heard(page, asked), page.of("gap")]).toEqual([[2], []]);
  expect(await world.leftovers()).toEqual([]);
});
