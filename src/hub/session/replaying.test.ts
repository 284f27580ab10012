import type { MemoryRouter } from "../../testing/memory-router.js";
import { afterEach, describe, expect, it } from "vitest";
import type { WireRequestId } from "../../protocol/ids.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const TOPIC = "com.example.tick";
const PROCEDURE = "com.example.add";

const replay = (tab: FakeTab) => [
  tab.subscribe(TOPIC, { timeout: 0 }, true),
  tab.register(PROCEDURE, { timeout: 0 }, true),
];

/** Lets the router keep the first request of a type unanswered; the list gets its id. */
function holdFirst(router: MemoryRouter, type: "SUBSCRIBE" | "REGISTER"): readonly WireRequestId[] {
  const held: WireRequestId[] = [];
  router.override = (message) => {
    if (message.type !== type || held.length > 0) return false;
    held.push(message.request);
    return true;
  };
  return held;
}

/** Answers the requests with an error, unless that is "no answer". */
function refuse(
  router: MemoryRouter,
  requestType: "SUBSCRIBE" | "REGISTER",
  requests: readonly WireRequestId[],
  error: string,
): void {
  for (const request of error === "no answer" ? [] : requests)
    router.send({ type: "ERROR", requestType, request, details: {}, error, payload: json() });
}

