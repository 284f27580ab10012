import { afterEach, describe, expect, it } from "vitest";
import { json, leftovers, startWorld } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const TOPIC = "com.example.state";

describe.each([false, true])("retained events, before SUBSCRIBED: %s", (retainedFirst) => {
  async function retaining(tabs: number) {
    const world = await startWorld(tabs);
    world.router.retainedFirst = retainedFirst;
    world.router.publish(TOPIC, json("kept"), true);
    return world;
  }

  it("@G3 go to the first subscriber once, if it requested them", async () => {
    const world = await retaining(1);
    const [a] = world.tabs;
    const asked = a?.subscribe(TOPIC, { get_retained: true });
    await world.settle();
    expect(a?.heard).toEqual(["kept"]);
    expect(a?.events[0]?.details).toMatchObject({ retained: true });
    expect(asked?.outcome?.kind).toBe("done");
  });

  it("@G3 go only to the next subscriber if there was none when the first one asked", async () => {
    const world = await startWorld(3);
    world.router.retainedFirst = retainedFirst;
    const [a, b, c] = world.tabs;
    a?.subscribe(TOPIC, { get_retained: true });
    await world.settle();
    b?.publish(TOPIC, ["kept"], { retain: true });
    await world.settle();
    c?.subscribe(TOPIC, { get_retained: true });
    await world.settle();
    expect([a?.heard, c?.heard]).toEqual([["kept"], ["kept"]]);
  });

  it("@G3 @G4 are not excluded for their own publisher", async () => {
    const world = await startWorld(2);
    world.router.retainedFirst = retainedFirst;
    const [a, b] = world.tabs;
    b?.subscribe(TOPIC);
    await world.settle();
    a?.publish(TOPIC, ["kept"], { retain: true });
    await world.settle();
    a?.subscribe(TOPIC, { get_retained: true });
    await world.settle();
    expect([a?.heard, b?.heard]).toEqual([["kept"], ["kept"]]);
  });

  it("@G3 go to the right subscriptions of a tab that requests several", async () => {
    const world = await retaining(1);
    world.router.publish("com.other", json("other"), true);
    const [a] = world.tabs;
    if (a === undefined) throw new Error("no tab");
    // In whatever order the router sends, both events arrive before both answers.
    world.router.hold("SUBSCRIBED");
    const asked = [TOPIC, "com.other"].map((topic) => a.subscribe(topic, { get_retained: true }));
    await world.settle();
    world.router.release();
    await world.settle();
    expect(asked.map((one) => a.heardBy(one))).toEqual([["kept"], ["other"]]);
  });

  it("@G3 are requested for the next subscriber after the router refused one, which is rejected", async () => {
    const world = await retaining(3);
    const { router } = world;
    const [a, b, c] = world.tabs;
    a?.subscribe(TOPIC);
    await world.settle();
    let refused = false;
    router.override = (message) => {
      if (message.type !== "SUBSCRIBE" || refused) return false;
      refused = true;
      const { request } = message;
      const error = "wamp.error.not_authorized";
      router.send({ type: "ERROR", requestType: "SUBSCRIBE", request, details: {}, error, payload: json() });
      return true;
    };
    const ofB = b?.subscribe(TOPIC, { get_retained: true });
    const ofC = c?.subscribe(TOPIC, { get_retained: true });
    await world.settle();
    expect(ofB?.error).toMatchObject({ name: "WampError", fields: { uri: "wamp.error.not_authorized" } });
    expect([a?.heard, b?.heard, c?.heard, ofC?.outcome?.kind]).toEqual([[], [], ["kept"], "done"]);
    expect(world.session.wireSubscriptions).toMatchObject([{ locals: 2 }]);
  });

  it("@G2 @G3 are the first event of a waiting subscriber, which is rejected when the router revokes the subscription", async () => {
    const world = await retaining(2);
    const { router } = world;
    const [a, b] = world.tabs;
    a?.subscribe(TOPIC);
    await world.settle();
    router.hold("SUBSCRIBED");
    const ofB = b?.subscribe(TOPIC, { get_retained: true });
    await world.settle();
    router.publish(TOPIC, json("live"));
    await world.settle();
    expect([a?.heard, b?.heard.includes("live")]).toEqual([["live"], false]);
    const details = { subscription: router.subscriptionId(TOPIC), reason: "com.example.why" };
    router.send({ type: "UNSUBSCRIBED", request: 0 as never, details });
    await world.settle();
    expect(ofB?.error?.fields).toMatchObject({ uri: "com.example.why" });
    expect([a?.of("subscription-ended").length, b?.of("subscription-ended").length]).toEqual([1, 0]);
  });

  it("@G3 do not go to a subscriber that did not ask", async () => {
    const world = await retaining(2);
    const [a, b] = world.tabs;
    a?.subscribe(TOPIC);
    await world.settle();
    b?.subscribe(TOPIC, { get_retained: true });
    await world.settle();
    expect([a?.heard, b?.heard]).toEqual([[], ["kept"]]);
  });

  it("@G3 go once to each of several subscribers that ask at the same moment, with one SUBSCRIBE at a time", async () => {
    const world = await retaining(4);
    const [a, b, c, d] = world.tabs;
    let inFlight = 0;
    const most: number[] = [];
    world.router.override = ({ type }) => {
      if (type === "SUBSCRIBE") most.push((inFlight += 1));
      return false;
    };
    world.router.onDelivered = ({ type }) => {
      if (type === "SUBSCRIBED") inFlight -= 1;
    };
    for (const tab of [a, b, c]) tab?.subscribe(TOPIC, { get_retained: true });
    d?.subscribe(TOPIC);
    await world.settle();
    expect(world.tabs.map(({ heard }) => heard)).toEqual([["kept"], ["kept"], ["kept"], []]);
    expect([world.router.got("SUBSCRIBE").length, Math.max(...most)]).toEqual([3, 1]);
    world.router.publish(TOPIC, json("live"));
    await world.settle();
    expect(world.tabs.map(({ heard }) => heard)).toEqual([
      ["kept", "live"],
      ["kept", "live"],
      ["kept", "live"],
      ["live"],
    ]);
  });

  it("@G3 go to a subscriber that asks while the first SUBSCRIBE is in flight", async () => {
    const world = await retaining(2);
    const [a, b] = world.tabs;
    world.router.hold();
    a?.subscribe(TOPIC);
    b?.subscribe(TOPIC, { get_retained: true });
    await world.settle();
    world.router.release();
    await world.settle();
    expect([a?.heard, b?.heard]).toEqual([[], ["kept"]]);
  });

  it("@G3 go to the next subscriber when one has canceled in the meantime", async () => {
    const world = await retaining(3);
    const [a, b, c] = world.tabs;
    a?.subscribe(TOPIC);
    await world.settle();
    world.router.hold();
    const given = b?.subscribe(TOPIC, { get_retained: true });
    c?.subscribe(TOPIC, { get_retained: true });
    await world.settle();
    if (given !== undefined) b?.cancel(given);
    await world.settle();
    world.router.release();
    await world.settle();
    expect([a?.heard, b?.heard, c?.heard]).toEqual([[], [], ["kept"]]);
    expect(given?.error?.name).toBe("CanceledError");
  });

  it("@G3 go to no subscriber when the only one has canceled in the meantime", async () => {
    const world = await retaining(1);
    const [a] = world.tabs;
    world.router.hold();
    const given = a?.subscribe(TOPIC, { get_retained: true });
    await world.settle();
    if (given !== undefined) a?.cancel(given);
    await world.settle();
    world.router.release();
    await world.settle();
    expect([a?.heard, world.router.subscriptions]).toEqual([[], []]);
  });

  it("@G3 are not repeated after a reconnect", async () => {
    const world = await retaining(1);
    const [a] = world.tabs;
    a?.subscribe(TOPIC, { get_retained: true });
    await world.settle();
    world.router.drop();
    await world.advance(1_000);
    expect(world.router.subscriptions).toEqual([`exact ${TOPIC}`]);
    expect(a?.heard).toEqual(["kept"]);
  });

  it("@G3 reject a subscriber that waits for its turn when the connection is lost", async () => {
    const world = await retaining(2);
    const [a, b] = world.tabs;
    a?.subscribe(TOPIC);
    await world.settle();
    world.router.hold();
    const asked = [a, b].map((tab) => tab?.subscribe(TOPIC, { get_retained: true }));
    await world.settle();
    world.router.drop();
    await world.settle();
    for (const one of asked)
      expect(one?.error).toMatchObject({ name: "ConnectionLostError", fields: { sent: true } });
  });

  it("@G3 @G7 hold up the later askers no longer than the router usually takes if it does not answer one", async () => {
    const world = await retaining(3);
    const { router } = world;
    const [a, b, c] = world.tabs;
    a?.subscribe(TOPIC);
    await world.settle();
    router.override = ({ type }) => {
      if (type === "SUBSCRIBE") router.override = () => false;
      return type === "SUBSCRIBE";
    };
    const unanswered = b?.subscribe(TOPIC, { get_retained: true, timeout: 60_000 });
    const later = [b, c].map((tab) => tab?.subscribe(TOPIC, { get_retained: true }));
    await world.advance(9_999);
    expect(later.map((asked) => asked?.outcome?.kind)).toEqual(["done", "done"]);
    expect([b?.heard, c?.heard, unanswered?.outcome]).toEqual([["kept"], ["kept"], undefined]);
    await world.advance(1);
    expect(unanswered?.error).toMatchObject({
      name: "TimeoutError",
      fields: { timeout: 10_000, sent: true },
    });
    router.publish(TOPIC, json("new"));
    await world.settle();
    expect([a?.heard, b?.heard, c?.heard]).toEqual([["new"], ["kept", "new"], ["kept", "new"]]);
  });

  it("@G3 @G7 do not hold up a tab that must come behind its own publications", async () => {
    const world = await retaining(3);
    const { router } = world;
    const [a, b, c] = world.tabs;
    a?.subscribe(TOPIC);
    await world.settle();
    b?.publish(TOPIC, ["own"]);
    await world.settle();
    router.override = ({ type, ...message }) =>
      type === "SUBSCRIBE" && "options" in message && message.options["get_retained"] === true;
    const asked = c?.subscribe(TOPIC, { get_retained: true });
    const plain = b?.subscribe(TOPIC);
    await world.advance(9_000);
    expect([asked?.outcome, plain?.outcome?.kind]).toEqual([undefined, "done"]);
  });

  it("@G3 @G7 go to a subscriber whose answer is late, although the others have gone on", async () => {
    const world = await retaining(3);
    const { router } = world;
    const [a, b, c] = world.tabs;
    a?.subscribe(TOPIC);
    await world.settle();
    router.hold();
    const asked = [b, c].map((tab) => tab?.subscribe(TOPIC, { get_retained: true }));
    await world.advance(5_000);
    expect(router.got("SUBSCRIBE").length).toBe(3);
    router.release();
    await world.settle();
    expect(asked.map((one) => one?.outcome?.kind)).toEqual(["done", "done"]);
    expect(a?.heard).toEqual([]);
    if (!retainedFirst) expect([b?.heard, c?.heard]).toEqual([["kept"], ["kept"]]);
  });
});
