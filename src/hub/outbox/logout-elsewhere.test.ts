import { afterEach, describe, expect, it } from "vitest";
import { Builds } from "../../testing/builds.js";
import type { Build } from "../../testing/builds.js";
import { askOutbox, keysIn, publishDurably } from "../../testing/durable.js";
import type { FakeTab } from "../../testing/fake-tab.js";

let builds = new Builds();
let living: Build[] = [];

afterEach(async () => {
  const left = await Promise.all(living.map(({ world }) => world.leftovers()));
  expect([left.flat(), builds.locks.held]).toEqual([[], []]);
  builds = new Builds();
  living = [];
});

/** Starts the workers of two builds, whose router answers no publication, with a tab each. */
async function startTwo() {
  const [one, two] = [builds.start(), builds.start()];
  living = [one, two];
  for (const { world } of living) world.router.hold("PUBLISHED");
  const [a, b] = [one.world.join(), two.world.join()];
  await settle();
  return { one, two, a, b };
}

async function settle(): Promise<void> {
  for (let round = 0; round < 3; round += 1) for (const { world } of living) await world.settle();
}

function logOut(tab: FakeTab, outbox?: "keep" | "wipe"): void {
  tab.make((request) => ({ kind: "logout", request, outbox }));
}

const storedKeys = (): string[] => [...builds.store.entries.values()].map(({ key }) => key);
const lastStatus = (tab: FakeTab) => tab.of("status").at(-1)?.status;

