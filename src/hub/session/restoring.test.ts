import { afterEach, describe, expect, it } from "vitest";
import type { Sent } from "../../testing/memory-router.js";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const TOPIC = "com.example.tick";
const PROCEDURE = "com.example.add";

type Tabs = Awaited<ReturnType<typeof startTabs>>;

/** Makes the router refuse REGISTER so many times, as if it still held the old session. */
function refuseRegister(
  router: Tabs["router"],
  times: number,
  error = "wamp.error.procedure_already_exists",
): void {
  let left = times;
  router.override = (message) => {
    if (message.type !== "REGISTER" || left === 0) return false;
    left -= 1;
    refuse(router, message, error);
    return true;
  };
}

function refuse(router: Tabs["router"], message: Sent<"REGISTER"> | Sent<"SUBSCRIBE">, error: string): void {
  const { type: requestType, request } = message;
  router.send({ type: "ERROR", requestType, request, details: {}, error, payload: json() });
}

describe("restoring after a reconnect", () => {
  it("@G13 restores every subscription and registration once, and the handles stay valid", async () => {
    const { world, router, a, b } = await startTabs();
    const ofA = a.subscribe(TOPIC);
    b.subscribe(TOPIC);
    b.subscribe("com.", { match: "prefix" });
    a.register(PROCEDURE, { invoke: "first" });
    b.register(PROCEDURE, { invoke: "first" });
    await world.settle();
    const before = a.notices.length;
    router.drop();
    await world.advance(1_000);
    expect(router.got("SUBSCRIBE").map(({ topic, options }) => [topic, options])).toEqual([
      [TOPIC, {}],
      ["com.", { match: "prefix" }],
    ]);
    expect(router.got("REGISTER").map(({ options }) => options)).toEqual([{ invoke: "first" }]);
    router.publish(TOPIC, json("back"));
    await world.settle();
    expect([a.heardBy(ofA), b.heard]).toEqual([["back"], ["back", "back"]]);
    expect(a.notices.slice(before).map(({ kind }) => kind)).not.toContain("subscription-ended");
    const asked = b.call(PROCEDURE);
    await world.settle();
    const [invocation] = a.invocations;
    if (invocation !== undefined) a.yield(invocation);
    await world.settle();
    expect(asked.outcome?.kind).toBe("result");
    a.unsubscribe(ofA);
    await world.settle();
    expect(world.session.wireSubscriptions[0]).toMatchObject({ topic: TOPIC, locals: 1 });
  });

  it("@G13 restores before it sends any queued request", async () => {
    const { world, router, a, b } = await startTabs();
    a.subscribe(TOPIC);
    a.register(PROCEDURE);
    await world.settle();
    router.drop();
    await world.settle();
    b.publish(TOPIC, ["waited"]);
    await world.advance(1_000);
    expect(router.received.map(({ type }) => type)).toEqual(["HELLO", "SUBSCRIBE", "REGISTER", "PUBLISH"]);
    expect(a.heard).toEqual(["waited"]);
  });

  it("@G13 does not restore entries that were undone while there was no connection", async () => {
    const { world, router, a } = await startTabs();
    const subscribed = a.subscribe(TOPIC);
    const registered = a.register(PROCEDURE);
    await world.settle();
    router.drop();
    await world.settle();
    const undone = [a.unsubscribe(subscribed), a.unregister(registered)];
    await world.advance(1_000);
    expect(undone.map(({ outcome }) => outcome?.kind)).toEqual(["done", "done"]);
    expect(router.received.map(({ type }) => type)).toEqual(["HELLO"]);
  });

  it("@G13 undoes entries on the wire that are undone while they are restored", async () => {
    const { world, router, a } = await startTabs();
    const subscribed = a.subscribe(TOPIC);
    const registered = a.register(PROCEDURE);
    await world.settle();
    router.hold();
    router.drop();
    await world.advance(1_000);
    const undone = [a.unsubscribe(subscribed), a.unregister(registered)];
    await world.settle();
    router.release();
    await world.settle();
    expect(undone.map(({ outcome }) => outcome?.kind)).toEqual(["done", "done"]);
    expect([router.subscriptions, router.registrations]).toEqual([[], []]);
    expect(world.session).toMatchObject({ wireSubscriptions: [], wireRegistrations: [], pending: 0 });
  });

  it("@G13 retries procedure_already_exists with growing delays, and keeps the handle", async () => {
    const { world, router, a } = await startTabs();
    a.register(PROCEDURE);
    await world.settle();
    refuseRegister(router, 3);
    router.drop();
    await world.advance(250);
    const times: number[] = [];
    for (let waited = 0; waited < 2_000; waited += 100) {
      times.push(router.got("REGISTER").length);
      await world.advance(100);
    }
    expect(router.got("REGISTER")).toHaveLength(4);
    expect([times[0], times[3], times[7], times[15]]).toEqual([1, 2, 3, 4]);
    expect([a.of("registration-ended"), router.registrations]).toEqual([[], [`exact ${PROCEDURE}`]]);
  });

  it("@G13 @G17 also retries a registration that outlived its worker, because the router may still hold that worker's session", async () => {
    const { world, router, a } = await startTabs();
    refuseRegister(router, 2);
    const replayed = a.register(PROCEDURE, { timeout: 0 }, true);
    await world.settle();
    expect(replayed.outcome).toBeUndefined();
    await world.advance(1_000);
    expect(replayed.outcome?.kind).toBe("done");
    expect(router.got("REGISTER")).toHaveLength(3);
  });

  it("@G13 ends the handle after the last attempt", async () => {
    const { world, router, a } = await startTabs();
    const asked = a.register(PROCEDURE);
    await world.settle();
    refuseRegister(router, Infinity);
    router.drop();
    await world.advance(120_000);
    expect(router.got("REGISTER")).toHaveLength(9);
    expect(a.of("registration-ended")).toMatchObject([
      { registration: asked.handle, error: { fields: { uri: "wamp.error.procedure_already_exists" } } },
    ]);
    expect(world.session.wireRegistrations).toEqual([]);
  });

  it.each(["subscribe", "register"] as const)(
    "@G13 takes the silence of the router during a restore (%s) for a dead connection, and restores on the next one",
    async (kind) => {
      const { world, router, a } = await startTabs({ requestTimeout: 3_000 });
      a[kind](PROCEDURE);
      await world.settle();
      router.hold("SUBSCRIBED", "REGISTERED", "ERROR");
      router.drop();
      await world.advance(1_000);
      const { connections } = router;
      // The deadline of the restore, and 5 s more for the answer to a probe.
      await world.advance(14_000);
      expect(router.connections).toBe(connections);
      expect(a.of("status").at(-1)?.status.state).toBe("online");
      await world.advance(250);
      expect(a.of("status").findLast(({ status }) => status.state === "waiting")).toMatchObject({
        status: { reason: { name: "TimeoutError", fields: { timeout: 10_000, sent: true } } },
      });
      router.release();
      await world.advance(2_000);
      expect(router.connections).toBe(connections + 1);
      expect(kind === "subscribe" ? router.subscriptions : router.registrations).toEqual([
        `exact ${PROCEDURE}`,
      ]);
      expect([a.of("subscription-ended"), a.of("registration-ended")]).toEqual([[], []]);
    },
  );

  it.each(["subscribe", "register"] as const)(
    "@G13 @G23 keeps the connection of a router that never answers one %s, but is alive",
    async (kind) => {
      const { world, router, a, b } = await startTabs();
      a[kind]("com.hangs");
      await world.settle();
      router.override = ({ type }) => type === kind.toUpperCase() || type === "CALL";
      router.drop();
      await world.advance(2_000);
      const { connections } = router;
      const call = b.call("com.report");
      await world.advance(60_000);
      expect([router.connections, call.outcome]).toEqual([connections, undefined]);
      await world.leave(b);
    },
  );

  it("@G13 repeats a restore whose answer alone is missing", async () => {
    const { world, router, a } = await startTabs();
    const subscribed = a.subscribe(TOPIC);
    const registered = a.register(PROCEDURE);
    await world.settle();
    router.hold("SUBSCRIBED", "REGISTERED");
    router.drop();
    await world.advance(1_000);
    const { connections } = router;
    // The router answers something else.
    a.call("com.none");
    await world.advance(10_000);
    expect(router.got("SUBSCRIBE")).toHaveLength(2);
    expect(router.got("REGISTER").length).toBeGreaterThan(1);
    router.release();
    await world.advance(60_000);
    expect([a.of("subscription-ended"), a.of("registration-ended")]).toEqual([[], []]);
    expect(router.connections).toBe(connections);
    expect([subscribed.outcome?.kind, registered.outcome?.kind]).toEqual(["done", "done"]);
    router.publish(TOPIC, json(1));
    a.onInvocation = (invocation) => a.yield(invocation, ["answered"]);
    const asked = a.call(PROCEDURE);
    await world.settle();
    expect([a.events.length, asked.outcome?.kind]).toEqual([1, "result"]);
  });

  it.each(["wamp.error.authorization_failed", "com.example.error.try_again"])(
    "@G13 goes on restoring while the router refuses for a reason that may pass (%s), and tells the tab once of each",
    async (error) => {
      const { world, router, a, b } = await startTabs();
      a.subscribe(TOPIC);
      a.register(PROCEDURE);
      b.subscribe("com.other");
      await world.settle();
      router.override = (message) => {
        if (message.type !== "REGISTER" && message.type !== "SUBSCRIBE") return false;
        if (message.type === "SUBSCRIBE" && message.topic === "com.other") return false;
        refuse(router, message, error);
        return true;
      };
      router.drop();
      await world.advance(300_000);
      expect([a.of("subscription-ended"), a.of("registration-ended")]).toEqual([[], []]);
      expect(a.of("warning")).toMatchObject([
        { error: { name: "WampError", fields: { uri: error } } },
        { error: { name: "WampError", fields: { uri: error } } },
      ]);
      expect(router.subscriptions).toEqual(["exact com.other"]);
      router.override = () => false;
      await world.advance(31_000);
      expect(router.subscriptions).toEqual(["exact com.other", `exact ${TOPIC}`]);
      expect(router.registrations).toEqual([`exact ${PROCEDURE}`]);
    },
  );

  it("@G13 ends the handle at once on a final refusal", async () => {
    const { world, router, a } = await startTabs();
    const subscribed = a.subscribe(TOPIC);
    const registered = a.register(PROCEDURE);
    await world.settle();
    router.override = (message) => {
      if (message.type !== "REGISTER" && message.type !== "SUBSCRIBE") return false;
      refuse(router, message, "wamp.error.not_authorized");
      return true;
    };
    router.drop();
    await world.advance(1_000);
    expect(a.of("registration-ended")).toMatchObject([
      { registration: registered.handle, error: { fields: { uri: "wamp.error.not_authorized" } } },
    ]);
    expect(a.of("subscription-ended")).toMatchObject([{ subscription: subscribed.handle }]);
    expect(world.session).toMatchObject({ wireSubscriptions: [], wireRegistrations: [] });
  });

  it("@G13 stops retrying when the last tab unregisters, or the connection is lost again", async () => {
    const { world, router, a, b } = await startTabs();
    const asked = a.register(PROCEDURE);
    b.register("com.other");
    await world.settle();
    refuseRegister(router, 2);
    router.drop();
    await world.advance(260);
    expect(router.got("REGISTER")).toHaveLength(2);
    a.unregister(asked);
    await world.settle();
    router.drop();
    await world.advance(10_000);
    expect(router.got("REGISTER").map(({ procedure }) => procedure)).toEqual(["com.other"]);
  });

  it("@G13 does not retry a registration that no tab wants any longer", async () => {
    const { world, router, a } = await startTabs();
    const asked = a.register(PROCEDURE);
    await world.settle();
    refuseRegister(router, Infinity);
    router.hold("ERROR");
    router.drop();
    await world.advance(1_000);
    a.unregister(asked);
    await world.settle();
    router.release();
    await world.advance(10_000);
    expect(router.got("REGISTER")).toHaveLength(1);
    expect([a.of("registration-ended"), world.session.wireRegistrations]).toEqual([[], []]);
  });

  it("@G13 a tab that joins during the retries waits for them", async () => {
    const { world, router, a, b } = await startTabs();
    a.register(PROCEDURE, { invoke: "first" });
    await world.settle();
    refuseRegister(router, 2);
    router.drop();
    await world.advance(260);
    const joined = b.register(PROCEDURE, { invoke: "first" });
    await world.advance(2_000);
    expect(joined.outcome?.kind).toBe("done");
    expect([router.got("REGISTER").length, router.registrations]).toEqual([3, [`exact ${PROCEDURE}`]]);
    expect(a.of("registration-ended")).toEqual([]);
  });

  it("@G13 a refused restore ends only the old subscription, not one that was requested in the meantime", async () => {
    const { world, router, a } = await startTabs();
    const old = a.subscribe(TOPIC);
    await world.settle();
    let refused = false;
    router.override = (message) => {
      if (message.type !== "SUBSCRIBE" || refused) return false;
      refused = true;
      refuse(router, message, "wamp.error.not_authorized");
      return true;
    };
    router.hold("ERROR", "SUBSCRIBED");
    router.drop();
    await world.advance(1_000);
    a.unsubscribe(old);
    const anew = a.subscribe(TOPIC);
    await world.settle();
    router.release();
    await world.settle();
    expect(anew.outcome?.kind).toBe("done");
    router.publish(TOPIC, json(1));
    await world.settle();
    expect(a.heardBy(anew)).toEqual([1]);
  });

  it("@G13 a refused restore of a displaced registration leaves the new one", async () => {
    const { world, router, a, b } = await startTabs();
    const old = a.register(PROCEDURE);
    await world.settle();
    refuseRegister(router, 1);
    router.hold();
    router.drop();
    await world.advance(1_000);
    const anew = b.register(PROCEDURE, { force_reregister: true });
    await world.settle();
    router.release();
    await world.advance(1_000);
    expect(a.of("registration-ended")).toMatchObject([{ registration: old.handle }]);
    expect([anew.outcome?.kind, world.session.wireRegistrations.length]).toEqual(["done", 1]);
  });

  it("@G13 writes the resume record at WELCOME", async () => {
    const { world } = await startTabs();
    expect([...world.fake.store.entries.values()]).toMatchObject([
      { realm: "realm1", session: world.session.session, url: "ws://a.example/ws" },
    ]);
  });
});