describe("a subscription and a registration that a lost worker had", () => {
  it("@G17 do not request the retained event again", async () => {
    const { world, router, a, b } = await startTabs();
    a.subscribe(TOPIC, { get_retained: true }, true);
    b.subscribe("com.example.other", { get_retained: true });
    await world.settle();
    expect(router.got("SUBSCRIBE").map(({ topic, options }) => [topic, options])).toEqual([
      [TOPIC, {}],
      ["com.example.other", { get_retained: true }],
    ]);
  });

  it.each(["wamp.error.authorization_failed", "com.example.error.try_again"])(
    "@G13 @G17 are restored later if the router refuses them for a reason that may pass (%s)",
    async (error) => {
      const { world, router, a } = await startTabs();
      router.override = (message) => {
        if (message.type !== "SUBSCRIBE" && message.type !== "REGISTER") return false;
        const { type: requestType, request } = message;
        router.send({ type: "ERROR", requestType, request, details: {}, error, payload: json() });
        return true;
      };
      const asked = replay(a);
      await world.advance(300_000);
      expect(asked.map(({ outcome }) => outcome)).toEqual([undefined, undefined]);
      expect(a.of("warning")).toMatchObject([
        { error: { name: "WampError", fields: { uri: error } } },
        { error: { name: "WampError", fields: { uri: error } } },
      ]);
      router.override = () => false;
      await world.advance(31_000);
      expect(asked.map(({ outcome }) => outcome?.kind)).toEqual(["done", "done"]);
      expect([router.subscriptions, router.registrations]).toEqual([
        [`exact ${TOPIC}`],
        [`exact ${PROCEDURE}`],
      ]);
      router.publish(TOPIC, json(1));
      await world.settle();
      expect(a.heard).toEqual([1]);
    },
  );

  it.each(["wamp.error.authorization_failed", "wamp.error.not_authorized", "no answer"])(
    "@G7 @G13 a subscription that joined the SUBSCRIBE of another tab is restored or ended when that fails (%s)",
    async (error) => {
      const { world, router, a, b } = await startTabs();
      const held = holdFirst(router, "SUBSCRIBE");
      const first = b.subscribe(TOPIC);
      await world.settle();
      const joined = a.subscribe(TOPIC, { timeout: 0 }, true);
      await world.settle();
      refuse(router, "SUBSCRIBE", held, error);
      await world.advance(10_000);
      const isFinal = error === "wamp.error.not_authorized";
      expect([first, joined].map(({ outcome }) => outcome?.kind)).toEqual([
        "rejected",
        isFinal ? "rejected" : "done",
      ]);
      expect(router.subscriptions).toEqual(isFinal ? [] : [`exact ${TOPIC}`]);
      expect(a.of("warning")).toEqual([]);
    },
  );

  it.each(["wamp.error.authorization_failed", "wamp.error.not_authorized", "no answer"])(
    "@G7 @G13 a registration that joined the REGISTER of another tab is restored or ended when that fails (%s)",
    async (error) => {
      const { world, router, a, b } = await startTabs();
      const held = holdFirst(router, "REGISTER");
      const options = { invoke: "roundrobin", timeout: 10_000 } as const;
      const first = b.register(PROCEDURE, options);
      await world.settle();
      const joined = a.register(PROCEDURE, { ...options, timeout: 0 }, true);
      await world.settle();
      refuse(router, "REGISTER", held, error);
      await world.advance(10_000);
      const isFinal = error === "wamp.error.not_authorized";
      expect([first, joined].map(({ outcome }) => outcome?.kind)).toEqual([
        "rejected",
        isFinal ? "rejected" : "done",
      ]);
      expect(a.of("warning")).toEqual([]);
    },
  );

  it("@G7 @G13 @G17 a subscription to a topic of another tab is restored although the router refuses a SUBSCRIBE of its own", async () => {
    const { world, router, a, b } = await startTabs();
    b.subscribe(TOPIC);
    await world.settle();
    // The event of it must not reach the new subscription.
    a.publish(TOPIC, ["own"]);
    await world.settle();
    router.override = (message) => {
      if (message.type !== "SUBSCRIBE") return false;
      const { type: requestType, request } = message;
      const error = "wamp.error.authorization_failed";
      router.send({ type: "ERROR", requestType, request, details: {}, error, payload: json() });
      return true;
    };
    const joined = a.subscribe(TOPIC, { timeout: 0 }, true);
    await world.settle();
    expect(router.got("SUBSCRIBE")).toHaveLength(2);
    expect(joined.outcome?.kind).toBe("done");
  });

  it("@G13 @G17 are asked for again if the router answers everything but them", async () => {
    const { world, router, a, b } = await startTabs();
    const { connections } = router;
    router.override = ({ type }) => type === "SUBSCRIBE" || type === "REGISTER";
    const asked = replay(a);
    for (let second = 0; second < 60; second += 1) {
      b.publish("com.other", [], { acknowledge: true });
      await world.advance(1_000);
    }
    expect(asked.map(({ outcome }) => outcome)).toEqual([undefined, undefined]);
    expect(router.got("REGISTER").length).toBeGreaterThan(2);
    expect([router.connections, a.of("warning")]).toEqual([connections, []]);
    router.override = () => false;
    await world.advance(31_000);
    expect(asked.map(({ outcome }) => outcome?.kind)).toEqual(["done", "done"]);
  });

  it("@G13 @G17 survive the loss of the session on which they were to be restored", async () => {
    const { world, router, a } = await startTabs();
    router.hold("SUBSCRIBED", "REGISTERED");
    const asked = replay(a);
    await world.settle();
    router.drop();
    router.release();
    await world.advance(1_000);
    expect(asked.map(({ outcome }) => outcome?.kind)).toEqual(["done", "done"]);
    expect([a.of("subscription-ended"), a.of("registration-ended")]).toEqual([[], []]);
  });

  it("@G13 @G17 are rejected for a reason that is final", async () => {
    const { world, router, a } = await startTabs();
    router.override = (message) => {
      if (message.type !== "SUBSCRIBE" && message.type !== "REGISTER") return false;
      const { type: requestType, request } = message;
      const error = "wamp.error.not_authorized";
      router.send({ type: "ERROR", requestType, request, details: {}, error, payload: json() });
      return true;
    };
    const asked = replay(a);
    await world.settle();
    expect(asked.map(({ error }) => error?.name)).toEqual(["WampError", "WampError"]);
    expect(world.session).toMatchObject({ wireSubscriptions: [], wireRegistrations: [] });
  });

  it("@G13 @G17 displace no other tab, although the registration once displaced another", async () => {
    const { world, router, a, b } = await startTabs();
    const living = b.register(PROCEDURE);
    await world.settle();
    const replayed = a.register(PROCEDURE, { timeout: 0, force_reregister: true }, true);
    await world.advance(1_000);
    expect(replayed.error).toMatchObject({ fields: { uri: "wamp.error.procedure_already_exists" } });
    expect([living.outcome?.kind, b.of("registration-ended")]).toEqual(["done", []]);
    expect(router.got("REGISTER")).toHaveLength(1);
    b.onInvocation = (invocation) => b.yield(invocation, ["of b"]);
    const asked = a.call(PROCEDURE);
    await world.settle();
    expect(asked.outcome?.kind).toBe("result");
  });

  it("@G13 @G17 displace no other session either", async () => {
    const { world, router, a } = await startTabs();
    const replayed = a.register(PROCEDURE, { timeout: 0, force_reregister: true }, true);
    await world.settle();
    expect(replayed.outcome?.kind).toBe("done");
    expect(router.got("REGISTER").map(({ options }) => options)).toEqual([{}]);
  });
});

