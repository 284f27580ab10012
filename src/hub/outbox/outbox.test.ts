import { afterEach, describe, expect, it } from "vitest";
import { sessionKey } from "../../contract/identity.js";
import { World, leftovers, prepareWorld, startTabs, startWorld } from "../../testing/harness.js";
import { askOutbox, callDurably, entriesIn, keysIn, publishDurably } from "../../testing/durable.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import type { FakeEnvironment } from "../../testing/fake-environment.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import type { MemoryRouter } from "../../testing/memory-router.js";
import { newEntry } from "../../testing/outbox-entries.js";
import { sessionConfig } from "../../testing/session-config.js";

afterEach(async () => {
  expect(await leftovers()).toEqual([]);
});

const owner = sessionKey(sessionConfig());

/** Keeps the router from answering durable requests. */
function silence(router: MemoryRouter): void {
  router.override = (message) => keysIn([message]).length > 0;
}

/** A worker that starts with what another one has stored. */
function nextWorker({ outbox, store }: FakeEnvironment, changes = {}): World {
  const fake = createFakeEnvironment();
  for (const [position, entry] of outbox.entries) fake.outbox.restore(position, entry);
  for (const [key, value] of store.entries) fake.store.entries.set(key, value);
  return new World(fake, sessionConfig(changes));
}

