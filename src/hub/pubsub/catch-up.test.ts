import { afterEach, describe, expect, it } from "vitest";
import { sessionKey } from "../../contract/identity.js";
import type { Asked } from "../../testing/asked.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { json, leftovers, prepareWorld, startTabs } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";
import { WELCOME_DETAILS } from "../../testing/fake-sockets.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const TOPIC = "com.kept";
const CATCH_UP = { catch_up: true } as const;

/** Publishes events of other clients. Returns their ids. */
const publish = (world: World, ...values: unknown[]) =>
  values.map((value) => world.router.publish(TOPIC, json(value)));

/** Loses the connection while other clients publish. */
async function miss(world: World, ...values: unknown[]): Promise<readonly number[]> {
  world.router.drop();
  const missed = publish(world, ...values);
  await world.advance(1_000);
  return missed;
}

const gaps = (tab: FakeTab) => tab.of("gap").map(({ since, reason }) => ({ since, reason }));

/** Values of the events of a subscription, those that were recovered in brackets. */
const heard = (tab: FakeTab, { handle }: Asked) =>
  tab.events
    .filter(({ subscription }) => subscription === handle)
    .map(({ args, details }) => (details["recovered"] === true ? [args[0]] : args[0]));

const calls = ({ router }: World) =>
  router.got("CALL").filter(({ procedure }) => procedure.endsWith("get_events"));

async function following() {
  const { world, a, b, ...rest } = await startTabs();
  const ofA = a.subscribe(TOPIC, CATCH_UP);
  await world.settle();
  const [first = 0] = publish(world, 1);
  await world.settle();
  return { world, a, b, ...rest, ofA, first };
}

describe("after a reconnect", () => {
  it("@G14 delivers what was missed once, in order, before what arrives then", async () => {
    const { world, router, a, ofA } = await following();
    router.drop();
    publish(world, 2, 3);
    router.hold("RESULT");
    await world.advance(1_000);
    publish(world, 4);
    await world.settle();
    expect(heard(a, ofA)).toEqual([1]);
    router.release();
    await world.settle();
    publish(world, 5);
    await world.settle();
    expect(heard(a, ofA)).toEqual([1, [2], [3], 4, 5]);
    expect(gaps(a)).toEqual([]);
  });

  it("@G14 asks once for all subscriptions of a topic, and lets those wait that catch up, not the others", async () => {
    const { world, router, a, b, c, ofA } = await following();
    const ofB = b.subscribe(TOPIC, CATCH_UP);
    const plain = c.subscribe(TOPIC);
    await world.settle();
    router.drop();
    publish(world, 2);
    router.hold("RESULT");
    await world.advance(1_000);
    publish(world, 3);
    await world.settle();
    expect([heard(a, ofA), heard(b, ofB), heard(c, plain)]).toEqual([[1], [], [1, 3].slice(1)]);
    router.release();
    await world.settle();
    expect([heard(a, ofA), heard(b, ofB), heard(c, plain)]).toEqual([[1, [2], 3], [[2], 3], [3]]);
    expect(calls(world)).toHaveLength(1);
  });

  it("@G14 goes on where it stood if the connection is lost again before the history has come", async () => {
    const { world, router, a, ofA } = await following();
    router.drop();
    publish(world, 2);
    router.hold("RESULT");
    await world.advance(1_000);
    publish(world, 3);
    await world.settle();
    await miss(world, 4);
    router.release();
    await world.settle();
    expect(heard(a, ofA)).toEqual([1, [2], [3], [4]]);
  });

  it("@G14 leaves out an event that arrives after the history that contains it", async () => {
    const { world, router, a, b, ofA } = await following();
    const plain = b.subscribe(TOPIC);
    await world.settle();
    router.drop();
    publish(world, 2);
    // The router tells its history before it sends the event.
    router.hold("EVENT");
    let isFirst = true;
    router.onDelivered = ({ type }) => {
      if (type === "SUBSCRIBED" && isFirst) publish(world, 3);
      isFirst &&= type !== "SUBSCRIBED";
    };
    await world.advance(1_000);
    expect(heard(a, ofA)).toEqual([1, [2], [3]]);
    router.release();
    await world.settle();
    publish(world, 4);
    await world.settle();
    expect(heard(a, ofA)).toEqual([1, [2], [3], 4]);
    expect(heard(b, plain)).toEqual([3, 4]);
  });

  it("@G14 leaves out the tab's own publications, which its siblings get", async () => {
    const { world, router, a, b, ofA } = await following();
    const ofB = b.subscribe(TOPIC, CATCH_UP);
    await world.settle();
    // Their events get lost with the connection.
    router.hold("EVENT");
    a.publish(TOPIC, ["of a"]);
    await world.settle();
    await miss(world, "of another");
    router.release();
    await world.settle();
    expect(heard(a, ofA)).toEqual([1, ["of another"]]);
    expect(heard(b, ofB)).toEqual([["of a"], ["of another"]]);
  });

  it("@G14 leaves out the own publications of a tab that is alone, although the router does not send them to it", async () => {
    const { world, a, ofA } = await following();
    a.publish(TOPIC, ["of a"]);
    a.publish(TOPIC, ["of a, wanted"], { exclude_me: false });
    await world.settle();
    await miss(world, 2);
    expect(heard(a, ofA)).toEqual([1, "of a, wanted", [2]]);
    await miss(world, 3);
    a.publish(TOPIC, ["of a again"]);
    await world.settle();
    await miss(world, 4);
    expect(heard(a, ofA)).toEqual([1, "of a, wanted", [2], [3], [4]]);
  });

  it("@G14 recovers the events of a pattern with their topics", async () => {
    const { world, a } = await startTabs();
    const asked = a.subscribe(TOPIC, { ...CATCH_UP, match: "prefix" });
    await world.settle();
    world.router.publish("com.kept.a", json(1));
    await world.settle();
    world.router.drop();
    world.router.publish("com.kept.b", json(2));
    await world.advance(1_000);
    expect(heard(a, asked)).toEqual([1, [2]]);
    expect(a.events.map(({ details }) => details["topic"])).toEqual(["com.kept.a", "com.kept.b"]);
  });

  it("@G14 fetches 3,000 events, for which it asks twice", async () => {
    const { world, a, ofA } = await following();
    const values = Array.from({ length: 3_000 }, (_, index) => index + 2);
    await miss(world, ...values);
    expect(heard(a, ofA)).toEqual([1, ...values.map((value) => [value])]);
    expect(calls(world)).toHaveLength(2);
  });

  it("@G14 knows where it stands if no event has come yet", async () => {
    const { world, a } = await startTabs();
    publish(world, 1, 2);
    const asked = a.subscribe(TOPIC, CATCH_UP);
    await world.settle();
    await miss(world, 3);
    expect(heard(a, asked)).toEqual([[3]]);
    expect(gaps(a)).toEqual([]);
  });
});

