import { afterEach, describe, expect, it } from "vitest";
import { tabLock } from "../../contract/port.js";
import { json, leftovers, startTabs, startWorld } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const TOPIC = "com.example.tick";
const PROCEDURE = "com.example.add";

describe("a tab that has left or vanished", () => {
  it.each(["vanishes", "leaves"] as const)("@G6 releases everything when it %s", async (how) => {
    const { world, router, a, b } = await startTabs();
    b.subscribe(TOPIC);
    a.subscribe(TOPIC);
    a.subscribe("com.own");
    a.register(PROCEDURE);
    b.register("com.slow");
    await world.settle();
    const before = { ...world.session, tabs: [] };
    a.call("com.slow");
    a.publish(TOPIC, [], { acknowledge: true });
    await world.settle();
    const pending = a.asked.at(-2);
    if (how === "vanishes") world.kill(a);
    else await world.leave(a);
    await world.settle();
    expect(router.got("CANCEL")).toHaveLength(1);
    expect([router.subscriptions, router.registrations]).toEqual([[`exact ${TOPIC}`], ["exact com.slow"]]);
    const { session } = world;
    expect(session.tabs.map(({ tab }) => tab)).toEqual(["tab-2", "tab-3"]);
    expect(session).toMatchObject({
      session: before.session,
      wireSubscriptions: [{ locals: 1 }],
      wireRegistrations: [{ locals: 1 }],
      pending: 0,
    });
    expect(pending?.outcome).toBeUndefined();
    for (const invocation of b.invocations) b.yield(invocation);
  });

  it("a tab that the browser does not let the hub watch stays, and that is logged", async () => {
    const { world, a } = await startTabs();
    for (const { tab } of world.session.tabs) world.fake.locks.refuse(tabLock(tab));
    await world.settle();
    expect(world.session.tabs).toHaveLength(3);
    expect(world.fake.logged).toMatchObject(
      world.session.tabs.map(() => ({ message: "a tab cannot be watched", cause: { name: "AbortError" } })),
    );
    a.publish(TOPIC);
    await world.settle();
  });

  it("@G6 drops its requests that were not sent", async () => {
    const { world, router, a, b } = await startTabs();
    router.socket.bufferedAmount = 1e9;
    a.publish(TOPIC, ["never"]);
    a.call(PROCEDURE);
    b.publish(TOPIC, ["mine"]);
    await world.settle();
    world.kill(a);
    await world.settle();
    router.socket.bufferedAmount = 0;
    await world.advance(10);
    expect([router.got("PUBLISH").length, router.got("CALL").length]).toEqual([1, 0]);
  });

  it("@G6 requests that arrive after its death have no effect", async () => {
    const { world, router, a, b } = await startTabs();
    world.kill(a);
    await world.settle();
    a.subscribe(TOPIC);
    a.register(PROCEDURE);
    a.publish(TOPIC);
    await world.settle();
    expect(router.received.filter(({ type }) => type !== "HELLO")).toEqual([]);
    expect(world.session.wireSubscriptions).toEqual([]);
    b.publish(TOPIC);
    await world.settle();
    expect(router.got("PUBLISH")[0]?.options).toEqual({});
  });

  it("@G6 its invocation that had not begun goes to another tab of the pool", async () => {
    const { world, router, a, b } = await startTabs();
    for (const tab of [a, b]) tab.register(PROCEDURE, { invoke: "first" });
    await world.settle();
    router.invoke(PROCEDURE, json("kept"));
    await world.settle();
    world.kill(a);
    await world.settle();
    expect(b.invocations.map(({ payload }) => b.decode(payload))).toEqual([["kept"]]);
    expect(router.got("ERROR")).toEqual([]);
    const [handed] = b.invocations;
    if (handed !== undefined) b.yield(handed);
    await world.settle();
    expect([router.unanswered, world.session.invocations]).toEqual([0, 0]);
  });

  it.each(["was begun", "was interrupted", "has no other tab"] as const)(
    "@G6 its invocation that %s is answered with an ERROR",
    async (why) => {
      const { world, router, a, b } = await startTabs();
      a.register(PROCEDURE, { invoke: "first" });
      if (why !== "has no other tab") b.register(PROCEDURE, { invoke: "first" });
      await world.settle();
      const request = router.invoke(PROCEDURE, json());
      await world.settle();
      const [invocation] = a.invocations;
      if (why === "was begun" && invocation !== undefined) a.begun(invocation);
      if (why === "was interrupted") router.interrupt(request, { mode: "kill" });
      await world.settle();
      world.kill(a);
      await world.settle();
      expect(router.got("ERROR")).toMatchObject([
        {
          requestType: "INVOCATION",
          request,
          error: "wamp.error.canceled",
          details: {},
          payload: json("the callee is gone"),
        },
      ]);
      expect([router.unanswered, world.session.invocations, b.invocations.length]).toEqual([0, 0, 0]);
    },
  );

  it("@G6 its invocation is answered with an ERROR if no other tab is free", async () => {
    const { world, router, a, b } = await startTabs();
    for (const tab of [a, b]) tab.register(PROCEDURE, { invoke: "first", concurrency: 1 });
    await world.settle();
    router.invoke(PROCEDURE, json());
    router.invoke(PROCEDURE, json());
    await world.settle();
    world.kill(a);
    await world.settle();
    expect([router.got("ERROR").length, router.unanswered, b.invocations.length]).toEqual([1, 1, 1]);
    const [kept] = b.invocations;
    if (kept !== undefined) b.yield(kept);
  });

  it("@G6 an answer that is waiting for the socket is still sent", async () => {
    const { world, router, a } = await startTabs();
    a.register(PROCEDURE);
    await world.settle();
    router.invoke(PROCEDURE, json());
    await world.settle();
    const [invocation] = a.invocations;
    router.socket.bufferedAmount = 1e9;
    if (invocation !== undefined) a.yield(invocation, ["done"]);
    await world.settle();
    world.kill(a);
    await world.settle();
    expect(router.got("YIELD")).toMatchObject([{ payload: json("done") }]);
    router.socket.bufferedAmount = 0;
  });

  it("@G6 a late SUBSCRIBED and REGISTERED are undone", async () => {
    const { world, router, a } = await startTabs();
    router.hold();
    a.subscribe(TOPIC);
    a.register(PROCEDURE);
    await world.settle();
    world.kill(a);
    await world.settle();
    router.release();
    await world.settle();
    expect([router.subscriptions, router.registrations]).toEqual([[], []]);
    expect(world.session).toMatchObject({ wireSubscriptions: [], wireRegistrations: [], pending: 0 });
  });

  it("@G6 a tab cannot answer an invocation that it does not have", async () => {
    const { world, router, a, b } = await startTabs();
    a.register(PROCEDURE);
    await world.settle();
    router.invoke(PROCEDURE, json());
    await world.settle();
    const [invocation] = a.invocations;
    if (invocation === undefined) throw new Error("no invocation");
    b.yield(invocation, ["forged"]);
    b.begun(invocation);
    a.yield(invocation, ["true"]);
    a.yield(invocation, ["again"]);
    a.fail(invocation, "com.example.error");
    await world.settle();
    expect(router.got("YIELD").map(({ payload }) => payload)).toEqual([json("true")]);
    expect(router.got("ERROR")).toEqual([]);
  });
});

