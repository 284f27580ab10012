import { afterEach, describe, expect, it } from "vitest";
import { askOutbox, callDurably, entriesIn, publishDurably } from "../../testing/durable.js";
import { Builds } from "../../testing/builds.js";
import type { Build } from "../../testing/builds.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { PATIENCE } from "./outbox-locks.js";

let builds = new Builds();
let living: Build[] = [];

afterEach(async () => {
  const left = await Promise.all(living.map(({ world }) => world.leftovers()));
  expect([left.flat(), builds.locks.held]).toEqual([[], []]);
  builds = new Builds();
  living = [];
});

/** Starts the workers of two builds, with a tab each; the router of neither is up. */
async function startTwo() {
  const [one, two] = [builds.start(), builds.start()];
  living = [one, two];
  const tabs = living.map(({ world }) => {
    world.router.up = false;
    return world.join();
  });
  const [a, b] = tabs as [FakeTab, FakeTab];
  for (const { world } of living) await world.settle();
  return { one, two, a, b };
}

async function comeUp({ world }: Build): Promise<void> {
  world.router.up = true;
  await world.advance(40_000);
}

async function settle(): Promise<void> {
  // A lock that one of them releases is granted to the other one.
  for (let round = 0; round < 3; round += 1) for (const { world } of living) await world.settle();
}

async function keysOf(build: Build, tab: FakeTab): Promise<string[]> {
  const listed = askOutbox(tab, "list");
  await build.world.settle();
  return entriesIn(listed).map(({ key }) => key);
}

describe("the outboxes of two builds that are open at the same time", () => {
  it("@G16 each send what their own tabs have stored, once, and wait for nothing of the other one", async () => {
    const { one, two, a, b } = await startTwo();
    publishDurably(a, "a1");
    publishDurably(b, "b1");
    await settle();
    publishDurably(a, "a2");
    await settle();
    expect([await keysOf(one, a), await keysOf(two, b)]).toEqual([["a1", "a2"], ["b1"]]);
    await comeUp(two);
    expect(builds.got).toEqual(["b1"]);
    await comeUp(one);
    expect(builds.got).toEqual(["b1", "a1", "a2"]);
    expect(builds.store.entries.size).toBe(0);
  });

  it("@G16 take over what the other one leaves when its session ends, in order", async () => {
    const { one, two, a, b } = await startTwo();
    publishDurably(a, "1");
    publishDurably(a, "2");
    await one.world.settle();
    await comeUp(two);
    // The tab that comes finds the entries of a worker that lives.
    const next = builds.start();
    living.push(next);
    next.world.join();
    await next.world.advance(PATIENCE);
    expect(builds.got).toEqual([]);
    askOutbox(b, "watch");
    await two.world.settle();
    await one.world.leave(a);
    await settle();
    expect(builds.got).toEqual(["1", "2"]);
    expect(builds.store.entries.size).toBe(0);
    // The one that has waited longest.
    expect(b.of("outbox").map(({ key, entry }) => [key, entry?.state])).toEqual([
      ["1", "waiting"],
      ["2", "waiting"],
      ["1", "sent"],
      ["2", "sent"],
      ["1", undefined],
      ["2", undefined],
    ]);
  });

  it("@G16 take over what a worker leaves that dies, as it is stored by then", async () => {
    const { one, a } = await startTwo();
    await comeUp(one);
    one.world.router.hold("PUBLISHED");
    publishDurably(a, "1");
    callDurably(a, "2");
    await one.world.settle();
    expect(builds.got).toEqual(["1", "2"]);
    const three = builds.start();
    const c = three.world.join();
    living = [...living.slice(1), three];
    await three.world.advance(PATIENCE);
    expect(await keysOf(three, c)).toEqual([]);
    askOutbox(c, "watch");
    await three.world.settle();
    one.world.router.release();
    await one.world.settle();
    expect(await keysOf(one, a)).toEqual(["2"]);
    one.kill();
    await three.world.settle();
    // The first one was acknowledged meanwhile. The call was answered as well, by the router: it has no callee.
    expect(builds.got).toEqual(["1", "2", "2"]);
    expect(c.of("outbox").map(({ key }) => key)).toContain("2");
  });

  it("@G16 take over what a worker leaves that has stored it after they have read the store, without a new connection", async () => {
    const { one, two, b } = await startTwo();
    await comeUp(one);
    publishDurably(b, "1");
    await settle();
    two.kill();
    living = [one];
    await one.world.settle();
    expect(builds.got).toEqual(["1"]);
  });

  it("@G16 take over what such a worker leaves later, in the order of what is stored", async () => {
    const { one, two, a, b } = await startTwo();
    publishDurably(b, "1");
    await settle();
    await comeUp(one);
    expect(builds.got).toEqual([]);
    one.world.router.up = false;
    one.world.router.drop();
    publishDurably(a, "2");
    await one.world.settle();
    two.kill();
    living = [one];
    await one.world.settle();
    expect(await keysOf(one, a)).toEqual(["2", "1"]);
    await comeUp(one);
    expect(builds.got).toEqual(["1", "2"]);
  });

  it("accept requests at once although another one has entries, and show no entry that they may not send", async () => {
    const { two, a, b } = await startTwo();
    publishDurably(a, "a1");
    await settle();
    const asked = publishDurably(b, "b1");
    await two.world.settle();
    expect(asked.outcome?.kind).toBe("published");
    const third = builds.start();
    living.push(third);
    third.world.router.up = false;
    const c = third.world.join();
    const late = publishDurably(c, "c1");
    await third.world.advance(PATIENCE - 1);
    expect(late.outcome).toBeUndefined();
    await third.world.advance(1);
    expect(late.outcome?.kind).toBe("published");
    expect(await keysOf(third, c)).toEqual(["c1"]);
    const cancel = askOutbox(c, "cancel", "a1");
    await third.world.settle();
    expect(cancel.outcome).toMatchObject({ isDone: false });
    for (const build of living) await comeUp(build);
    expect(builds.got.toSorted()).toEqual(["a1", "b1", "c1"]);
  });

  it("go on without a lock that the browser refuses, and say so in the log", async () => {
    builds.locks.requested = () => Promise.reject(new Error("not allowed"));
    const { one, a } = await startTwo();
    publishDurably(a, "1");
    await comeUp(one);
    expect(builds.got).toEqual(["1"]);
    expect(one.fake.logged.map(({ message }) => message)).toEqual(["the lock of an outbox was refused"]);
  });
});