it("@G14 has no place from before its application subscribed again", async () => {
  const { world, router, a } = await startTabs();
  router.hold("RESULT", "UNSUBSCRIBED");
  const former = a.subscribe(TOPIC, CATCH_UP);
  await world.settle();
  router.hold("SUBSCRIBED");
  a.unsubscribe(former);
  await world.settle();
  publish(world, 1);
  const asked = a.subscribe(TOPIC, CATCH_UP);
  await world.settle();
  router.release();
  await world.settle();
  await miss(world, 2);
  expect([heard(a, asked), gaps(a)]).toEqual([[[2]], []]);
});

describe("a gap", () => {
  it("@G14 is told if the history no longer reaches back, before what is left of it", async () => {
    const { world, router, a } = await startTabs();
    const asked = a.subscribe("com.short", CATCH_UP);
    await world.settle();
    const since = router.publish("com.short", json(1));
    await world.settle();
    router.drop();
    for (const value of [2, 3, 4, 5]) router.publish("com.short", json(value));
    await world.advance(1_000);
    expect(heard(a, asked)).toEqual([1, [3], [4], [5]]);
    expect(gaps(a)).toEqual([{ since, reason: "expired" }]);
    const order = a.notices
      .map(({ kind }) => kind)
      .filter((kind) => kind === "gap" || kind.startsWith("event"));
    expect(order.slice(0, 3)).toEqual(["events", "gap", "events"]);
  });

  it("@G14 is told if nothing was in the history before, and it may have dropped something since", async () => {
    const { world, router, a } = await startTabs();
    const asked = a.subscribe("com.short", CATCH_UP);
    await world.settle();
    router.drop();
    for (const value of [1, 2, 3, 4]) router.publish("com.short", json(value));
    await world.advance(1_000);
    expect(heard(a, asked)).toEqual([[2], [3], [4]]);
    expect(gaps(a)).toEqual([{ since: null, reason: "expired" }]);
  });

  it("@G14 is told if the router has no history of the topic", async () => {
    const { world, router, a } = await startTabs();
    const asked = a.subscribe("com.example.tick", CATCH_UP);
    await world.settle();
    const since = router.publish("com.example.tick", json(1));
    await world.settle();
    router.drop();
    await world.advance(1_000);
    router.publish("com.example.tick", json(2));
    await world.settle();
    expect(heard(a, asked)).toEqual([1, 2]);
    expect(gaps(a)).toEqual([{ since, reason: "unavailable" }]);
  });

  it("@G14 is told if the answer does not come in time, and what has waited follows", async () => {
    const { world, router, a, ofA, first } = await following();
    router.drop();
    router.override = (message) => message.type === "CALL";
    await world.advance(1_000);
    publish(world, 2);
    await world.advance(10_000);
    expect(heard(a, ofA)).toEqual([1, 2]);
    expect(gaps(a)).toEqual([{ since: first, reason: "timeout" }]);
  });

  it("@G14 is told if the answer cannot be read", async () => {
    const { world, router, a, ofA, first } = await following();
    router.drop();
    router.override = (message) => {
      if (message.type !== "CALL") return false;
      const payload = { serializer: "json", count: 1, data: '["\\u0000!"]' } as const;
      router.send({ type: "RESULT", request: message.request, details: {}, payload });
      return true;
    };
    await world.advance(1_000);
    expect(heard(a, ofA)).toEqual([1]);
    expect(gaps(a)).toEqual([{ since: first, reason: "unavailable" }]);
  });

  it("@G14 is told if more arrives than may wait, all of which is delivered", async () => {
    const { world, router, a, ofA, first } = await following();
    router.drop();
    router.hold("RESULT");
    await world.advance(1_000);
    const large = "x".repeat(1024 * 1024);
    for (let number = 0; number < 9; number += 1) publish(world, large);
    await world.settle();
    expect(heard(a, ofA)).toEqual([1, ...Array.from({ length: 9 }, () => large)]);
    expect(gaps(a)).toEqual([{ since: first, reason: "overflow" }]);
    router.release();
    publish(world, 2);
    await world.settle();
    expect(heard(a, ofA).at(-1)).toBe(2);
  });

  it("@G14 is all that a subscription gets that does not catch up, and only if its application asks for it", async () => {
    const { world, a, b } = await startTabs();
    const telling = a.subscribe(TOPIC, { tellsGaps: true });
    b.subscribe(TOPIC);
    await world.settle();
    const [since] = publish(world, 1);
    await world.settle();
    await miss(world, 2);
    publish(world, 3);
    await world.settle();
    expect(heard(a, telling)).toEqual([1, 3]);
    expect([gaps(a), gaps(b)]).toEqual([[{ since, reason: "not-requested" }], []]);
    expect(calls(world)).toEqual([]);
  });
});

