import { afterEach, describe, expect, it } from "vitest";
import type { Asked } from "../../testing/asked.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

type Tabs = Awaited<ReturnType<typeof startTabs>>;

const TOPIC = "com.example.tick";
const PROCEDURE = "com.example.add";

/** A request of every kind, with a deadline. */
const requests: Record<string, (tab: FakeTab) => Asked> = {
  call: (tab) => tab.call("com.example.slow", [], { timeout: 1_000 }),
  "progressive call": (tab) =>
    tab.call("com.example.slow", [], { timeout: 1_000, options: { receive_progress: true } }),
  "acknowledged publish": (tab) => tab.publish(TOPIC, [], { acknowledge: true, timeout: 1_000 }),
  subscribe: (tab) => tab.subscribe("com.new", { timeout: 1_000 }),
  "subscribe with get_retained": (tab) => tab.subscribe(TOPIC, { get_retained: true, timeout: 1_000 }),
  register: (tab) => tab.register("com.new", { timeout: 1_000 }),
};

/** Events that can befall a request on its way. */
const happenings: Record<string, (tabs: Tabs, asked: Asked) => unknown> = {
  answer: ({ router }) => router.release(),
  cancel: ({ a }, asked) => a.cancel(asked),
  kill: ({ a }, asked) => a.cancel(asked, "kill"),
  deadline: ({ world }) => world.advance(1_000),
  loss: ({ router }) => router.drop(),
};

async function prepare(): Promise<Tabs> {
  const tabs = await startTabs();
  const { world, b, router } = tabs;
  b.subscribe(TOPIC);
  b.register("com.example.slow");
  b.onInvocation = (invocation) => b.yield(invocation);
  await world.settle();
  router.hold();
  return tabs;
}

const names = Object.keys(happenings);
const pairs = names.flatMap((first) => names.map((second) => [first, second] as const));

describe.each(Object.keys(requests))("%s", (kind) => {
  it.each(pairs)("@G7 settles once: %s, then %s", async (first, second) => {
    for (const settleBetween of [true, false]) {
      const tabs = await prepare();
      const asked = requests[kind]?.(tabs.a);
      if (asked === undefined) throw new Error("no such request");
      await tabs.world.settle();
      for (const name of [first, second]) {
        await happenings[name]?.(tabs, asked);
        if (settleBetween) await tabs.world.settle();
      }
      await tabs.world.advance(20_000);
      expect(asked.settlements).toHaveLength(1);
      expect(tabs.world.session.tabs[0]?.requests).toBe(0);
    }
  });

  it.each(names)("@G7 sends nothing to a tab that has vanished, after %s", async (name) => {
    const tabs = await prepare();
    const asked = requests[kind]?.(tabs.a);
    if (asked === undefined) throw new Error("no such request");
    await tabs.world.settle();
    tabs.world.kill(tabs.a);
    await tabs.world.settle();
    if (name === "cancel" || name === "kill") tabs.a.cancel(asked);
    else await happenings[name]?.(tabs, asked);
    await tabs.world.settle();
    expect(asked.settlements).toEqual([]);
    tabs.router.release();
    await tabs.world.advance(20_000);
    const { pending, invocations } = tabs.world.session;
    expect([asked.settlements.length, pending, invocations]).toEqual([0, 0, 0]);
  });
});

describe.each(["unsubscribe", "unregister"] as const)("%s", (undo) => {
  it("@G7 has a deadline that the hub sets", async () => {
    const { world, router, a } = await startTabs();
    const made = undo === "unsubscribe" ? a.subscribe(TOPIC) : a.register(PROCEDURE);
    await world.settle();
    router.hold();
    const asked = a[undo](made);
    await world.settle();
    await world.advance(world.config.requestTimeout - 1);
    expect(asked.settlements).toEqual([]);
    await world.advance(1);
    expect(asked.error).toMatchObject({
      name: "TimeoutError",
      fields: { sent: true, timeout: world.config.requestTimeout },
    });
    router.release();
  });
});

