import { afterEach, describe, expect, it } from "vitest";
import { sessionKey } from "../../contract/identity.js";
import type { Asked } from "../../testing/asked.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import type { WireContext } from "../restoring.js";
import { json, leftovers, prepareWorld, startTabs } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";
import { createCatchUp } from "./catch-up.js";
import { notFollowing } from "./following.js";
import { LocalSubscriptions } from "./local-subscriptions.js";
import type { PublisherExclusion } from "./publisher-exclusion.js";
import type { SeenRecord } from "./seen-record.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const TOPIC = "com.kept";
const CATCH_UP = { catch_up: true } as const;

/** Publishes events of another client. Returns their ids. */
async function publish(world: World, ...values: unknown[]): Promise<readonly number[]> {
  const publications = values.map((value) => world.router.publish(TOPIC, json(value)));
  await world.settle();
  return publications;
}

/** Values of the events of a subscription, those that were recovered in brackets. */
const heard = (tab: FakeTab, { handle }: Asked) =>
  tab.events
    .filter(({ subscription }) => subscription === handle)
    .map(({ args, details }) => (details["recovered"] === true ? [args[0]] : args[0]));

const histories = ({ router }: World): number =>
  router.got("CALL").filter(({ procedure }) => procedure.endsWith("get_events")).length;

/** Loads the next page. */
async function open(world: World) {
  const tab = world.join();
  const asked = tab.subscribe(TOPIC, CATCH_UP);
  await world.settle();
  return { tab, heard: () => heard(tab, asked) };
}

/** Starts tabs of which two follow a topic, and have taken in its first event. */
async function following() {
  const { world, router, a, b, c } = await startTabs();
  const [ofA, ofB] = [a, b].map((tab) => tab.subscribe(TOPIC, CATCH_UP)) as [Asked, Asked];
  await world.settle();
  await publish(world, 1);
  return { world, router, a, b, c, ofA, ofB };
}

describe("the page after one that has vanished with events on their way to it", () => {
  it("@G14 gets them, and what came since, while its siblings get nothing twice", async () => {
    const { world, a, b, ofB } = await following();
    a.freeze();
    await publish(world, 2, 3);
    world.kill(a);
    await publish(world, 4);
    const next = await open(world);
    await publish(world, 5);
    expect(next.heard()).toEqual([[2], [3], [4], 5]);
    expect(heard(b, ofB)).toEqual([1, 2, 3, 4, 5]);
    expect((await open(world)).heard()).toEqual([]);
  });

  it("@G14 gets them if no other page follows the topic, during the linger time and after it", async () => {
    for (const milliseconds of [0, 60_000]) {
      const world = prepareWorld();
      const first = await open(world);
      await publish(world, 1);
      first.tab.freeze();
      await publish(world, 2);
      world.kill(first.tab);
      await world.advance(milliseconds);
      await publish(world, 3);
      expect((await open(world)).heard()).toEqual([[2], [3]]);
    }
  });

  it("@G14 gets what any of several had not taken in, and nothing that all had", async () => {
    for (const order of ["first", "last"]) {
      const { world, a, b } = await following();
      a.freeze();
      await publish(world, 2);
      b.freeze();
      await publish(world, 3);
      for (const tab of order === "first" ? [a, b] : [b, a]) world.kill(tab);
      await world.settle();
      expect((await open(world)).heard()).toEqual([[2], [3]]);
    }
  });

  it("@G14 gets what was collected for a hidden page", async () => {
    const { world } = await following();
    const hidden = world.joinHidden();
    hidden.subscribe(TOPIC, CATCH_UP);
    await world.settle();
    await publish(world, 2);
    world.kill(hidden);
    await world.settle();
    expect((await open(world)).heard()).toEqual([[2]]);
  });

  it("@G4 @G14 gets what was held until PUBLISHED", async () => {
    const { world, router, a } = await following();
    router.hold("PUBLISHED");
    a.publish(TOPIC, ["own"], { acknowledge: true });
    await publish(world, 2);
    world.kill(a);
    router.release();
    await world.settle();
    expect((await open(world)).heard()).toEqual([["own"], [2]]);
  });

  it("@G14 gets them when the connection was lost in between", async () => {
    for (const killed of ["before", "after"]) {
      const { world, router, a, b, ofB } = await following();
      a.freeze();
      await publish(world, 2);
      router.drop();
      router.publish(TOPIC, json(3));
      if (killed === "before") world.kill(a);
      await world.advance(1_000);
      if (killed === "after") world.kill(a);
      await world.settle();
      expect((await open(world)).heard()).toEqual([[2], [3]]);
      expect(heard(b, ofB)).toEqual([1, 2, [3]]);
    }
  });

  it("@G14 gets what was recovered for it in vain", async () => {
    const { world, router, a } = await following();
    a.freeze();
    router.drop();
    router.publish(TOPIC, json(2));
    await world.advance(1_000);
    world.kill(a);
    await world.settle();
    expect((await open(world)).heard()).toEqual([[2]]);
  });

  it("@G14 gets what was asked for it when it vanished", async () => {
    const { world, router, a } = await following();
    router.drop();
    router.publish(TOPIC, json(2));
    router.hold("RESULT");
    await world.advance(1_000);
    world.kill(a);
    router.release();
    await world.settle();
    expect((await open(world)).heard()).toEqual([[2]]);
  });

  it("@G14 gets what the port has refused", async () => {
    const { world, a } = await following();
    a.breakPort();
    await publish(world, 2);
    world.kill(a);
    await world.settle();
    expect((await open(world)).heard()).toEqual([[2]]);
  });

  it("@G14 gets 3,000 events", async () => {
    const { world, a, b, ofB } = await following();
    const values = Array.from({ length: 3_000 }, (_, index) => index + 2);
    a.freeze();
    for (const value of values) await publish(world, value);
    world.kill(a);
    await world.settle();
    expect((await open(world)).heard()).toEqual(values.map((value) => [value]));
    expect(heard(b, ofB)).toEqual([1, ...values]);
  });
});

