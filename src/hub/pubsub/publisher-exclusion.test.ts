import { afterEach, describe, expect, it } from "vitest";
import type { Dict } from "../../protocol/dict.js";
import { WELCOME_DETAILS } from "../../testing/fake-sockets.js";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const TOPIC = "com.example.chat";

/** Starts three tabs that are subscribed. */
async function chat() {
  const tabs = await startTabs();
  const { a, b, c, world } = tabs;
  const subscribed = [a, b, c].map((tab) => tab.subscribe(TOPIC));
  await world.settle();
  return { ...tabs, subscribed };
}

describe("publisher exclusion per tab", () => {
  it.each([
    ["EVENT", true],
    ["PUBLISHED", false],
  ])(
    "@G4 delivers a publication to the siblings, but not to the publisher, with %s first",
    async (_first, eventFirst) => {
      const { world, router, a, b, c } = await chat();
      router.eventFirst = eventFirst;
      const plain = a.publish(TOPIC, ["one"]);
      const acknowledged = a.publish(TOPIC, ["two"], { acknowledge: true });
      await world.settle();
      expect([a.heard, b.heard, c.heard]).toEqual([[], ["one", "two"], ["one", "two"]]);
      expect(plain.outcome).toEqual({ kind: "published", request: plain.request });
      expect(acknowledged.outcome).toMatchObject({ publication: b.events[1]?.publication });
      expect(world.session.tabs[0]?.held).toBe(0);
    },
  );

  it("@G4 sends exclude_me false and acknowledge only if a sibling gets the publication", async () => {
    const { world, router, a, b, c } = await startTabs();
    a.subscribe(TOPIC);
    await world.settle();
    a.publish(TOPIC);
    await world.settle();
    expect(router.got("PUBLISH").at(-1)?.options).toEqual({});
    b.subscribe("com.example", { match: "prefix" });
    await world.settle();
    a.publish(TOPIC);
    c.publish("com.other");
    a.publish(TOPIC, [], { acknowledge: true, exclude_me: true });
    await world.settle();
    expect(router.got("PUBLISH").map(({ options }) => options)).toEqual([
      {},
      { acknowledge: true, exclude_me: false },
      {},
      { acknowledge: true, exclude_me: false },
    ]);
    expect([a.heard, b.heard.length]).toEqual([[], 2]);
  });

  it("@G4 counts a sibling that waits for SUBSCRIBED", async () => {
    const { world, router, a, b } = await startTabs();
    router.hold();
    b.subscribe(TOPIC);
    await world.settle();
    a.publish(TOPIC, ["early"]);
    await world.settle();
    expect(router.got("PUBLISH")[0]?.options).toMatchObject({ exclude_me: false });
    router.release();
    await world.settle();
    expect(b.heard).toEqual(["early"]);
  });

  it("@G4 excludes a publisher that subscribes before the event of its publication has arrived", async () => {
    const { world, router, a, b } = await startTabs();
    b.subscribe(TOPIC);
    await world.settle();
    router.hold();
    a.publish(TOPIC, ["mine"]);
    a.subscribe(TOPIC);
    await world.settle();
    router.release();
    await world.settle();
    router.publish(TOPIC, json("foreign"));
    await world.settle();
    expect([a.heard, b.heard]).toEqual([["foreign"], ["mine", "foreign"]]);
  });

  it("@G4 distinguishes three publications that are answered in reverse", async () => {
    const { world, router, a, b } = await chat();
    router.hold("PUBLISHED");
    for (const text of ["one", "two", "three"]) a.publish(TOPIC, [text]);
    router.publish(TOPIC, json("foreign"));
    await world.settle();
    expect([a.heard, world.session.tabs[0]?.held]).toEqual([[], 4]);
    router.release("lifo");
    await world.settle();
    expect([a.heard, b.heard]).toEqual([["foreign"], ["one", "two", "three", "foreign"]]);
    expect(world.session.tabs[0]?.held).toBe(0);
  });

  it.each([false, true])(
    "@G4 excludes the publisher from all its matching subscriptions, exact and patterns (EVENT first: %s)",
    async (eventFirst) => {
      const { world, router, a, b } = await chat();
      a.subscribe("com.example", { match: "prefix" });
      a.subscribe("com..chat", { match: "wildcard" });
      b.subscribe("com.example", { match: "prefix" });
      await world.settle();
      router.eventFirst = eventFirst;
      a.publish(TOPIC, ["mine"]);
      router.publish(TOPIC, json("foreign"));
      await world.settle();
      expect([a.heard, b.heard]).toEqual([
        ["foreign", "foreign", "foreign"],
        ["mine", "mine", "foreign", "foreign"],
      ]);
    },
  );

  it.each(["prefix", "wildcard"] as const)(
    "@G4 excludes the publisher from a single %s subscription, with EVENT first",
    async (match) => {
      const { world, router, a, b } = await startTabs();
      const pattern = match === "prefix" ? "com.example" : "com..chat";
      for (const tab of [a, b]) tab.subscribe(pattern, { match });
      await world.settle();
      router.eventFirst = true;
      a.publish(TOPIC, ["mine"]);
      router.publish("com.example.chat2", json("another topic"));
      await world.settle();
      expect([a.heard.includes("mine"), b.heard.includes("mine")]).toEqual([false, true]);
    },
  );

  it("@G4 treats exclude_me false as WAMP defines it", async () => {
    const { world, router, a, b } = await chat();
    a.publish(TOPIC, ["to all"], { exclude_me: false });
    await world.settle();
    expect([a.heard, b.heard]).toEqual([["to all"], ["to all"]]);
    expect(router.got("PUBLISH")[0]?.options).toEqual({ exclude_me: false });
  });

  it("@G4 distinguishes a publication with exclude_me false from an excluded one at the same time", async () => {
    const { world, router, a, b } = await chat();
    router.eventFirst = true;
    router.hold("PUBLISHED");
    a.publish(TOPIC, ["hidden"]);
    a.publish(TOPIC, ["to all"], { exclude_me: false });
    await world.settle();
    expect(a.heard).toEqual([]);
    router.release();
    await world.settle();
    expect([a.heard, b.heard]).toEqual([["to all"], ["hidden", "to all"]]);
  });

  it("@G4 holds each event for 2 seconds only if PUBLISHED never arrives", async () => {
    const { world, router, a, b } = await chat();
    router.hold("PUBLISHED");
    a.publish(TOPIC, ["mine"]);
    router.publish(TOPIC, json("foreign"));
    await world.advance(1_999);
    expect([a.heard, b.heard]).toEqual([[], ["mine", "foreign"]]);
    await world.advance(1);
    // The hub can no longer tell that the first event is the tab's own.
    expect(a.heard).toEqual(["mine", "foreign"]);
    router.publish(TOPIC, json("later"));
    await world.advance(1_999);
    expect(a.heard).toEqual(["mine", "foreign"]);
    await world.advance(1);
    expect(a.heard).toEqual(["mine", "foreign", "later"]);
    await world.advance(10_000);
    expect([world.session.pending, world.session.tabs[0]?.held]).toEqual([0, 0]);
    router.publish(TOPIC, json("last"));
    await world.settle();
    expect(a.heard.at(-1)).toBe("last");
  });

  it.each([
    ["the request timeout", 10_000, false],
    ["2 seconds once the router has answered a later request", 2_000, true],
  ])(
    "@G4 holds no event for a publication without a deadline, whose answer is lost, after %s",
    async (_limit, limit, isOvertaken) => {
      const { world, router, a, b } = await chat();
      router.override = ({ type }) => type === "PUBLISH";
      const lost = a.publish(TOPIC, ["lost"], { acknowledge: true, timeout: 0 });
      await world.settle();
      router.override = () => false;
      if (isOvertaken) b.publish("com.other", [], { acknowledge: true });
      await world.advance(limit - 1);
      router.publish(TOPIC, json("held"));
      await world.settle();
      expect(a.heard).toEqual([]);
      await world.advance(1);
      router.publish(TOPIC, json("after"));
      await world.settle();
      expect([a.heard, lost.outcome]).toEqual([["held", "after"], undefined]);
      a.cancel(lost);
      await world.advance(10_000);
      expect(world.session.pending).toBe(0);
    },
  );

  it("@G4 holds an event only for the publications that were out when it arrived", async () => {
    const { world, router, a } = await chat();
    router.hold("PUBLISHED");
    const answerOldest = (): void => router.held.splice(0, 1).forEach((one) => router.deliver(one));
    // The tab publishes at 10 Hz over a link on which an answer takes 150 ms, so that a publication is always out.
    const heardAt: number[] = [];
    for (let time = 0; time <= 1_000; time += 50) {
      if (time % 100 === 0) a.publish(TOPIC, ["mine"]);
      else if (time >= 150) answerOldest();
      if (time === 100) router.publish(TOPIC, json("foreign"));
      await world.settle();
      if (a.heard.length > heardAt.length) heardAt.push(time);
      await world.advance(50);
    }
    // The last one that was out is the publication of the same moment, which is answered after 150 ms.
    expect([a.heard, heardAt]).toEqual([["foreign"], [250]]);
    router.release();
    await world.settle();
    expect([a.heard, world.session.tabs[0]?.held]).toEqual([["foreign"], 0]);
  });

  it("@G4 counts the 2 seconds from the arrival of the event, not from the publication", async () => {
    const { world, router, a, b } = await chat();
    router.hold();
    a.publish(TOPIC, ["mine"]);
    await world.advance(1_900);
    const isEvent = ({ message }: { readonly message: { readonly type: string } }) =>
      message.type === "EVENT";
    const events = router.held.filter(isEvent);
    router.held.splice(0, Infinity, ...router.held.filter((one) => !isEvent(one)));
    for (const event of events) router.deliver(event);
    await world.advance(600);
    expect([a.heard, b.heard, world.session.tabs[0]?.held]).toEqual([[], ["mine"], 1]);
    router.release();
    await world.settle();
    expect([a.heard, world.session.tabs[0]?.held]).toEqual([[], 0]);
  });

  it("@G4 ends the hold at ERROR, and logs it if the application did not request an acknowledgement", async () => {
    const { world, router, a } = await chat();
    router.override = (message) => {
      if (message.type !== "PUBLISH") return false;
      router.publish(TOPIC, json("foreign"));
      const payload = json("no");
      const error = "wamp.error.not_authorized";
      router.send({
        type: "ERROR",
        requestType: "PUBLISH",
        request: message.request,
        details: {},
        error,
        payload,
      });
      return true;
    };
    const plain = a.publish(TOPIC);
    await world.settle();
    expect(plain.outcome?.kind).toBe("published");
    expect(world.fake.logged.map(({ message }) => message)).toEqual([
      `The router refused a publication to ${TOPIC}: wamp.error.not_authorized`,
    ]);
    const acknowledged = a.publish(TOPIC, [], { acknowledge: true });
    await world.settle();
    expect(acknowledged.error).toMatchObject({
      name: "WampError",
      fields: { uri: "wamp.error.not_authorized" },
    });
    expect(world.fake.logged).toHaveLength(1);
    expect(a.heard).toEqual(["foreign", "foreign"]);
  });

  it("@G4 ends the hold when the connection is lost", async () => {
    const { world, router, a } = await chat();
    router.hold("PUBLISHED");
    a.publish(TOPIC, ["mine"]);
    const acknowledged = a.publish(TOPIC, [], { acknowledge: true });
    router.publish(TOPIC, json("foreign"));
    await world.settle();
    router.drop();
    await world.settle();
    expect([a.heard.at(-1), world.session.tabs[0]?.held]).toEqual(["foreign", 0]);
    expect(acknowledged.error).toMatchObject({ name: "ConnectionLostError", fields: { sent: true } });
  });

  it.each(["cancel", "deadline"] as const)(
    "@G4 excludes the publisher even if the application cancels the acknowledged publication (%s)",
    async (how) => {
      const { world, router, a, b } = await chat();
      router.eventFirst = true;
      router.hold();
      const asked = a.publish(TOPIC, ["mine"], { acknowledge: true, timeout: 1_000 });
      await world.settle();
      if (how === "cancel") a.cancel(asked);
      await world.advance(1_000);
      expect(asked.error?.name).toBe(how === "cancel" ? "CanceledError" : "TimeoutError");
      router.release();
      await world.advance(20_000);
      expect([a.heard, b.heard, world.session.pending]).toEqual([[], ["mine"], 0]);
    },
  );

  it("@G4 holds only the publishing tab", async () => {
    const { world, router, a, b, c } = await chat();
    router.hold("PUBLISHED");
    a.publish(TOPIC, ["mine"]);
    router.publish(TOPIC, json("foreign"));
    await world.settle();
    expect([a.heard, b.heard, c.heard]).toEqual([[], ["mine", "foreign"], ["mine", "foreign"]]);
    expect(world.session.tabs.map(({ held }) => held)).toEqual([2, 0, 0]);
  });

  it("@G2 @G4 does not deliver held events to a subscription that has ended in the meantime", async () => {
    const { world, router, a, subscribed } = await chat();
    const again = a.subscribe(TOPIC);
    a.subscribe("com.other");
    await world.settle();
    router.hold("PUBLISHED");
    a.publish(TOPIC, ["mine"]);
    router.publish(TOPIC, json("foreign"));
    router.publish("com.other", json("other"));
    await world.settle();
    const [first] = subscribed;
    if (first !== undefined) a.unsubscribe(first);
    await world.settle();
    expect(world.session.tabs[0]?.held).toBe(3);
    router.release();
    await world.settle();
    expect([first && a.heardBy(first), a.heardBy(again), a.heard]).toEqual([
      [],
      ["foreign"],
      ["foreign", "other"],
    ]);
  });

  it("@G2 @G4 delivers the events held behind those of a subscription once it has ended", async () => {
    const { world, router, a, subscribed } = await chat();
    a.subscribe("com.other");
    await world.settle();
    router.hold("PUBLISHED");
    a.publish(TOPIC, ["mine"]);
    router.publish(TOPIC, json("foreign"));
    router.publish("com.other", json("other"));
    await world.settle();
    const [only] = subscribed;
    if (only !== undefined) a.unsubscribe(only);
    await world.settle();
    expect([a.heard, world.session.tabs[0]?.held]).toEqual([["other"], 0]);
  });

  it("@G4 holds events of a pattern-based subscription only if their topic is the published one or missing", async () => {
    const { world, router, a, b } = await startTabs();
    for (const tab of [a, b]) tab.subscribe("com.", { match: "prefix" });
    await world.settle();
    router.hold("PUBLISHED");
    a.publish("com.mine", ["mine"]);
    router.publish("com.other", json("other"));
    await world.settle();
    expect([a.heard, world.session.tabs[0]?.held]).toEqual([[], 2]);
    router.release();
    await world.settle();
    expect(a.heard).toEqual(["other"]);

    router.hold("PUBLISHED", "EVENT");
    a.publish("com.mine", ["mine"]);
    await world.settle();
    const event = { type: "EVENT", subscription: router.subscriptionId("com.", "prefix") } as const;
    const send = (publication: number, details: Dict) =>
      router.deliver({
        message: { ...event, publication: publication as never, details, payload: json(publication) },
        socket: router.socket,
      });
    send(71, { topic: "com.other" });
    await world.settle();
    expect([a.heard.at(-1), world.session.tabs[0]?.held]).toEqual([71, 0]);
    send(72, {});
    await world.settle();
    expect([a.heard.at(-1), world.session.tabs[0]?.held]).toEqual([71, 1]);
    router.release();
    await world.settle();
    expect(a.heard.at(-1)).toBe(72);
  });

  it("@G3 @G4 does not hold a retained event that the tab requested", async () => {
    const { world, router, a, b } = await startTabs();
    router.publish(TOPIC, json("kept"), true);
    b.subscribe(TOPIC);
    await world.settle();
    router.hold("PUBLISHED");
    a.batch(() => {
      a.subscribe(TOPIC, { get_retained: true });
      a.publish(TOPIC, ["mine"]);
    });
    await world.settle();
    expect([a.heard, world.session.tabs[0]?.held]).toEqual([["kept"], 1]);
    router.release();
    await world.settle();
    expect([a.heard, b.heard]).toEqual([["kept"], ["mine"]]);
  });

  it("@G4 does not hold a publisher without a matching subscription", async () => {
    const { world, router, a, b } = await startTabs();
    b.subscribe(TOPIC);
    a.subscribe("com.other");
    await world.settle();
    router.hold("PUBLISHED");
    a.publish(TOPIC, ["mine"]);
    router.publish("com.other", json("foreign"));
    await world.settle();
    expect([a.heard, b.heard]).toEqual([["foreign"], ["mine"]]);
  });

  it("@G4 @G10 keeps the place of another topic's event behind one that is held", async () => {
    const { world, router, a } = await chat();
    a.subscribe("com.other");
    await world.settle();
    router.publish("com.other", json(1));
    router.hold("PUBLISHED");
    a.publish(TOPIC, ["mine"]);
    router.publish(TOPIC, json(2));
    router.publish("com.other", json(3));
    await world.settle();
    expect(a.heard).toEqual([1]);
    router.release();
    await world.settle();
    expect(a.heard).toEqual([1, 2, 3]);
  });

  it("@G4 keeps holding an event for a second publication", async () => {
    const { world, router, a } = await chat();
    router.hold("PUBLISHED");
    a.publish(TOPIC, ["one"]);
    router.publish(TOPIC, json("foreign"));
    a.publish(TOPIC, ["two"]);
    await world.settle();
    const [first] = router.held.splice(0, 1);
    if (first !== undefined) router.deliver(first);
    await world.settle();
    expect(a.heard).toEqual([]);
    router.release();
    await world.settle();
    expect(a.heard).toEqual(["foreign"]);
  });

  it("@G4 resolves an unacknowledged publication when it is sent, not before", async () => {
    const { world, router, a } = await chat();
    router.hold("PUBLISHED");
    router.socket.bufferedAmount = 1e9;
    const asked = a.publish(TOPIC);
    await world.settle();
    expect(asked.outcome).toBeUndefined();
    router.socket.bufferedAmount = 0;
    await world.advance(10);
    expect([asked.outcome?.kind, router.got("PUBLISH").length]).toEqual(["published", 1]);
  });

  it("@G4 delivers to the siblings itself, after PUBLISHED, if the router has no publisher exclusion", async () => {
    const { world, router, a, b, c } = await chat();
    b.subscribe("com.example", { match: "prefix" });
    await world.settle();
    router.details = withoutExclusion(WELCOME_DETAILS);
    router.drop();
    await world.advance(1_000);
    router.hold("PUBLISHED");
    const asked = a.publish(TOPIC, ["relayed"], { acknowledge: true });
    await world.settle();
    expect(router.got("PUBLISH")[0]?.options).toEqual({ acknowledge: true });
    expect(b.heard).toEqual([]);
    router.release();
    await world.settle();
    expect([a.heard, b.heard, c.heard]).toEqual([[], ["relayed", "relayed"], ["relayed"]]);
    const publication = asked.outcome?.kind === "published" ? asked.outcome.publication : undefined;
    expect(b.events.map((event) => event.publication)).toEqual([publication, publication]);
    expect(b.events.map(({ details }) => details)).toEqual([{}, { topic: TOPIC }]);
  });

  it.each([
    { eligible: [1] },
    { exclude_authid: ["joe"] },
    { exclude_authrole: ["user"] },
    { eligible_authrole: ["admin"] },
  ])("@G4 does not itself deliver to the siblings an event that %j withholds from them", async (lists) => {
    const { world, router, a, b } = await chat();
    router.details = { ...withoutExclusion(WELCOME_DETAILS), authid: "joe", authrole: "user" };
    router.drop();
    await world.advance(1_000);
    a.publish(TOPIC, ["secret"], lists);
    a.publish(TOPIC, ["open"], { exclude_authid: ["sue"], eligible_authrole: ["user"] });
    await world.settle();
    expect(b.heard).toEqual(["open"]);
  });

  it("@G4 leaves nothing of a tab that dies before PUBLISHED, and does not affect the siblings", async () => {
    const { world, router, a, b } = await chat();
    router.hold("PUBLISHED");
    a.publish(TOPIC, ["last words"]);
    a.publish(TOPIC, ["really"], { acknowledge: true });
    await world.settle();
    world.kill(a);
    await world.settle();
    router.release();
    await world.settle();
    expect(b.heard).toEqual(["last words", "really"]);
    expect(world.session.pending).toBe(0);
  });
});

function withoutExclusion(details: Dict): Dict {
  return JSON.parse(
    JSON.stringify(details).replace('"publisher_exclusion":true', '"publisher_exclusion":false'),
  ) as Dict;
}