describe("while there is no connection", () => {
  async function offline(): Promise<Tabs> {
    const tabs = await startTabs();
    tabs.router.up = false;
    tabs.router.drop();
    await tabs.world.settle();
    return tabs;
  }

  it("@G7 rejects a request that was sent, its outcome unknown, and does not send it again", async () => {
    const { world, router, a, b } = await startTabs();
    b.register(PROCEDURE);
    await world.settle();
    router.hold("SUBSCRIBED", "REGISTERED");
    const requests = [a.call(PROCEDURE), a.subscribe(TOPIC), a.register("com.new")];
    await world.settle();
    router.drop();
    await world.advance(1_000);
    for (const { error } of requests) {
      expect(error).toMatchObject({
        name: "ConnectionLostError",
        fields: { sent: true },
        cause: { name: "ConnectionLostError" },
      });
    }
    expect(router.received.map(({ type }) => type)).toEqual(["HELLO", "REGISTER"]);
    expect(b.of("interrupt")).toHaveLength(1);
  });

  it("@G7 keeps a request that was not sent for the next connection, in order", async () => {
    const { world, router, a } = await offline();
    a.publish(TOPIC, [1]);
    const asked = a.call(PROCEDURE);
    a.publish(TOPIC, [2]);
    await world.advance(3_000);
    expect(asked.outcome).toBeUndefined();
    router.up = true;
    await world.advance(5_000);
    expect(router.received.map(({ type }) => type)).toEqual(["HELLO", "PUBLISH", "CALL", "PUBLISH"]);
    expect(asked.error?.fields).toMatchObject({ uri: "wamp.error.no_such_procedure" });
  });

  it("@G7 keeps a request no longer than its deadline", async () => {
    const { world, a } = await offline();
    const asked = a.publish(TOPIC, [], { timeout: 700 });
    await world.advance(700);
    expect(asked.error).toMatchObject({ name: "TimeoutError", fields: { timeout: 700, sent: false } });
  });

  it("@G7 fails a request that must not wait: at once, or when the connection is lost before it was sent", async () => {
    const { world, router, a } = await offline();
    const made = a.call(PROCEDURE, [], { offline: "fail" });
    await world.settle();
    expect(made.error?.name).toBe("OfflineError");
    router.up = true;
    await world.advance(5_000);
    router.socket.bufferedAmount = 1e9;
    const queued = [
      a.call(PROCEDURE, [], { offline: "fail" }),
      a.publish(TOPIC, [], { offline: "fail" }),
      a.subscribe(TOPIC, { offline: "fail" }),
      a.register(PROCEDURE, { offline: "fail" }),
    ];
    await world.settle();
    router.drop();
    await world.advance(1_000);
    expect(queued.map(({ error }) => error?.name)).toEqual(Array(4).fill("OfflineError"));
    expect(world.session.tabs[0]).toMatchObject({ requests: 0, subscriptions: 0, registrations: 0 });
    expect(router.received.map(({ type }) => type)).toEqual(["HELLO"]);
  });

  it("@G7 removes canceled requests from the queue, with their bytes", async () => {
    const { world, a } = await offline();
    const asked = [1, 2, 3].map(() => a.publish(TOPIC, ["x".repeat(100)], { timeout: 60_000 }));
    await world.settle();
    expect(world.session.tabs[0]?.queuedBytes).toBeGreaterThan(300);
    for (const one of asked) a.cancel(one);
    await world.settle();
    expect(world.session.tabs[0]).toMatchObject({ requests: 0, queuedBytes: 0 });
  });

  it("@G7 rejects every request with the reason when the session is closed", async () => {
    const { world, router, a, b } = await startTabs({
      retry: { initialDelay: 10, maxDelay: 10, maxAttempts: 2 },
    });
    const subscribed = a.subscribe(TOPIC);
    await world.settle();
    router.up = false;
    router.drop();
    await world.settle();
    const waiting = [b.call(PROCEDURE), b.subscribe(TOPIC), b.register(PROCEDURE)];
    await world.advance(1_000);
    expect(waiting.map(({ error }) => error?.name)).toEqual(Array(3).fill("SessionClosedError"));
    expect(b.of("status").at(-1)?.status.state).toBe("closed");
    const late = [a.call(PROCEDURE), a.unsubscribe(subscribed)];
    await world.settle();
    expect(late.map(({ error }) => error?.name)).toEqual(Array(2).fill("SessionClosedError"));
    expect(late[0]?.error?.message).toMatch(
      /^The session is closed: No session after 2 consecutive attempts/,
    );
    // A tab that joins now gets a new session.
    router.up = true;
    world.join();
    await world.settle();
    expect(world.session).toMatchObject({ state: "online", tabs: [{ tab: "tab-4" }] });
  });

  it("@G7 sends a request that must not wait while there is a connection", async () => {
    const { world, router, a } = await startTabs();
    a.publish(TOPIC, [], { offline: "fail" });
    await world.settle();
    expect(router.got("PUBLISH")).toHaveLength(1);
    expect(a.asked[0]?.outcome?.kind).toBe("published");
  });

  it("@G7 settles an acknowledged publication by PUBLISHED, as late as its deadline allows", async () => {
    const { world, router, a } = await startTabs({ requestTimeout: 1_000 });
    router.hold("PUBLISHED");
    const asked = a.publish(TOPIC, [], { acknowledge: true, timeout: 60_000 });
    await world.advance(30_000);
    expect([asked.outcome, router.got("PUBLISH")[0]?.options]).toEqual([undefined, { acknowledge: true }]);
    router.release();
    await world.settle();
    expect(asked.outcome).toMatchObject({ kind: "published", publication: expect.any(Number) as number });
  });

  it("@G7 forgets an acknowledged publication that is canceled", async () => {
    const { world, router, a } = await startTabs();
    router.hold("PUBLISHED");
    const asked = a.publish(TOPIC, [], { acknowledge: true });
    await world.settle();
    expect(world.session.pending).toBe(1);
    a.cancel(asked);
    await world.settle();
    expect(asked.error).toMatchObject({ name: "CanceledError", fields: { sent: true } });
    expect(world.session.pending).toBe(0);
  });

  it("@G7 settles an unacknowledged publication when it is sent, even if the connection is lost later", async () => {
    const { world, router, a, b } = await startTabs();
    b.subscribe(TOPIC);
    await world.settle();
    router.hold();
    const asked = a.publish(TOPIC);
    await world.settle();
    router.drop();
    await world.advance(20_000);
    expect(asked.settlements).toEqual([{ kind: "published", request: asked.request }]);
    router.publish(TOPIC, json());
  });
});