describe("the limits of a tab", () => {
  it("@G13 @G23 stop nothing that gives something back, or that the tab already had", async () => {
    const { world, router, a } = await startTabs({ limits: { maxRequests: 3, maxQueuedBytes: 1_000 } });
    const subscribed = a.subscribe("com.t");
    const registered = a.register("com.p");
    await world.settle();
    router.override = ({ type }) => type === "CALL";
    for (let index = 0; index < 3; index += 1) a.call("com.slow");
    const refused = [a.call("com.slow"), a.publish("com.t"), a.subscribe("com.u"), a.register("com.q")];
    const given = [a.unsubscribe(subscribed), a.unregister(registered)];
    const replayed = replay(a);
    await world.settle();
    for (const { error } of refused)
      expect(error).toMatchObject({ name: "OverflowError", fields: { limit: "maxRequests" } });
    expect([...given, ...replayed].map(({ outcome }) => outcome?.kind)).toEqual(Array(4).fill("done"));
    expect([router.subscriptions, router.registrations]).toEqual([
      [`exact ${TOPIC}`],
      [`exact ${PROCEDURE}`],
    ]);
    router.drop();
    await world.advance(1_000);
  });

  it("@G23 are not used up by requests that give something back", async () => {
    const { world, router, a } = await startTabs({ limits: { maxRequests: 1, maxQueuedBytes: 1_000 } });
    const subscribed = a.subscribe("com.t");
    await world.settle();
    router.hold("UNSUBSCRIBED");
    const given = a.unsubscribe(subscribed);
    const published = a.publish("com.t");
    await world.settle();
    expect([given.outcome, published.error]).toEqual([undefined, undefined]);
    router.drop();
    await world.advance(1_000);
  });

  it("@G13 @G23 stop no replay when the bytes of its queue are used up", async () => {
    const { world, router, a } = await startTabs({ limits: { maxRequests: 100, maxQueuedBytes: 1_000 } });
    router.socket.bufferedAmount = 1e9;
    a.publish("com.x", ["x".repeat(900)]);
    const refused = a.publish("com.x", ["x".repeat(900)]);
    const replayed = [a.subscribe(`com.${"t".repeat(200)}`, { timeout: 0 }, true), ...replay(a)];
    await world.settle();
    expect(refused.error).toMatchObject({ name: "OverflowError", fields: { limit: "maxQueuedBytes" } });
    router.socket.bufferedAmount = 0;
    await world.advance(10);
    expect(replayed.map(({ outcome }) => outcome?.kind)).toEqual(["done", "done", "done"]);
  });

  it("@G23 count requests and answers apart: a tab full of requests can still answer", async () => {
    const { world, router, a } = await startTabs({ limits: { maxRequests: 100, maxQueuedBytes: 1_000 } });
    a.register("com.do");
    await world.settle();
    const request = router.invoke("com.do", json());
    await world.settle();
    router.socket.bufferedAmount = 1e9;
    a.publish("com.x", ["x".repeat(900)]);
    const [invocation] = a.invocations;
    if (invocation !== undefined) a.yield(invocation, ["y".repeat(900)]);
    const refused = a.publish("com.x", ["x".repeat(900)]);
    await world.settle();
    router.socket.bufferedAmount = 0;
    await world.advance(10);
    expect(router.got("YIELD")).toMatchObject([{ request, payload: json("y".repeat(900)) }]);
    expect([router.got("PUBLISH").length, refused.error?.name]).toEqual([1, "OverflowError"]);
    expect(a.of("warning")).toEqual([]);
  });
});
