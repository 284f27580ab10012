import { afterEach, describe, expect, it } from "vitest";
import { publishDurably } from "../testing/durable.js";
import { leftovers, startTabs } from "../testing/harness.js";

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
});

const works = (): Promise<void> => Promise.resolve();
const fails = (): Promise<void> => Promise.reject(new Error("disk full"));

/** Starts a session, whose statuses are collected from now on. */
async function start() {
  const tabs = await startTabs();
  const { world, b } = tabs;
  const [before, { outbox, store }] = [b.of("status").length, world.fake];
  const told = (): string[] =>
    b
      .of("status")
      .slice(before)
      .map(({ storage }) => storage.kind);
  return { ...tabs, outbox, store, told };
}

describe("the status of the storage", () => {
  it("@G15 says without a change of the session that the disk fails, and that it works again, once each", async () => {
    const { world, store, told } = await start();
    store.before = fails;
    await store.write("key", 1);
    await store.write("key", 2);
    await world.settle();
    expect(told()).toEqual(["memory"]);
    store.before = works;
    await store.write("key", 3);
    await store.write("key", 4);
    await world.advance(10_000);
    expect(told()).toEqual(["memory", "indexeddb"]);
  });

  it("@G15 does not say that the disk works again as long as the other store has failed", async () => {
    const { world, a, outbox, store, told } = await start();
    outbox.before = fails;
    publishDurably(a, "1");
    await world.settle();
    store.before = fails;
    await store.write("key", 1);
    store.before = works;
    await store.write("key", 2);
    await world.advance(10_000);
    expect(told()).toEqual(["memory"]);
    outbox.before = works;
  });

  it("@G15 causes no storm when the disk fails again and again", async () => {
    const { world, store, told } = await start();
    for (let time = 0; time < 100; time += 1) {
      store.before = time % 2 === 0 ? fails : works;
      await store.write("key", time);
      await world.advance(100);
    }
    // In 10 s.
    expect(told().length).toBeLessThanOrEqual(20);
  });

  it("@G15 tells a tab that came while the disk worked again that it fails once more", async () => {
    const { world, store } = await start();
    store.before = fails;
    await store.write("key", 1);
    await world.settle();
    store.before = works;
    await store.write("key", 2);
    const late = world.join();
    store.before = fails;
    await store.write("key", 3);
    await world.advance(10_000);
    expect(late.of("status").map(({ storage }) => storage.kind)).toEqual(["memory"]);
    store.before = works;
  });

  it("@G15 tells a tab that came while the disk failed that it works again", async () => {
    const { world, store } = await start();
    store.before = fails;
    await store.write("key", 1);
    const late = world.join();
    store.before = works;
    await store.write("key", 2);
    await world.advance(10_000);
    expect(late.of("status").map(({ storage }) => storage.kind)).toEqual(["indexeddb"]);
  });
});