describe("the last tab", () => {
  it("@G18 leave() sends GOODBYE at once and resolves when it is answered", async () => {
    const world = await startWorld(1);
    const { router } = world;
    const [a] = world.tabs;
    if (a === undefined) throw new Error("no tab");
    a.subscribe(TOPIC);
    await world.settle();
    router.hold("GOODBYE");
    let left = false;
    void world.leave(a).then(() => (left = true));
    await world.settle();
    expect(router.got("GOODBYE")).toMatchObject([{ reason: "wamp.close.normal" }]);
    expect(left).toBe(false);
    router.release();
    await world.settle();
    expect([left, world.hub.inspect().sessions, world.fake.sockets.living]).toEqual([true, [], 0]);
  });

  it("@G18 the session stays while another tab is attached", async () => {
    const { world, router, a, b } = await startTabs();
    await world.leave(a);
    world.kill(b);
    await world.advance(60_000);
    expect(router.got("GOODBYE")).toEqual([]);
    expect(world.session.tabs).toHaveLength(1);
  });

  it("@G18 when it vanishes, its registrations end at once, the session and its subscriptions after the linger time", async () => {
    const world = await startWorld(1, { linger: 3_000 });
    const { router } = world;
    const [a] = world.tabs;
    if (a === undefined) throw new Error("no tab");
    a.subscribe(TOPIC);
    a.register(PROCEDURE);
    await world.settle();
    world.kill(a);
    await world.advance(2_999);
    expect([router.subscriptions, router.registrations]).toEqual([[`exact ${TOPIC}`], []]);
    expect(router.got("GOODBYE")).toEqual([]);
    await world.advance(1);
    expect(router.got("GOODBYE")).toHaveLength(1);
    expect(world.hub.inspect().sessions).toEqual([]);
  });

  it("@G18 a tab that returns in time finds session and subscription as they were", async () => {
    const world = await startWorld(1);
    const { router } = world;
    const [a] = world.tabs;
    if (a === undefined) throw new Error("no tab");
    a.subscribe(TOPIC);
    a.subscribe("com.old");
    await world.settle();
    const { session } = world.session;
    world.kill(a);
    await world.advance(1_000);
    const back = world.join();
    back.subscribe(TOPIC);
    await world.settle();
    expect([world.session.session, router.got("SUBSCRIBE").length]).toEqual([session, 2]);
    router.publish(TOPIC, json("again"));
    await world.settle();
    expect(back.heard).toEqual(["again"]);
    // A subscription that no tab has asked for again ends with the linger time.
    await world.advance(60_000);
    expect([router.subscriptions, router.got("GOODBYE")]).toEqual([[`exact ${TOPIC}`], []]);
  });

  it("@G18 a lingering subscription gives way to one with different options", async () => {
    const world = await startWorld(1, { linger: 3_000 });
    const [first] = world.tabs;
    if (first === undefined) throw new Error("no tab");
    first.subscribe("com.x", { _custom: 1 });
    await world.settle();
    world.kill(first);
    await world.settle();
    const again = world.join().subscribe("com.x", { _custom: 2 });
    await world.settle();
    expect(again.outcome?.kind).toBe("done");
    expect(world.router.got("SUBSCRIBE").at(-1)?.options).toEqual({ _custom: 2 });
  });

  it("@G18 subscriptions linger even if a request for one is unanswered", async () => {
    const world = await startWorld(1);
    const { router } = world;
    const [a] = world.tabs;
    if (a === undefined) throw new Error("no tab");
    a.subscribe(TOPIC);
    await world.settle();
    router.hold("SUBSCRIBED");
    a.subscribe(TOPIC, { get_retained: true });
    await world.settle();
    world.kill(a);
    await world.settle();
    expect(router.got("UNSUBSCRIBE")).toEqual([]);
  });

  it("@G18 leaving while there is no connection ends the attempts", async () => {
    const world = await startWorld(1);
    world.router.up = false;
    world.router.drop();
    await world.settle();
    const [a] = world.tabs;
    if (a !== undefined) await world.leave(a);
    await world.advance(60_000);
    expect([world.hub.inspect().sessions, world.fake.clock.pending]).toEqual([[], 0]);
  });

  it("@G18 leaving twice, or vanishing after leave(), has no effect", async () => {
    const { world, a } = await startTabs();
    await world.leave(a);
    await a.leave();
    world.kill(a);
    await world.settle();
    expect(world.session.tabs).toHaveLength(2);
  });
});
