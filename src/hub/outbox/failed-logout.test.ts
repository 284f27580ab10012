import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Builds } from "../../testing/builds.js";
import type { Build } from "../../testing/builds.js";
import { keysIn, publishDurably } from "../../testing/durable.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { leftovers, prepareWorld, startWorld } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";

const works = (): Promise<void> => Promise.resolve();
const fails = (): Promise<void> => Promise.reject(new Error("disk full"));

function logOut(tab: FakeTab): void {
  tab.make((request) => ({ kind: "logout", request, outbox: "wipe" }));
}

const lastStatus = (tab: FakeTab | undefined) => tab?.of("status").at(-1)?.status;

describe("a logout at whose moment the disk fails", () => {
  afterEach(async () => {
    expect(await leftovers()).toEqual([]);
  });

  /** Logs out of a session that has an entry left. */
  async function fail(world: World): Promise<void> {
    const [tab] = world.tabs as [FakeTab];
    world.fake.outbox.before = fails;
    logOut(tab);
    await world.settle();
    expect(lastStatus(tab)).toMatchObject({ state: "closed", isLogout: true });
    expect(world.fake.outbox.entries.size).toBe(1);
    await world.leave(tab);
    world.router.override = () => false;
    world.router.release();
  }

  async function start(): Promise<World> {
    const world = await startWorld(1);
    world.router.override = (message) => keysIn([message]).length > 0;
    publishDurably(world.tabs[0] as FakeTab, "old");
    await world.settle();
    await fail(world);
    return world;
  }

  it("@G16 lets the next session of its user neither send what is left nor store anything before it is removed", async () => {
    const world = await start();
    const tab = world.join();
    await world.settle();
    const refused = publishDurably(tab, "refused");
    await world.advance(10_000);
    expect([keysIn(world.router.received), refused.error?.name]).toEqual([[], "StorageError"]);

    world.fake.outbox.before = works;
    await world.advance(60_000);
    expect([keysIn(world.router.received), world.fake.outbox.entries.size]).toEqual([[], 0]);
    const accepted = publishDurably(tab, "new");
    await world.settle();
    expect([accepted.outcome?.kind, keysIn(world.router.received)]).toEqual(["published", ["new"]]);
  });

  it("@G16 also if the disk has never worked in this worker, which knows of no entry", async () => {
    const first = await startWorld(1);
    first.router.override = (message) => keysIn([message]).length > 0;
    publishDurably(first.tabs[0] as FakeTab, "old");
    await first.settle();
    const world = prepareWorld();
    for (const [position, entry] of first.fake.outbox.entries) world.fake.outbox.restore(position, entry);
    world.fake.outbox.before = fails;
    world.join();
    await world.settle();
    await fail(world);
    world.join();
    await world.settle();
    world.fake.outbox.before = works;
    await world.advance(60_000);
    expect([keysIn(world.router.received), world.fake.outbox.entries.size]).toEqual([[], 0]);
  });

  it("@G16 keeps no lock of the outbox once it is removed", async () => {
    const world = await start();
    const held = () => world.fake.locks.held.filter((name) => name.startsWith("wamp-mux:outbox:"));
    expect(held()).toHaveLength(1);
    world.fake.outbox.before = works;
    await world.fake.outbox.retry();
    await world.settle();
    expect(held()).toEqual([]);
  });
});

describe("a logout at whose moment the disk fails, with two builds", () => {
  let builds: Builds;
  let living: Build[];

  beforeEach(() => {
    builds = new Builds();
    living = [builds.start(), builds.start()];
  });

  afterEach(async () => {
    const left = await Promise.all(living.map(({ world }) => world.leftovers()));
    expect([left.flat(), builds.locks.held]).toEqual([[], []]);
  });

  const advance = async (milliseconds: number): Promise<void> => {
    for (const { world } of living) await world.advance(milliseconds);
  };

  const storedKeys = (): string[] => [...builds.store.entries.values()].map(({ key }) => key);

  it("@G16 lets the other one send nothing of it after the next login, and spares what that stores", async () => {
    const [one, two] = living as [Build, Build];
    for (const { world } of living) world.router.hold("PUBLISHED");
    const [a] = [one.world.join(), two.world.join()];
    await advance(100);
    publishDurably(a, "old");
    await advance(100);
    builds.store.before = fails;
    logOut(a);
    await advance(1_000);
    expect(storedKeys()).toEqual(["old"]);
    builds.got.splice(0);

    builds.store.before = works;
    const next = two.world.join();
    await advance(1_000);
    const asked = publishDurably(next, "new");
    await advance(1_000);
    expect([asked.outcome?.kind, builds.got]).toEqual(["published", ["new"]]);

    await one.stored.retry();
    await advance(1_000);
    expect([builds.got, storedKeys()]).toEqual([["new"], ["new"]]);
    builds.store.entries.clear();
  });
});
