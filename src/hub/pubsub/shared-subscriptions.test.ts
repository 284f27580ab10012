import { afterEach, describe, expect, it } from "vitest";
import { json, leftovers, startWorld } from "../../testing/harness.js";
import { WELCOME_DETAILS } from "../../testing/fake-sockets.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import type { World } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const TOPIC = "com.example.tick";

async function twoTabs(): Promise<{ world: World; a: FakeTab; b: FakeTab; router: World["router"] }> {
  const world = await startWorld(2);
  const [a, b] = world.tabs;
  if (a === undefined || b === undefined) throw new Error("no tabs");
  return { world, a, b, router: world.router };
}

describe("shared subscriptions", () => {
  it("@G2 share one SUBSCRIBE, get each event, and send UNSUBSCRIBE with the last one", async () => {
    const { world, a, b, router } = await twoTabs();
    const ofA = a.subscribe(TOPIC);
    const ofB = b.subscribe(TOPIC);
    const second = b.subscribe(TOPIC);
    await world.settle();
    expect(router.got("SUBSCRIBE")).toHaveLength(1);
    const id = router.subscriptionId(TOPIC);
    for (const asked of [ofA, ofB, second]) expect(asked.outcome).toMatchObject({ kind: "done", id });
    expect(world.session.wireSubscriptions).toEqual([{ topic: TOPIC, match: "exact", locals: 3 }]);

    router.publish(TOPIC, json("one"));
    await world.settle();
    expect([a.heardBy(ofA), b.heardBy(ofB), b.heardBy(second)]).toEqual([["one"], ["one"], ["one"]]);

    a.unsubscribe(ofA);
    b.unsubscribe(ofB);
    await world.settle();
    expect(router.got("UNSUBSCRIBE")).toEqual([]);
    const last = b.unsubscribe(second);
    await world.settle();
    expect(router.got("UNSUBSCRIBE")).toHaveLength(1);
    expect(last.outcome?.kind).toBe("done");
    expect([router.subscriptions, world.session.wireSubscriptions]).toEqual([[], []]);
  });

  it("@G2 are different wire subscriptions if their match policies differ", async () => {
    const { world, a, b, router } = await twoTabs();
    a.subscribe(TOPIC);
    b.subscribe(TOPIC, { match: "prefix" });
    b.subscribe("com..tick", { match: "wildcard" });
    await world.settle();
    expect(router.subscriptions).toEqual([`exact ${TOPIC}`, `prefix ${TOPIC}`, "wildcard com..tick"]);
    router.publish(TOPIC, json(1));
    router.publish(`${TOPIC}.tock`, json(2));
    await world.settle();
    expect([a.heard, b.heard]).toEqual([[1], [1, 1, 2]]);
    expect(b.events.map(({ details }) => details["topic"])).toEqual([TOPIC, TOPIC, `${TOPIC}.tock`]);
  });

  it("@G2 do not show the values of a tab's custom options to another tab", async () => {
    const { world, a, b } = await twoTabs();
    a.subscribe(TOPIC, { _token: "s3cret" });
    const other = b.subscribe(TOPIC, { _token: 7 });
    await world.settle();
    expect(other.error?.name).toBe("OptionConflictError");
    expect(other.error?.message).toContain('{"_token":"string"}, but the tab asked for {"_token":"number"}');
  });

  it("@G4 do not compare the topics that a tab has published to with each pattern that it subscribes to", async () => {
    const { world, router, a, b } = await twoTabs();
    a.subscribe("com.", { match: "prefix" });
    a.subscribe("com..w", { match: "wildcard" });
    await world.settle();
    b.publish("com.example.other");
    await world.settle();
    const before = router.got("SUBSCRIBE").length;
    b.subscribe("com..w", { match: "wildcard" });
    await world.settle();
    // A pattern gets a SUBSCRIBE of its own without a look at the topics.
    expect(router.got("SUBSCRIBE").length).toBe(before + 1);
  });

  it("@G13 are named in the warnings, so that each refused one is told", async () => {
    const { world, router, a } = await twoTabs();
    for (const topic of ["com.one", "com.two"]) a.subscribe(topic);
    await world.settle();
    router.override = (message) => {
      if (message.type !== "SUBSCRIBE") return false;
      const error = "wamp.error.authorization_failed";
      router.send({
        type: "ERROR",
        requestType: "SUBSCRIBE",
        request: message.request,
        details: {},
        error,
        payload: json(),
      });
      return true;
    };
    router.drop();
    await world.advance(20_000);
    expect(a.of("warning").map(({ error }) => error.message)).toEqual([
      "wamp.error.authorization_failed (subscription to com.one)",
      "wamp.error.authorization_failed (subscription to com.two)",
    ]);
  });

  it("@G13 name the topic of a publication that was too big for the router", async () => {
    const { world, router, a } = await twoTabs();
    a.publish(TOPIC, ["x".repeat(100_000)]);
    await world.settle();
    router.socket.drop(1009, "too big");
    await world.settle();
    expect(a.of("warning").map(({ error }) => error.message)).toEqual([
      expect.stringContaining(`(publication to ${TOPIC})`),
    ]);
  });

  it("@G2 are refused for patterns if the router did not announce them", async () => {
    const { world, a, router } = await twoTabs();
    router.details = {};
    router.drop();
    await world.advance(500);
    const asked = a.subscribe(TOPIC, { match: "prefix" });
    await world.settle();
    expect(asked.error).toMatchObject({
      name: "FeatureNotSupportedError",
      message: "The router's broker did not announce the feature pattern_based_subscription",
      fields: { feature: "pattern_based_subscription" },
    });
    expect(world.session.wireSubscriptions).toEqual([]);
    const exact = a.subscribe(TOPIC);
    await world.settle();
    expect(exact.outcome?.kind).toBe("done");
    router.details = WELCOME_DETAILS;
  });

  it("@G2 compare their options in any order, and send them in SUBSCRIBE", async () => {
    const { world, a, b, router } = await twoTabs();
    a.subscribe("com.", { match: "prefix", _custom: 1, _other: { a: 1 } });
    const same = b.subscribe("com.", { _other: { a: 1 }, _custom: 1, match: "prefix" });
    await world.settle();
    expect(same.outcome?.kind).toBe("done");
    expect(router.got("SUBSCRIBE").map(({ options }) => options)).toEqual([
      { match: "prefix", _custom: 1, _other: { a: 1 } },
    ]);
  });

  it("@G2 resolve the last unsubscribe when the router has answered", async () => {
    const { world, a, router } = await twoTabs();
    const asked = a.subscribe(TOPIC);
    await world.settle();
    router.hold("UNSUBSCRIBED");
    const undone = a.unsubscribe(asked);
    await world.settle();
    expect([undone.outcome, router.got("UNSUBSCRIBE").length]).toEqual([undefined, 1]);
    router.release();
    await world.settle();
    expect(undone.outcome?.kind).toBe("done");
  });

  it("@G2 reject different options with a named error, without a second wire entry", async () => {
    const { world, a, b, router } = await twoTabs();
    a.subscribe(TOPIC, { _custom: 1 });
    const other = b.subscribe(TOPIC, { _custom: 2 });
    const same = b.subscribe(TOPIC, { _custom: 1 });
    await world.settle();
    expect(other.error).toEqual({
      name: "OptionConflictError",
      message: `The session already has the exact subscription to ${TOPIC} with the options {"_custom":"number"}, but the tab asked for {"_custom":"number"}`,
    });
    expect(same.outcome?.kind).toBe("done");
    expect(router.got("SUBSCRIBE")).toHaveLength(1);
  });

  it("@G2 get no event after unsubscribe was answered, though a sibling stays subscribed", async () => {
    const { world, a, b, router } = await twoTabs();
    const ofA = a.subscribe(TOPIC);
    b.subscribe(TOPIC);
    await world.settle();
    const undone = a.unsubscribe(ofA);
    await world.settle();
    expect(undone.outcome?.kind).toBe("done");
    router.publish(TOPIC, json("late"));
    await world.settle();
    expect([a.heard, b.heard]).toEqual([[], ["late"]]);
  });

  it("@G2 get no event that was held for PUBLISHED after unsubscribe was answered", async () => {
    const { world, a, b, router } = await twoTabs();
    const kept = a.subscribe(TOPIC);
    const ended = a.subscribe(TOPIC);
    b.subscribe(TOPIC);
    await world.settle();
    router.hold("PUBLISHED");
    a.publish(TOPIC, ["mine"]);
    router.publish(TOPIC, json("foreign"));
    await world.settle();
    expect(a.heard).toEqual([]);
    const answer = a.unsubscribe(ended);
    await world.settle();
    expect(answer.outcome?.kind).toBe("done");
    router.release();
    await world.settle();
    expect([a.heardBy(kept), a.heardBy(ended)]).toEqual([["foreign"], []]);
  });

  it("@G2 ignore late events of an unsubscribed topic", async () => {
    const { world, a, router } = await twoTabs();
    const asked = a.subscribe(TOPIC);
    await world.settle();
    router.hold("EVENT");
    router.publish(TOPIC, json("late"));
    a.unsubscribe(asked);
    await world.settle();
    router.release();
    await world.settle();
    expect([a.heard, world.session.state]).toEqual([[], "online"]);
  });

  it.each(["cancel", "deadline", "unsubscribe"] as const)(
    "@G2 undo a SUBSCRIBED that arrives after the request was abandoned (%s)",
    async (how) => {
      const { world, a, router } = await twoTabs();
      router.hold("SUBSCRIBED");
      const asked = a.subscribe(TOPIC, { timeout: 1_000 });
      await world.settle();
      if (how === "cancel") a.cancel(asked);
      if (how === "unsubscribe") a.unsubscribe(asked);
      await world.advance(1_000);
      expect(asked.error?.name).toBe(how === "deadline" ? "TimeoutError" : "CanceledError");
      expect(asked.error?.fields).toMatchObject({ sent: true });
      expect(world.session.wireSubscriptions).toEqual([]);
      router.release();
      await world.settle();
      expect([router.got("UNSUBSCRIBE").length, router.subscriptions]).toEqual([1, []]);
      expect(world.session.pending).toBe(0);
    },
  );

  it("@G7 wait as long as their tab has said, also beyond the session's deadline for requests", async () => {
    const { world, a, b, router } = await twoTabs();
    router.hold("SUBSCRIBED", "REGISTERED");
    const asked = [
      a.subscribe(TOPIC, { timeout: 60_000 }),
      b.subscribe(TOPIC, { timeout: 60_000 }),
      b.register("com.example.echo", { timeout: 60_000 }),
    ];
    const hurried = b.subscribe(TOPIC, { timeout: 20_000 });
    await world.advance(59_000);
    expect(hurried.error?.fields).toMatchObject({ timeout: 20_000, sent: true });
    expect(asked.map(({ outcome }) => outcome)).toEqual([undefined, undefined, undefined]);
    router.release();
    await world.settle();
    expect(asked.map(({ outcome }) => outcome?.kind)).toEqual(["done", "done", "done"]);
    expect([router.got("SUBSCRIBE"), router.got("REGISTER")]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it("@G2 keep a late SUBSCRIBED if the topic has been requested again", async () => {
    const { world, a, b, router } = await twoTabs();
    router.hold("SUBSCRIBED");
    const given = a.subscribe(TOPIC);
    await world.settle();
    a.cancel(given);
    const again = b.subscribe(TOPIC);
    await world.settle();
    router.release();
    await world.settle();
    expect(again.outcome?.kind).toBe("done");
    expect([router.got("UNSUBSCRIBE").length, router.subscriptions.length]).toEqual([0, 1]);
    router.publish(TOPIC, json(1));
    await world.settle();
    expect([a.heard, b.heard]).toEqual([[], [1]]);
  });

  it("@G2 undo a late SUBSCRIBED if the second request is canceled before its turn", async () => {
    const { world, a, b, router } = await twoTabs();
    router.hold("SUBSCRIBED");
    const given = a.subscribe(TOPIC);
    await world.settle();
    router.socket.bufferedAmount = 1e9;
    a.cancel(given);
    const again = b.subscribe(TOPIC);
    await world.settle();
    router.release();
    await world.settle();
    b.cancel(again);
    await world.settle();
    router.socket.bufferedAmount = 0;
    await world.advance(10);
    expect([router.got("SUBSCRIBE").length, router.subscriptions]).toEqual([1, []]);
  });

  it("@G2 do not affect other waiting tabs when one cancels", async () => {
    const { world, a, b, router } = await twoTabs();
    router.hold("SUBSCRIBED");
    const first = a.subscribe(TOPIC);
    const second = b.subscribe(TOPIC);
    await world.settle();
    a.cancel(first);
    await world.settle();
    router.release();
    await world.settle();
    expect([first.error?.name, second.outcome?.kind]).toEqual(["CanceledError", "done"]);
    expect(router.got("UNSUBSCRIBE")).toEqual([]);
  });

  it("@G2 reject all waiting tabs when the router refuses, and leave nothing behind", async () => {
    const { world, a, b, router } = await twoTabs();
    router.override = (message) => {
      if (message.type !== "SUBSCRIBE") return false;
      router.send({
        type: "ERROR",
        requestType: "SUBSCRIBE",
        request: message.request,
        details: {},
        error: "wamp.error.not_authorized",
        payload: json(),
      });
      return true;
    };
    const asked = [a.subscribe(TOPIC), b.subscribe(TOPIC)];
    await world.settle();
    for (const { error } of asked) {
      expect(error).toMatchObject({ name: "WampError", fields: { uri: "wamp.error.not_authorized" } });
    }
    expect([world.session.wireSubscriptions, world.session.tabs[0]?.subscriptions]).toEqual([[], 0]);
  });

  it("@G2 leave no entry for a queued request that does not wait for the next session", async () => {
    const { world, a, b, router } = await twoTabs();
    world.fake.sockets.last().bufferedAmount = 1e9;
    const asked = a.subscribe(TOPIC, { offline: "fail" });
    await world.settle();
    router.drop();
    await world.settle();
    expect(asked.error?.name).toBe("OfflineError");
    expect(world.session.tabs[0]?.subscriptions).toBe(0);
    expect(world.session.wireSubscriptions).toEqual([]);
    await world.advance(1_000);
    b.subscribe(TOPIC);
    await world.settle();
    expect(world.session.wireSubscriptions).toMatchObject([{ locals: 1 }]);
  });

  it("@G2 refuse a handle that is in use", async () => {
    const { world, a } = await twoTabs();
    const asked = a.subscribe(TOPIC);
    await world.settle();
    const [first] = a.asked;
    if (first === undefined) throw new Error("nothing asked");
    const other = a.subscribeAs(asked.handle, TOPIC);
    await world.settle();
    expect(other.error?.message).toBe(
      `The subscription handle is ${asked.handle}, expected one that is not in use`,
    );
    expect(world.session.wireSubscriptions).toMatchObject([{ locals: 1 }]);
  });

  it("@G2 resolve an unsubscribe that is repeated or unknown", async () => {
    const { world, a } = await twoTabs();
    const asked = a.subscribe(TOPIC);
    await world.settle();
    const both = [a.unsubscribe(asked), a.unsubscribe(asked)];
    await world.settle();
    expect(both.map(({ outcome }) => outcome?.kind)).toEqual(["done", "done"]);
  });

  it("@G2 end for all tabs, with the reason, when the router revokes the subscription", async () => {
    const { world, a, b, router } = await twoTabs();
    const ofA = a.subscribe(TOPIC);
    b.subscribe(TOPIC);
    await world.settle();
    router.send({
      type: "UNSUBSCRIBED",
      request: 0 as never,
      details: { subscription: router.subscriptionId(TOPIC), reason: "wamp.authentication.lost" },
    });
    router.send({ type: "UNSUBSCRIBED", request: 0 as never, details: { subscription: 77 } });
    await world.settle();
    expect(a.of("subscription-ended")).toEqual([
      {
        kind: "subscription-ended",
        subscription: ofA.handle,
        error: {
          name: "WampError",
          message: "The router ended the subscription: wamp.authentication.lost",
          fields: { uri: "wamp.authentication.lost", details: {} },
        },
      },
    ]);
    expect(b.of("subscription-ended")).toHaveLength(1);
    expect(world.session.wireSubscriptions).toEqual([]);
  });
});