describe("a history over which the router drops the session", () => {
  it("@G14 @G23 is a gap, after which every subscription gets what comes", async () => {
    const world = prepareWorld();
    const { router } = world;
    const [one = 0] = publish(world, 1, 2);
    let asked = 0;
    router.override = ({ type }) => {
      if (type !== "CALL") return false;
      asked += 1;
      router.drop();
      return true;
    };
    const follow = async (options: object, isReplayed?: true, topic = TOPIC) => {
      const tab = world.join();
      const subscribed = tab.subscribe(topic, { ...CATCH_UP, ...options }, isReplayed);
      await world.advance(12_000);
      return { heard: () => heard(tab, subscribed), gaps: () => gaps(tab) };
    };
    // The first one learns that the request is set aside, by the fourth session; those that come then are refused at once.
    const followers = [
      await follow({ seen: one }, true),
      await follow({ seen: one }, true),
      await follow({}),
      await follow({ seen: one }, true),
      await follow({}, undefined, "com.new"),
      await follow({ seen: one }, true, "com.new"),
    ];
    expect(asked).toBe(3);
    publish(world, 3);
    router.publish("com.new", json(3));
    await world.settle();
    const gap = { since: one, reason: "unavailable" };
    expect(followers.map((each) => [each.heard(), each.gaps()])).toEqual([
      [[3], [gap]],
      [[3], [gap]],
      [[3], []],
      [[3], [gap]],
      [[3], []],
      [[3], [gap]],
    ]);
  });
});