describe("a logout in one build, while another one has the session too", () => {
  it("@G15 @G16 ends the session there, and leaves nothing of both in the store", async () => {
    const { two, a, b } = await startTwo();
    publishDurably(a, "a");
    publishDurably(b, "b");
    await settle();
    expect([storedKeys(), builds.resume.entries.size]).toEqual([["a", "b"], 1]);

    logOut(a);
    await settle();

    for (const tab of [a, b]) expect(lastStatus(tab)).toMatchObject({ state: "closed", isLogout: true });
    expect(two.world.router.got("GOODBYE")).toHaveLength(1);
    expect([storedKeys(), builds.resume.entries.size]).toEqual([[], 0]);
  });

  it("@G16 keeps the entries of both if it is to keep the outbox", async () => {
    const { a, b } = await startTwo();
    publishDurably(a, "a");
    publishDurably(b, "b");
    await settle();
    logOut(a, "keep");
    await settle();
    expect(lastStatus(b)).toMatchObject({ state: "closed", isLogout: true });
    expect([storedKeys(), builds.resume.entries.size]).toEqual([["a", "b"], 0]);
    builds.store.entries.clear();
  });

  it("@G16 also removes what the other one stores after the wipe, before it has heard of that", async () => {
    const { one, two, a, b } = await startTwo();
    publishDurably(b, "before");
    await two.world.settle();
    logOut(a);
    await one.world.settle();
    expect(storedKeys()).toEqual([]);
    // In the turn before the news arrive.
    const late = publishDurably(b, "late");
    let write = (): void => undefined;
    builds.store.before = () => new Promise((resolve) => (write = resolve));
    await two.world.settle();
    builds.store.before = () => Promise.resolve();
    write();
    await settle();
    expect([late.outcome?.kind, storedKeys(), builds.resume.entries.size]).toEqual(["rejected", [], 0]);
  });

  it("@G16 also removes what the other one writes again after the wipe", async () => {
    const { one, two, a, b } = await startTwo();
    publishDurably(b, "b", { timeout: 1_000 });
    for (const { world } of living) await world.advance(1_000);
    logOut(a);
    await one.world.settle();
    expect(storedKeys()).toEqual([]);
    let writes = 0;
    builds.store.before = () => Promise.resolve(void (writes += 1));

    askOutbox(b, "retry", "b");
    await two.world.settle();

    expect([writes, storedKeys()]).toEqual([2, []]);
  });

  it("@G15 also removes what the other one stores of its own session after the wipe", async () => {
    const { one, two, a, b } = await startTwo();
    b.subscribe("com.kept", { catch_up: true });
    await settle();
    const late: unknown[] = [];
    const hear = builds.listeners.get(two);
    builds.listeners.set(two, (news) => late.push(news));
    logOut(a);
    await one.world.settle();
    expect(builds.resume.entries.size).toBe(0);
    two.world.router.drop();
    await two.world.advance(2_000);
    expect(builds.resume.entries.size).toBe(2);

    for (const news of late) hear?.(news);
    await settle();

    expect([lastStatus(b), builds.resume.entries.size]).toMatchObject([
      { state: "closed", isLogout: true },
      0,
    ]);
  });

  it("@G14 @G15 leaves the places stored after the next login also if they are those of before", async () => {
    const { one, two, a, b } = await startTwo();
    b.subscribe("com.kept", { catch_up: true });
    await settle();
    await two.world.advance(1_000);
    const places = () => [...builds.resume.entries].filter(([key]) => key.startsWith("seen:"));
    expect(places()).toHaveLength(1);
    logOut(a);
    await one.world.settle();
    expect(places()).toEqual([]);
    one.world.join().subscribe("com.kept", { catch_up: true });
    await one.world.advance(1_000);
    const next = places();
    expect(next).toHaveLength(1);

    await two.world.settle();

    expect(lastStatus(b)).toMatchObject({ state: "closed", isLogout: true });
    expect(places()).toEqual(next);
  });

  it("@G15 @G16 removes nothing that was stored after the next login, however late the other one hears of it", async () => {
    const { one, two, a, b } = await startTwo();
    publishDurably(b, "b");
    await settle();
    logOut(a);
    await one.world.settle();
    const next = one.world.join();
    const asked = publishDurably(next, "next");
    next.subscribe("com.kept", { catch_up: true });
    await one.world.advance(1_000);
    expect([asked.outcome?.kind, storedKeys()]).toEqual(["published", ["next"]]);
    const resumed = [...builds.resume.entries];
    expect(resumed.map(([key]) => key.split(":")[0])).toEqual(["resume", "seen"]);

    await two.world.settle();

    expect(lastStatus(b)).toMatchObject({ state: "closed", isLogout: true });
    await one.world.advance(1_000);
    expect(storedKeys()).toEqual(["next"]);
    expect([...builds.resume.entries]).toEqual(resumed);
    one.world.router.release();
    await one.world.settle();
    expect([keysIn(one.world.router.received), storedKeys()]).toEqual([["next"], []]);
  });

  it("keeps the entries if a worker of another version says it with other words", async () => {
    const { a } = await startTwo();
    publishDurably(a, "a");
    await settle();
    const [owner] = [...builds.resume.entries.keys()].map((key) => key.replace("resume:", ""));
    for (const hear of builds.listeners.values()) hear({ owner, logout: { outbox: "keep" } });
    await settle();
    expect([storedKeys(), lastStatus(a)]).toMatchObject([["a"], { state: "closed", isLogout: true }]);
  });

  it("ends once if both log out at the same time", async () => {
    const { a, b } = await startTwo();
    publishDurably(a, "a");
    await settle();
    logOut(a);
    logOut(b);
    await settle();
    for (const tab of [a, b]) expect(lastStatus(tab)).toMatchObject({ state: "closed", isLogout: true });
    expect([storedKeys(), builds.resume.entries.size]).toEqual([[], 0]);
  });

  it.each([
    null,
    "news",
    {},
    { owner: 1 },
    { owner: { toString: 1, valueOf: 1 }, logout: "wipe" },
    { owner: "?", logout: "wipe" },
    { logout: "wipe" },
    { outboxId: 1 },
  ])("is not taken from %j, which another script has posted", async (news) => {
    const { a, b } = await startTwo();
    for (const hear of builds.listeners.values()) hear(news);
    await settle();
    for (const tab of [a, b]) expect(lastStatus(tab)).toMatchObject({ state: "online" });
  });
});