describe("the place that a page has left", () => {
  it("@G14 is not behind what the page had taken in, nor behind its own publications", async () => {
    const { world, a } = await following();
    a.publish(TOPIC, ["own"]);
    await world.settle();
    const asked = histories(world);
    world.kill(a);
    await world.settle();
    expect((await open(world)).heard()).toEqual([]);
    expect(histories(world)).toBe(asked);
  });

  it("@G14 is not for a page that was there then, if it subscribes again", async () => {
    const { world, a, b, c, ofB } = await following();
    const ofC = c.subscribe(TOPIC, CATCH_UP);
    await world.settle();
    a.freeze();
    await publish(world, 2);
    world.kill(a);
    await world.settle();
    const again = b.subscribe(TOPIC, CATCH_UP);
    b.unsubscribe(ofB);
    await world.settle();
    await publish(world, 3);
    expect([heard(b, ofB), heard(b, again), heard(c, ofC)]).toEqual([[1, 2], [3], [2, 3]]);
  });

  it("@G14 @G17 is taken along by the page itself when it is back", async () => {
    const { world, a, ofA } = await following();
    const { seen } = { seen: a.events.at(-1)?.publication ?? null };
    a.freeze();
    await publish(world, 2);
    world.kill(a);
    await world.settle();
    const back = world.join();
    const asked = back.subscribe(TOPIC, { ...CATCH_UP, seen }, true);
    await world.settle();
    expect([heard(a, ofA), heard(back, asked)]).toEqual([[1], [[2]]]);
    expect((await open(world)).heard()).toEqual([]);
  });

  it("@G14 is left again by a page that has not taken in anything either", async () => {
    const { world, router, a } = await following();
    a.freeze();
    await publish(world, 2);
    world.kill(a);
    await world.settle();
    for (const answer of ["awaited", "on its way"]) {
      const heir = world.join();
      if (answer === "awaited") router.hold("RESULT");
      heir.subscribe(TOPIC, CATCH_UP);
      if (answer === "on its way") heir.freeze();
      await world.settle();
      world.kill(heir);
      await world.settle();
      router.release();
    }
    expect((await open(world)).heard()).toEqual([[2]]);
  });

  it("@G14 @G15 is forgotten with the user", async () => {
    const { world, router, a } = await following();
    a.freeze();
    await publish(world, 2);
    world.kill(a);
    await world.settle();
    router.details = { ...router.details, authid: "joe", authmethod: "ticket" };
    router.drop();
    await world.advance(1_000);
    expect((await open(world)).heard()).toEqual([]);
  });

  it("@G14 is forgotten when no page follows the topic any more", async () => {
    const { world, a, b, ofB } = await following();
    b.subscribe("com.kept", { match: "prefix" });
    a.freeze();
    await publish(world, 2);
    world.kill(a);
    await world.settle();
    b.unsubscribe(ofB);
    await world.settle();
    expect((await open(world)).heard()).toEqual([]);
  });
});