describe("a subscription that a lost worker had", () => {
  it("@G14 @G17 goes on where its own page stood", async () => {
    const world = prepareWorld();
    const [one, two, three, four] = publish(world, 1, 2, 3, 4);
    const [a, b, c] = [world.join(), world.join(), world.join()];
    const ofA = a.subscribe(TOPIC, { ...CATCH_UP, seen: one ?? null }, true);
    const ofB = b.subscribe(TOPIC, { ...CATCH_UP, seen: three ?? null }, true);
    await world.settle();
    const late = c.subscribe(TOPIC, { ...CATCH_UP, seen: two ?? null }, true);
    await world.settle();
    expect(heard(a, ofA)).toEqual([[2], [3], [4]]);
    expect(heard(b, ofB)).toEqual([[4]]);
    expect(heard(c, late)).toEqual([[3], [4]]);
    publish(world, 5);
    await world.settle();
    expect([heard(a, ofA).at(-1), heard(b, ofB).at(-1), heard(c, late).at(-1)]).toEqual([5, 5, 5]);
    expect(four).toBeDefined();
  });

  it("@G14 @G17 gets nothing twice that its page has seen, after a history that did not come for a page that was behind", async () => {
    const world = prepareWorld();
    const { router } = world;
    const [one = 0, , three = 0] = publish(world, 1, 2, 3);
    const [ahead, behind] = [world.join(), world.join()];
    router.override = (message) => message.type === "CALL";
    const ofAhead = ahead.subscribe(TOPIC, { ...CATCH_UP, seen: three }, true);
    behind.subscribe(TOPIC, { ...CATCH_UP, seen: one }, true);
    await world.advance(10_000);
    expect([gaps(ahead), gaps(behind)]).toEqual([
      [{ since: three, reason: "timeout" }],
      [{ since: one, reason: "timeout" }],
    ]);
    router.override = () => false;
    await miss(world, 4);
    expect(heard(ahead, ofAhead)).toEqual([[4]]);
  });

  it.each(["ahead", "behind"])(
    "@G14 @G17 stays at its own place for the next worker, after a history that did not come for two pages, the first of which was %s",
    async (first) => {
      const world = prepareWorld();
      const [one = 0, , three = 0] = publish(world, 1, 2, 3);
      world.router.override = (message) => message.type === "CALL";
      const [a, b] = [world.join(), world.join()];
      const places = first === "ahead" ? [three, one] : [one, three];
      for (const [index, tab] of [a, b].entries())
        tab.subscribe(TOPIC, { ...CATCH_UP, seen: places[index] ?? null }, true);
      await world.advance(10_000);
      expect([a, b].map((tab) => tab.of("seen").map(({ publication }) => publication))).toEqual(
        places.map((place) => [place]),
      );
    },
  );

  it("@G14 @G17 is told of a gap if its page does not know where it stood, although another one follows the topic", async () => {
    const { world, b } = await startTabs();
    b.subscribe(TOPIC, CATCH_UP);
    await world.settle();
    const a = world.join();
    a.subscribe(TOPIC, CATCH_UP, true);
    await world.settle();
    expect(gaps(a)).toEqual([{ since: null, reason: "unavailable" }]);
    expect(gaps(b)).toEqual([]);
  });

  it("@G14 @G17 is told of a gap if it does not catch up", async () => {
    const world = prepareWorld();
    const [one = 0] = publish(world, 1, 2);
    const a = world.join();
    const asked = a.subscribe(TOPIC, { tellsGaps: true, seen: one }, true);
    await world.settle();
    expect(heard(a, asked)).toEqual([]);
    expect(gaps(a)).toEqual([{ since: one, reason: "not-requested" }]);
  });

  it("@G14 @G17 learns where it stands before the first event, for the next worker", async () => {
    const { world, a } = await startTabs();
    const [, two] = publish(world, 1, 2);
    const asked = a.subscribe(TOPIC, CATCH_UP);
    const other = a.subscribe("com.short", CATCH_UP);
    await world.settle();
    const later = a.subscribe(TOPIC, CATCH_UP);
    await world.settle();
    expect(a.of("seen").map(({ subscription, publication }) => [subscription, publication])).toEqual([
      [asked.handle, two],
      [other.handle, null],
      [later.handle, two],
    ]);
  });
});

