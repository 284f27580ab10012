import { afterEach, describe, expect, it, vi } from "vitest";
import type { FakeTab } from "../../testing/fake-tab.js";
import { json, leftovers, startWorld } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";
import type { SessionConfig } from "../../contract/session-config.js";

const PACE = 100;

afterEach(async () => {
  vi.restoreAllMocks();
  expect(await leftovers()).toEqual([]);
});

/** Returns a world with one visible and some hidden tabs that have subscribed to "com.t". */
async function setUp({ hidden = 1, ...changes }: Partial<SessionConfig> & { readonly hidden?: number } = {}) {
  const world = await startWorld(1, changes);
  const [visible] = world.tabs;
  if (visible === undefined) throw new Error("No tab has joined");
  const others = Array.from({ length: hidden }, () => world.joinHidden());
  for (const tab of [visible, ...others]) tab.subscribe("com.t");
  await world.settle();
  const [tab] = others;
  if (tab === undefined) throw new Error("No hidden tab has joined");
  return { world, visible, tab, others };
}

async function publish(world: World, ...values: readonly unknown[]): Promise<void> {
  for (const value of values) {
    world.router.publish("com.t", json(value));
    await world.settle();
  }
}

/** Returns the first arguments of the events of each batch. */
const runs = (tab: FakeTab): unknown[][] => {
  let from = 0;
  return tab.of("events").map(({ publications }) => tab.heard.slice(from, (from += publications.length)));
};

describe("the events of a hidden tab", () => {
  it("@G21 are collected for the time of `hiddenPace`, from the first one on, and no timer is left", async () => {
    const { world, visible, tab } = await setUp();
    for (const [from, again] of [
      [1, false],
      [4, true],
    ] as const) {
      await publish(world, from);
      await world.advance(PACE / 2);
      await publish(world, from + 1, from + 2);
      await world.advance(PACE / 2 - 1);
      expect(tab.heard).toEqual(again ? [1, 2, 3] : []);
      await world.advance(1);
      expect(world.fake.clock.pending).toBe(0);
    }
    expect(runs(tab)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(runs(visible)).toEqual([[1], [2], [3], [4], [5], [6]]);
  });

  it("@G21 are sent at once when the tab becomes visible, and promptly from then on", async () => {
    const { world, tab } = await setUp({ hiddenPace: 600_000 });
    await publish(world, 1, 2);
    expect([tab.heard, world.fake.clock.pending]).toEqual([[], 1]);
    await tab.setHidden(false);
    await world.settle();
    expect([runs(tab), world.fake.clock.pending]).toEqual([[[1, 2]], 0]);
    await publish(world, 3);
    expect(runs(tab)).toEqual([[1, 2], [3]]);
  });

  it("@G21 are collected from the moment in which a visible tab is hidden", async () => {
    const { world, visible } = await setUp({ hiddenPace: 600_000 });
    await publish(world, 1);
    await visible.setHidden(true);
    await publish(world, 2, 3);
    expect(visible.heard).toEqual([1]);
    await visible.setHidden(false);
    await world.settle();
    expect(runs(visible)).toEqual([[1], [2, 3]]);
  });

  it("@G21 are not collected with a `hiddenPace` of 0", async () => {
    const { world, tab, visible } = await setUp({ hiddenPace: 0 });
    await publish(world, 1, 2);
    expect([runs(tab), runs(visible)]).toEqual([
      [[1], [2]],
      [[1], [2]],
    ]);
    await tab.setHidden(false);
    await visible.setHidden(true);
    await publish(world, 3);
    expect([tab.heard, visible.heard, world.fake.clock.pending]).toEqual([[1, 2, 3], [1, 2, 3], 0]);
  });

  it("@G21 are joined once for all hidden tabs of the session, with one timer", async () => {
    const { world, others } = await setUp({ hidden: 24 });
    await publish(world, 1);
    const join = vi.spyOn(world.fake.env.codecs.get("json"), "join");
    await publish(world, 2, 3);
    expect([join.mock.calls.length, world.fake.clock.pending]).toEqual([2, 1]);
    await world.advance(PACE);
    // Once for each prompt event of the visible tab, and once for all hidden ones.
    expect(join.mock.calls.map(([payloads]) => payloads.length)).toEqual([1, 1, 3]);
    for (const tab of others) expect(runs(tab)).toEqual([[1, 2, 3]]);
  });

  it("@G21 @G10 come in wire order with results and invocations, which are not slowed and take them along", async () => {
    const { world, visible, tab } = await setUp({ hiddenPace: 600_000 });
    tab.register("com.p");
    await world.settle();
    const seen = tab.notices.length;
    await publish(world, 1);
    const echo = visible.call("com.p", ["x"]);
    await world.settle();
    await publish(world, 2);
    for (const invocation of tab.invocations) tab.yield(invocation, ["y"]);
    const failed = tab.call("com.none");
    await world.settle();
    expect(tab.notices.slice(seen).map(({ kind }) => kind)).toEqual([
      "events",
      "invocation",
      "events",
      "rejected",
    ]);
    expect(tab.heard).toEqual([1, 2]);
    expect([echo.outcome?.kind, failed.outcome?.kind]).toEqual(["result", "rejected"]);
    // Nothing waits any more.
    expect(world.fake.clock.pending).toBe(0);
  });

  it("@G21 wait for no timer of a tab that is gone", async () => {
    const { world, others } = await setUp({ hidden: 2, hiddenPace: 600_000 });
    await publish(world, 1);
    expect(world.fake.clock.pending).toBe(1);
    for (const tab of others) await world.leave(tab);
    expect(world.fake.clock.pending).toBe(0);
  });

  it("@G21 of a tab that takes its time are sent when it has, and not before the pace is over", async () => {
    const { world, tab } = await setUp();
    const resume = tab.stall();
    const many = Array.from({ length: 32 }, (_, index) => index);
    await publish(world, ...many);
    await world.advance(PACE);
    await publish(world, "b", "c");
    await world.advance(PACE);
    expect(runs(tab)).toEqual([many]);
    resume();
    await world.advance(PACE);
    expect([runs(tab), world.fake.clock.pending]).toEqual([[many, ["b", "c"]], 0]);
  });

  it("@G21 cross the port in few batches in a burst, without a wait, each of them once and in order", async () => {
    const { world, others } = await setUp({ hidden: 2, hiddenPace: 600_000 });
    const values = Array.from({ length: 10_000 }, (_, index) => index);
    const join = vi.spyOn(world.fake.env.codecs.get("json"), "join");
    for (const value of values) {
      world.router.publish("com.t", json(value));
      if (value % 50 === 49) await world.settle();
    }
    await world.settle();
    for (const tab of others) {
      expect(tab.heard).toEqual(values);
      expect(runs(tab).map(({ length }) => length)).toEqual(Array.from({ length: 40 }, () => 250));
    }
    expect(join.mock.calls.filter(([payloads]) => payloads.length === 250)).toHaveLength(40);
    expect(world.fake.clock.pending).toBe(0);
  });
});

it("@G21 a tab is visible for the hub unless its hello says that it is not", async () => {
  const { world, visible } = await setUp({ hiddenPace: 600_000 });
  const late = world.join();
  late.subscribe("com.t");
  await world.settle();
  await publish(world, 1);
  expect([visible.heard, late.heard]).toEqual([[1], [1]]);
});