describe("the stored place", () => {
  const KEY = `seen:${sessionKey({ realm: "realm1", principal: "anonymous", urls: ["ws://a.example/ws"] })}`;
  const stored = ({ fake }: World) => fake.store.entries.get(KEY);
  const record = (publication: number | undefined) => ({
    version: 1,
    owner: null,
    topics: [[`exact ${TOPIC}`, publication]],
  });

  it("@G14 @G15 is not behind what every page has taken in", async () => {
    const { world, a } = await following();
    const [one] = [a.events[0]?.publication];
    await world.advance(1_000);
    const thaw = a.freeze();
    const [, three] = await publish(world, 2, 3);
    await world.advance(10_000);
    expect(stored(world)).toMatchObject(record(one));
    thaw();
    await world.advance(1_000);
    expect(stored(world)).toMatchObject(record(three));
  });

  it("@G14 @G15 is that of a page that has vanished, until another one has caught up from there", async () => {
    const { world, a } = await following();
    const [one] = [a.events[0]?.publication];
    a.freeze();
    const [two] = await publish(world, 2);
    world.kill(a);
    await world.advance(1_000);
    expect(stored(world)).toMatchObject(record(one));
    await open(world);
    await world.advance(1_000);
    expect(stored(world)).toMatchObject(record(two));
  });
});

describe("a page that follows a topic", () => {
  it("@G14 is told the place along with events, not with retained ones, and only of what catches up", async () => {
    const { world, router } = await following();
    router.publish(TOPIC, json("kept"), true);
    await world.settle();
    const tab = world.join();
    const [asked, plain] = [CATCH_UP, {}].map((options) =>
      tab.subscribe(TOPIC, { ...options, get_retained: true }),
    );
    await world.settle();
    const places = () =>
      tab.of("seen").map(({ subscription, publication }) => ({ subscription, publication }));
    const before = places();
    const [publication] = await publish(world, 2);
    expect([tab.heardBy(asked as Asked), tab.heardBy(plain as Asked)]).toEqual([
      ["kept", 2],
      ["kept", 2],
    ]);
    expect(before).toHaveLength(1);
    expect(places().slice(1)).toEqual([{ subscription: asked?.handle, publication }]);
  });

  it("@G14 goes on where it stood, beside a page that is only told of gaps and goes on at once", async () => {
    const { world, router, a, c, ofA } = await following();
    const ofC = c.subscribe(TOPIC, { tellsGaps: true });
    await world.settle();
    router.drop();
    router.publish(TOPIC, json(2));
    // The history contains an event that has arrived before it.
    router.override = ({ type }) => {
      if (type === "CALL") router.publish(TOPIC, json(3));
      return false;
    };
    await world.advance(1_000);
    expect([heard(a, ofA), heard(c, ofC)]).toEqual([[1, [2], 3], [3]]);
  });

  it("@G14 @G17 is the end of the history for a page that has seen the last event of several", async () => {
    const world = prepareWorld();
    const seen = (await publish(world, 1, 2)).at(-1) ?? null;
    const tab = world.join();
    tab.subscribe(TOPIC, { ...CATCH_UP, seen }, true);
    await world.settle();
    expect(tab.of("seen").at(-1)?.publication).toBe(seen);
    expect(tab.events).toEqual([]);
  });

  it("@G14 @G21 has only the latest publications kept", () => {
    const following = notFollowing();
    const locals = new LocalSubscriptions<LocalSubscription>();
    const wire = { key: "exact topic", state: "established", following, locals } as WireSubscription;
    const exclusion = { isOwn: () => false } as unknown as PublisherExclusion;
    const local = { active: true, catchesUp: true, taken: 0, exclusion, wire } as LocalSubscription;
    locals.add(local);
    const record = { changed: () => undefined, get: () => null, set: () => undefined };
    const catchUp = createCatchUp({} as WireContext, record as unknown as SeenRecord);
    const payload = { serializer: "json", count: 0, data: "" } as const;
    for (let publication = 0; publication < 10_000; publication += 1) {
      catchUp.received(wire, { publication, details: {}, payload });
      expect(following.seen?.length).toBeLessThanOrEqual(2_000);
    }
    expect(following.seen?.at(-1)).toBe(9_999);
  });
});