it.each(["ahead", "behind"])(
  "@G14 a subscription that joins after a history that did not come begins where one of the others stands, and misses nothing: the last of them was %s",
  async (last) => {
    const world = prepareWorld();
    const { router } = world;
    const [one = 0, , three = 0] = publish(world, 1, 2, 3, 4);
    router.override = (message) => message.type === "CALL";
    const places = last === "ahead" ? [one, three] : [three, one];
    const others = places.map((seen) => {
      const tab = world.join();
      return { tab, asked: tab.subscribe(TOPIC, { ...CATCH_UP, seen }, true) };
    });
    await world.advance(10_000);
    router.override = () => false;
    const joining = world.join();
    const asked = joining.subscribe(TOPIC, CATCH_UP);
    await world.settle();
    // Without a place, it would be told of a gap after the loss of the worker, although it has missed nothing.
    expect(joining.of("seen").map(({ publication }) => publication)).toEqual([places[1]]);
    await miss(world, 5);
    publish(world, 6);
    await world.settle();
    for (const page of [...others, { tab: joining, asked }])
      expect(heard(page.tab, page.asked)).toEqual([[4], [5], 6]);
    expect(gaps(joining)).toEqual([]);
  },
);

describe("the publications seen last", () => {
  const KEY = `seen:${sessionKey({ realm: "realm1", principal: "anonymous", urls: ["ws://a.example/ws"] })}`;
  const stored = (world: World) => world.fake.store.entries.get(KEY);

  async function reopened(owner: string | null, details = {}) {
    const world = prepareWorld();
    const [one] = publish(world, 1, 2);
    const record = { version: 1, owner, topics: [[`exact ${TOPIC}`, one]] };
    world.fake.store.entries.set(KEY, record);
    world.router.details = { ...WELCOME_DETAILS, ...details };
    const a = world.join();
    const asked = a.subscribe(TOPIC, CATCH_UP);
    await world.settle();
    return { world, a, asked };
  }

  it("@G14 @G15 are stored at once, then not at each event, and are the place of the next worker", async () => {
    const { world, first } = await following();
    expect(stored(world)).toMatchObject({ topics: [[`exact ${TOPIC}`, null]] });
    const [, three] = publish(world, 2, 3);
    await world.advance(1_000);
    expect(first).not.toBe(three);
    expect(stored(world)).toMatchObject({ version: 1, owner: null, topics: [[`exact ${TOPIC}`, three]] });
    const next = await reopened(null);
    expect(heard(next.a, next.asked)).toEqual([[2]]);
  });

  it("@G14 @G15 are stored at once when the last tab goes", async () => {
    const { world, a, b, c, first } = await following();
    for (const tab of [b, c, a]) world.kill(tab);
    await world.settle();
    expect(stored(world)).toMatchObject({ topics: [[`exact ${TOPIC}`, first]] });
  });

  it("@G14 @G15 are not used for another user, and are forgotten", async () => {
    const { world, a, asked } = await reopened("sue", { authid: "joe", authmethod: "ticket" });
    expect(heard(a, asked)).toEqual([]);
    await world.advance(1_000);
    expect(JSON.stringify(stored(world))).not.toContain("sue");
  });

  it("@G14 @G15 do not depend on the authid of an anonymous session, which is random", async () => {
    const { a, asked } = await reopened(null, { authid: "XK3-77", authmethod: "anonymous" });
    expect(heard(a, asked)).toEqual([[2]]);
  });

  it("@G14 are not used after a reconnect as another user", async () => {
    const { world, a, ofA } = await following();
    world.router.details = { ...WELCOME_DETAILS, authid: "joe", authmethod: "ticket" };
    await miss(world, 2);
    expect(heard(a, ofA)).toEqual([1]);
    expect(gaps(a)).toEqual([{ since: null, reason: "unavailable" }]);
  });

  it("@G14 @G15 are removed by logout(), and by unsubscribing", async () => {
    const { world, a, ofA } = await following();
    await world.advance(1_000);
    a.unsubscribe(ofA);
    await world.advance(1_000);
    expect(stored(world)).toMatchObject({ topics: [] });
    a.subscribe(TOPIC, CATCH_UP);
    await world.settle();
    publish(world, 2);
    await world.advance(1_000);
    expect(stored(world)).not.toMatchObject({ topics: [] });
    a.post({ kind: "logout", request: 99 as never });
    await world.advance(5_000);
    expect(stored(world)).toBeUndefined();
  });
});