describe("the outbox @G16", () => {
  it("accepts a publication once it is stored, without a connection, and sends it after WELCOME, in order", async () => {
    const world = prepareWorld();
    world.router.up = false;
    const a = world.join();
    await world.settle();
    const asked = ["1", "2", "3"].map((key) => publishDurably(a, key));
    expect(asked[0]?.outcome).toBeUndefined();
    await world.settle();
    expect(asked.map(({ outcome }) => outcome?.kind)).toEqual(["published", "published", "published"]);
    expect(world.fake.outbox.entries.size).toBe(3);
    world.router.up = true;
    await world.advance(40_000);
    expect(keysIn(world.router.received)).toEqual(["1", "2", "3"]);
    expect(world.router.got("PUBLISH").every(({ options }) => options["acknowledge"] === true)).toBe(true);
    expect(world.fake.outbox.entries.size).toBe(0);
  });

  it("accepts nothing before the store has confirmed it", async () => {
    const { world, a } = await startTabs();
    let confirm: () => void = () => undefined;
    world.fake.outbox.before = () => new Promise((resolve) => (confirm = resolve));
    const asked = publishDurably(a, "1");
    await world.settle();
    expect([asked.outcome, keysIn(world.router.received)]).toEqual([undefined, []]);
    world.fake.outbox.before = () => Promise.resolve();
    confirm();
    await world.settle();
    expect([asked.outcome?.kind, keysIn(world.router.received)]).toEqual(["published", ["1"]]);
  });

  it("refuses by name what it cannot store, says so in the status, and sends nothing of it", async () => {
    const { world, a, b } = await startTabs();
    world.fake.outbox.before = () => Promise.reject(new Error("disk full"));
    const asked = publishDurably(a, "1");
    await world.settle();
    expect(asked.error).toMatchObject({ name: "StorageError", fields: { reason: "Error: disk full" } });
    expect(b.of("status").at(-1)?.storage).toEqual({ kind: "memory", reason: "Error: disk full" });
    world.fake.outbox.before = () => Promise.resolve();
    publishDurably(a, "2");
    await world.settle();
    expect(keysIn(world.router.received)).toEqual(["2"]);
    await world.advance(1_000);
    expect(b.of("status").at(-1)?.storage).toEqual({ kind: "indexeddb" });
  });

  it("sends again what was not acknowledged when the connection was lost, and nothing else", async () => {
    const { world, router, a } = await startTabs();
    publishDurably(a, "1");
    await world.settle();
    silence(router);
    publishDurably(a, "2");
    publishDurably(a, "3");
    await world.settle();
    router.override = () => false;
    router.drop();
    await world.advance(1_000);
    expect(keysIn(router.received)).toEqual(["2", "3"]);
  });

  it("resolves an acknowledged publication with its id, after telling that it is stored", async () => {
    const { world, a } = await startTabs();
    const asked = publishDurably(a, "1", { acknowledge: true });
    await world.settle();
    expect(asked.outcome).toMatchObject({ kind: "published", publication: expect.any(Number) as number });
    expect(a.of("stored")).toEqual([{ kind: "stored", request: asked.request }]);
  });

  it("gives the publication to the other tabs, and not to the one that made it", async () => {
    const { world, a, b } = await startTabs();
    for (const tab of [a, b]) tab.subscribe("com.durable");
    await world.settle();
    publishDurably(a, "1");
    await world.settle();
    expect([a.heard, b.heard]).toEqual([[], ["1"]]);
  });

  it("keeps what a tab that is gone has stored, and what it was about to store", async () => {
    const world = prepareWorld();
    world.router.up = false;
    const [a, b] = [world.join(), world.join()];
    await world.settle();
    publishDurably(a, "1");
    await world.settle();
    publishDurably(a, "2");
    world.kill(a);
    await world.settle();
    world.router.up = true;
    await world.advance(40_000);
    expect(keysIn(world.router.received)).toEqual(["1", "2"]);
    expect(b.of("rejected")).toEqual([]);
  });

  it("sends in the next worker what the last one had stored, and shows it to every tab", async () => {
    const { world, router, a } = await startTabs();
    silence(router);
    publishDurably(a, "1");
    callDurably(a, "2", 60_000);
    await world.settle();

    const next = nextWorker(world.fake);
    const tab = next.join();
    await next.settle();

    expect(keysIn(next.router.received)).toEqual(["1", "2"]);
    const listed = askOutbox(tab, "list");
    await next.settle();
    expect(entriesIn(listed).map(({ key, uri }) => [key, uri])).toEqual([["2", "com.durable"]]);
    await next.leave(tab);
  });

  it("never shows or sends what belongs to another principal", async () => {
    const fake = createFakeEnvironment();
    await fake.outbox.append(
      newEntry({
        owner,
        key: "mine",
        uri: "com.durable",
        payload: { serializer: "json", count: 1, data: '["mine"]' },
      }),
    );
    const world = new World(fake, sessionConfig({ principal: "sue" }));
    const tab = world.join();
    const listed = askOutbox(tab, "list");
    await world.settle();
    expect([entriesIn(listed), keysIn(world.router.received), fake.outbox.entries.size]).toEqual([[], [], 1]);
    await world.leave(tab);
  });

  it("binds what was made before any WELCOME to the first authid, stores that, and sends it under no other", async () => {
    const world = prepareWorld();
    world.router.up = false;
    world.router.details = { ...world.router.details, authid: "joe", authmethod: "ticket" };
    const a = world.join();
    await world.settle();
    publishDurably(a, "1");
    await world.settle();
    expect([...world.fake.outbox.entries.values()].map(({ authid }) => authid)).toEqual([null]);
    silence(world.router);
    world.router.up = true;
    await world.advance(40_000);
    expect([...world.fake.outbox.entries.values()].map(({ authid }) => authid)).toEqual(["joe"]);
    world.router.override = () => false;
    world.router.details = { ...world.router.details, authid: "sue" };
    world.router.drop();
    await world.advance(1_000);
    expect(keysIn(world.router.received)).toEqual([]);
    world.router.details = { ...world.router.details, authid: "joe" };
    world.router.drop();
    await world.advance(1_000);
    expect(keysIn(world.router.received)).toEqual(["1"]);
  });

  it("settles a call with the router's answer, and keeps it for pages that come later", async () => {
    const { world, router, a, b } = await startTabs();
    b.register("com.durable");
    await world.settle();
    b.onInvocation = (invocation) => b.yield(invocation, ["pong"]);
    const asked = callDurably(a, "1");
    await world.settle();
    expect(asked.outcome?.kind).toBe("result");
    const next = nextWorker(world.fake);
    const tab = next.join();
    const listed = askOutbox(tab, "list");
    await next.settle();
    expect(entriesIn(listed)).toMatchObject([
      { key: "1", state: "done", result: { payload: { data: '["pong"]' } } },
    ]);
    expect(keysIn(next.router.received)).toEqual([]);
    expect(router.got("CALL")).toHaveLength(1);
    await next.leave(tab);
  });

  it("takes an ERROR of the callee as the answer, and sends the call again only if it is asked to", async () => {
    const { world, router, a, b } = await startTabs();
    b.register("com.durable");
    await world.settle();
    b.onInvocation = (invocation) => b.fail(invocation, "com.example.refused");
    const asked = callDurably(a, "1");
    await world.settle();
    expect(asked.error).toMatchObject({ name: "WampError", fields: { uri: "com.example.refused" } });
    router.drop();
    await world.advance(10_000);
    const listed = askOutbox(a, "list");
    await world.settle();
    expect(entriesIn(listed)).toMatchObject([{ state: "failed", error: { name: "WampError" } }]);
    expect(keysIn(router.received)).toEqual([]);
    b.onInvocation = (invocation) => b.yield(invocation, [1]);
    const retried = askOutbox(a, "retry", "1");
    await world.settle();
    expect([retried.outcome, keysIn(router.received)]).toMatchObject([{ isDone: true }, ["1"]]);
  });

  it("sends a call again, later and later, while its callee restarts, and holds up nothing that comes after it", async () => {
    const { world, router, a, b } = await startTabs();
    const asked = callDurably(a, "1");
    await world.settle();
    expect(asked.outcome).toBeUndefined();
    publishDurably(a, "2");
    await world.settle();
    expect(keysIn(router.received)).toEqual(["1", "2"]);
    await world.advance(5_000);
    const attempts = keysIn(router.received).length;
    expect(attempts).toBeGreaterThan(3);
    expect(attempts).toBeLessThan(9);
    b.register("com.durable");
    b.onInvocation = (invocation) => b.yield(invocation, ["at last"]);
    await world.advance(60_000);
    expect(asked.outcome?.kind).toBe("result");
  });

  it("fails only the request over which the router drops the session, and sends the others of its URI later @G23", async () => {
    const { world, router, a, b } = await startTabs();
    b.register("com.durable");
    b.onInvocation = (invocation) => b.yield(invocation, ["pong"]);
    await world.settle();
    let drops = 0;
    router.override = (message) => {
      if (drops === 3 || keysIn([message]).length === 0) return false;
      drops += 1;
      router.drop();
      return true;
    };
    const asked = ["1", "2", "3"].map((key) => callDurably(a, key));
    await world.advance(40_000);
    const listed = askOutbox(a, "list");
    await world.settle();
    expect(entriesIn(listed)).toMatchObject([
      { state: "failed", error: { name: "ConnectionLostError", cause: { name: "SetAsideError" } } },
      { state: "waiting", error: { name: "SetAsideError" } },
      { state: "waiting", error: { name: "SetAsideError" } },
    ]);
    // They do not ask again and again meanwhile.
    expect(entriesIn(listed).every(({ attempts }) => attempts < 5)).toBe(true);
    await world.advance(80_000);
    expect(asked.map(({ outcome }) => outcome?.kind)).toEqual(["rejected", "result", "result"]);
  });

  it("gives up what has reached its age limit, tells why, and keeps it as failed", async () => {
    const world = prepareWorld();
    world.router.up = false;
    const a = world.join();
    await world.settle();
    const asked = callDurably(a, "1", 5_000);
    await world.advance(5_000);
    expect(asked.error).toMatchObject({ name: "TimeoutError", fields: { sent: false } });
    const listed = askOutbox(a, "list");
    await world.settle();
    expect(entriesIn(listed)).toMatchObject([{ state: "failed", error: { name: "TimeoutError" } }]);
    world.router.up = true;
    await world.advance(60_000);
    expect(keysIn(world.router.received)).toEqual([]);
  });

  it("knows the age of what an earlier worker has stored, whose clock began at another time", async () => {
    const worker = (fake: FakeEnvironment, ahead: number): World => {
      const wallTime = (): number => fake.clock.now() + ahead;
      return new World({ ...fake, env: { ...fake.env, wallTime } }, sessionConfig());
    };
    const first = createFakeEnvironment();
    const world = worker(first, 5_000_000);
    world.router.up = false;
    const a = world.join();
    await world.settle();
    publishDurably(a, "1", { timeout: 5_000 });
    publishDurably(a, "2", { timeout: 50_000 });
    await world.settle();
    const [position = 0] = first.outbox.entries.keys();
    expect(first.outbox.entries.get(position)).toMatchObject({ createdAt: 6_000_000, expiresAt: 6_005_000 });

    const second = createFakeEnvironment();
    for (const [at, entry] of first.outbox.entries) second.outbox.restore(at, entry);
    const next = worker(second, 5_010_000);
    const tab = next.join();
    await next.settle();
    const listed = askOutbox(tab, "list");
    await next.settle();
    expect(keysIn(next.router.received)).toEqual(["2"]);
    expect(entriesIn(listed)).toMatchObject([{ key: "1", state: "failed", error: { name: "TimeoutError" } }]);
    await next.leave(tab);
  });

  it("notices after a sleep of the computer that an age limit has passed, before it sends anything", async () => {
    const fake = createFakeEnvironment();
    let slept = 0;
    const wallTime = (): number => fake.clock.now() + slept;
    const world = new World({ ...fake, env: { ...fake.env, wallTime } }, sessionConfig());
    world.router.up = false;
    const a = world.join();
    await world.settle();
    const asked = callDurably(a, "1", 3_600_000);
    await world.settle();
    slept = 4_000_000;
    world.router.up = true;
    await world.advance(60_000);
    expect(asked.error).toMatchObject({ name: "TimeoutError", fields: { timeout: 3_600_000, sent: false } });
    expect(keysIn(world.router.received)).toEqual([]);
    await world.leave(a);
  });

  it.each([
    ["maxEntries", { maxEntries: 2, maxBytes: 100_000, maxAge: 1_000_000 }],
    ["maxBytes", { maxEntries: 100, maxBytes: 60, maxAge: 1_000_000 }],
  ] as const)("refuses what would exceed %s, by name", async (limit, outbox) => {
    const { world, router, a } = await startTabs({ outbox });
    silence(router);
    const asked = ["1", "2", "3", "4"].map((key) => publishDurably(a, key));
    await world.settle();
    expect(asked.at(-1)?.error).toMatchObject({
      name: "OverflowError",
      fields: { limit: `outbox.${limit}` },
    });
    expect(asked[0]?.error).toBeUndefined();
  });

  it("forgets results that were not dismissed to make room", async () => {
    const { world, a, b } = await startTabs({
      outbox: { maxEntries: 2, maxBytes: 100_000, maxAge: 1_000_000 },
    });
    b.register("com.durable");
    await world.settle();
    b.onInvocation = (invocation) => b.yield(invocation, [1]);
    for (const key of ["1", "2", "3"]) {
      callDurably(a, key);
      await world.settle();
    }
    const listed = askOutbox(a, "list");
    await world.settle();
    expect(entriesIn(listed).map(({ key }) => key)).toEqual(["2", "3"]);
    expect(world.fake.outbox.entries.size).toBe(2);
  });

  it("is canceled from any tab, and watched by every tab that wants to", async () => {
    const { world, router, a, b, c } = await startTabs();
    silence(router);
    askOutbox(c, "watch");
    publishDurably(a, "1");
    await world.settle();
    const canceled = askOutbox(b, "cancel", "1");
    await world.settle();
    const again = askOutbox(b, "cancel", "1");
    await world.settle();
    expect([canceled.outcome, again.outcome]).toMatchObject([{ isDone: true }, { isDone: false }]);
    const changes = c.of("outbox").map(({ key, entry }) => [key, entry?.state]);
    expect(changes.slice(-2)).toEqual([
      ["1", "sent"],
      ["1", undefined],
    ]);
    expect([a, b].map((tab) => tab.of("outbox"))).toEqual([[], []]);
    router.override = () => false;
    router.drop();
    await world.advance(1_000);
    expect([keysIn(router.received), world.fake.outbox.entries.size]).toEqual([[], 0]);
  });

  it.each([
    ["that is on the wire", true],
    ["that is not sent yet", false],
  ])("rejects the promise of a call %s when another tab cancels it @G7", async (_what, sent) => {
    const { world, router, a, b } = await startTabs();
    silence(router);
    if (!sent) {
      router.up = false;
      router.drop();
    }
    const asked = callDurably(a, "1");
    await world.settle();
    askOutbox(b, "cancel", "1");
    await world.settle();
    expect(asked.error).toMatchObject({ name: "CanceledError", fields: { sent } });
    router.up = true;
    await world.advance(60_000);
  });

  it.each([
    ["knows it by its key", true],
    ["does not know it", false],
  ])("is canceled in the next worker, which %s, also while that reads the store", async (_what, isKnown) => {
    const { world, router, a } = await startTabs();
    silence(router);
    callDurably(a, isKnown ? "1" : "2", 60_000);
    await world.settle();
    const next = nextWorker(world.fake);
    const tab = next.join();
    const asked = callDurably(tab, "1");
    tab.cancel(asked);
    await next.settle();
    expect(asked.error).toMatchObject({ name: "CanceledError" });
    expect([...next.fake.outbox.entries.values()].map(({ key }) => key)).toEqual(isKnown ? [] : ["2"]);
    await next.leave(tab);
  });

  it("is canceled with the request of its tab", async () => {
    const { world, router, a } = await startTabs();
    silence(router);
    const asked = callDurably(a, "1");
    await world.settle();
    a.cancel(asked);
    await world.settle();
    expect(asked.error).toMatchObject({ name: "CanceledError" });
    expect(world.fake.outbox.entries.size).toBe(0);
  });

  it.each([
    ["", false],
    [" and its tab leaves", true],
  ])("is never sent if its application cancels it%s before it is stored", async (_what, leaves) => {
    const { world, router, a } = await startTabs();
    let write = (): void => undefined;
    world.fake.outbox.before = () => new Promise((resolve) => (write = resolve));
    const asked = callDurably(a, "1");
    await world.settle();
    a.cancel(asked);
    await world.settle();
    expect(asked.error).toMatchObject({ name: "CanceledError", fields: { sent: false } });
    if (leaves) await world.leave(a);
    world.fake.outbox.before = () => Promise.resolve();
    write();
    await world.settle();
    expect([keysIn(router.received), world.fake.outbox.entries.size]).toEqual([[], 0]);
  });

  it("is wiped by logout, unless that keeps it", async () => {
    for (const outbox of ["wipe", "keep", undefined] as const) {
      const { world, router, a } = await startTabs();
      silence(router);
      publishDurably(a, "1");
      await world.settle();
      a.make((request) => ({ kind: "logout", request, outbox }));
      await world.settle();
      expect(world.fake.outbox.entries.size).toBe(outbox === "keep" ? 1 : 0);
    }
  });

  it.each(["wipe", "keep"] as const)(
    "accepts nothing new while a logout that does %s is under way",
    async (outbox) => {
      const { world, router, a, b } = await startTabs();
      router.hold("GOODBYE");
      a.make((request) => ({ kind: "logout", request, outbox }));
      await world.settle();
      const asked = publishDurably(b, "1");
      await world.settle();
      router.release();
      await world.settle();
      expect([asked.error?.name, world.fake.outbox.entries.size]).toEqual(["SessionClosedError", 0]);
    },
  );

  it("is wiped by logout with what is being stored", async () => {
    const { world, a } = await startTabs();
    const { outbox, clock } = world.fake;
    outbox.before = () => new Promise((resolve) => clock.after(100, resolve));
    const asked = publishDurably(a, "1");
    await world.settle();
    a.make((request) => ({ kind: "logout", request, outbox: "wipe" }));
    await world.advance(1_000);
    expect([asked.error?.name, outbox.entries.size]).toEqual(["SessionClosedError", 0]);
  });

  it("stays wiped if an answer arrives before the session has ended", async () => {
    const { world, router, a, b } = await startTabs();
    b.register("com.durable");
    b.onInvocation = (invocation) => b.yield(invocation, ["pong"]);
    await world.settle();
    router.hold("RESULT", "GOODBYE");
    callDurably(a, "1");
    await world.settle();
    a.make((request) => ({ kind: "logout", request, outbox: "wipe" }));
    await world.settle();
    expect(world.fake.outbox.entries.size).toBe(0);
    router.release();
    await world.settle();
    expect(world.fake.outbox.entries.size).toBe(0);
  });

  it("recognizes by its key a request that the tab has asked a lost worker for", async () => {
    const { world, router, a } = await startTabs();
    silence(router);
    callDurably(a, "1", 60_000);
    await world.settle();
    const next = nextWorker(world.fake);
    const tab = next.join();
    const asked = callDurably(tab, "1");
    tab.register("com.durable");
    tab.onInvocation = (invocation) => tab.yield(invocation, ["pong"]);
    await next.advance(5_000);
    expect(asked.outcome?.kind).toBe("result");
    expect(next.fake.outbox.entries.size).toBe(1);
    await next.leave(tab);
  });

  it("stores a settlement later if the store fails, and does not send it again meanwhile", async () => {
    const { world, router, a } = await startTabs();
    silence(router);
    publishDurably(a, "1");
    await world.settle();
    world.fake.outbox.before = () => Promise.reject(new Error("broken"));
    router.override = () => false;
    router.drop();
    await world.advance(1_000);
    expect(keysIn(router.received)).toEqual(["1"]);
    router.drop();
    await world.advance(1_000);
    expect([keysIn(router.received), world.fake.outbox.entries.size]).toEqual([[], 1]);
    world.fake.outbox.before = () => Promise.resolve();
    await world.advance(60_000);
    expect(world.fake.outbox.entries.size).toBe(0);
  });

  it("tells the application of an outcome that the store does not take, and which the next worker does not know", async () => {
    const { world, router, a } = await startTabs();
    router.hold("PUBLISHED");
    const asked = publishDurably(a, "1", { acknowledge: true });
    await world.settle();
    world.fake.outbox.before = () => Promise.reject(new Error("broken"));
    router.release();
    await world.settle();
    expect(asked.outcome?.kind).toBe("published");
    world.fake.outbox.before = () => Promise.resolve();
    const next = nextWorker(world.fake);
    const tab = next.join();
    await next.advance(1_000);
    expect(keysIn(next.router.received)).toEqual(["1"]);
    expect(next.fake.outbox.entries.size).toBe(0);
    await next.leave(tab);
  });

  it("lets a session without tabs linger while it drains", async () => {
    const world = await startWorld(1, { linger: 1_000 });
    silence(world.router);
    publishDurably(world.tabs[0] as FakeTab, "1");
    await world.settle();
    world.kill(world.tabs[0] as FakeTab);
    await world.advance(1_500);
    expect(world.hub.inspect().sessions).toHaveLength(1);
    await world.advance(20_000);
    expect(world.hub.inspect().sessions).toHaveLength(0);
    expect(world.fake.outbox.entries.size).toBe(1);
  });

  it.each([
    [
      "a call with several results",
      { kind: "call", procedure: "com.durable", options: { receive_progress: true } },
    ],
    ["a key that is no text", { kind: "publish", topic: "com.durable", options: {}, key: 1 }],
  ] as const)("refuses %s", async (_what, request) => {
    const { world, a } = await startTabs();
    const { key = "1", ...rest } = request as typeof request & { key?: unknown };
    const asked = a.make(
      (id) =>
        ({
          ...rest,
          request: id,
          payload: { serializer: "json", count: 0, data: "" },
          timeout: 0,
          offline: { key },
        }) as never,
    );
    await world.settle();
    expect(asked.error).toMatchObject({ name: "InvalidArgumentError" });
    expect(world.fake.outbox.entries.size).toBe(0);
  });
});
