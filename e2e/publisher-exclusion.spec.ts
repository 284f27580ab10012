import { tapped } from "./support/connection.js";
import { expect, test } from "./support/fixtures.js";
import type { ForeignSession } from "./support/foreign.js";
import { needs, needsFaults } from "./support/needs.js";
import type { Tab } from "./support/tab.js";

const values = (events: readonly { readonly args: readonly unknown[] }[]) =>
  events.map(({ args }) => args[0]);

/**
 * Collects the first arguments of all events of a topic in each tab. A marker of the foreign session, sent after them, shows
 * that no more are in flight; the siblings must have received the publications before.
 */
async function allOf(
  foreign: ForeignSession,
  topic: string,
  tabs: readonly Tab[],
  marked: readonly number[],
) {
  await foreign.publish(topic, ["marker"]);
  return Promise.all(tabs.map((tab, n) => tab.firstArgs(topic, (marked[n] ?? 0) + 1)));
}

test("@G4 siblings and foreign sessions get a tab's publication, the tab itself does not", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  needs(router, "broker", "publisher_exclusion");
  const topic = uri("topic");
  const all = await tabs.three();
  const observer = await foreign.subscribe(topic);
  for (const tab of all) await tab.subscribe(topic);

  await all[0].publish(topic, ["hello"]);
  await all[1].firstArgs(topic, 1);

  expect(await allOf(foreign, topic, all, [0, 1, 1])).toEqual([
    ["marker"],
    ["hello", "marker"],
    ["hello", "marker"],
  ]);
  expect(values(await observer.waitForCount(1))).toEqual(["hello"]);
});

test("@G4 an acknowledged publication reaches the same tabs, and the publisher gets its id", async ({
  tabs,
  foreign,
  uri,
}) => {
  const topic = uri("topic");
  const [publisher, sibling] = await tabs.two();
  for (const tab of [publisher, sibling]) await tab.subscribe(topic);

  const publication = await publisher.publish(topic, ["hello"], { acknowledge: true });

  expect(await sibling.events(topic, 1)).toMatchObject([{ publication }]);
  expect(await allOf(foreign, topic, [publisher, sibling], [0, 1])).toEqual([
    ["marker"],
    ["hello", "marker"],
  ]);
});

for (const first of ["EVENT", "PUBLISHED"] as const) {
  test(`@G4 the echo is dropped when ${first} comes first`, async ({ tabs, router, foreign, uri }) => {
    const dev = needsFaults(router);
    dev.faults.eventBeforePublished(first === "EVENT");
    const topic = uri("topic");
    const [publisher, sibling] = await tabs.two();
    const observer = await (await router.foreign()).subscribe(topic);
    for (const tab of [publisher, sibling]) await tab.subscribe(topic);

    for (const n of [1, 2, 3]) await publisher.publish(topic, [n], { acknowledge: n === 2 });
    await sibling.firstArgs(topic, 3);

    expect(await allOf(foreign, topic, [publisher, sibling], [0, 3])).toEqual([
      ["marker"],
      [1, 2, 3, "marker"],
    ]);
    expect(values(await observer.waitForCount(4))).toEqual([1, 2, 3, "marker"]);
  });

  test(`@G4 three publications in flight are told apart when their PUBLISHED arrive in reverse, ${first} first`, async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    const dev = needsFaults(router);
    const topic = uri("topic");
    const [publisher, sibling] = await tabs.two();
    const observer = await (await router.foreign()).subscribe(topic);
    for (const tab of [publisher, sibling]) await tab.subscribe(topic);
    dev.faults.eventBeforePublished(first === "EVENT");
    dev.faults.reverseAnswers("PUBLISHED", 3);

    await publisher.page.evaluate(
      (topic) => Promise.all([1, 2, 3].map((n) => window.session.publish(topic, [n]))),
      topic,
    );
    await sibling.firstArgs(topic, 3);

    expect(await allOf(foreign, topic, [publisher, sibling], [0, 3])).toEqual([
      ["marker"],
      [1, 2, 3, "marker"],
    ]);
    expect(values(await observer.waitForCount(4))).toEqual([1, 2, 3, "marker"]);
  });
}

test("@G4 an exact and a prefix subscription that both match are excluded in the publishing tab and served in its sibling", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [publisher, sibling] = await tabs.two();
  for (const tab of [publisher, sibling]) {
    await tab.subscribe(uri("a.b"));
    await tab.subscribe(uri("a"), { match: "prefix" });
  }

  await publisher.publish(uri("a.b"), ["hello"]);
  await sibling.events(uri("a.b"), 1);
  await sibling.events(uri("a"), 1);
  await foreign.publish(uri("a.b"), ["marker"]);

  for (const name of [uri("a.b"), uri("a")]) {
    expect(await publisher.firstArgs(name, 1)).toEqual(["marker"]);
    expect(await sibling.firstArgs(name, 2)).toEqual(["hello", "marker"]);
  }
});

test("@G4 excludeMe: false gives the publisher its own event, once", async ({ tabs, foreign, uri }) => {
  const topic = uri("topic");
  const [publisher, sibling] = await tabs.two();
  for (const tab of [publisher, sibling]) await tab.subscribe(topic);

  await publisher.publish(topic, ["to me too"], { excludeMe: false });
  await publisher.firstArgs(topic, 1);

  expect(await allOf(foreign, topic, [publisher, sibling], [1, 1])).toEqual([
    ["to me too", "marker"],
    ["to me too", "marker"],
  ]);
});

test("@G4 publications of two tabs at the same moment cross without loss", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const topic = uri("topic");
  const length = Math.min(router.burst, 50);
  const [one, other] = await tabs.two();
  for (const tab of [one, other]) await tab.subscribe(topic);
  const flood = (tab: Tab) =>
    tab.page.evaluate(
      ([topic, name, length]) =>
        Promise.all(Array.from({ length }, (_, n) => window.session.publish(topic, [`${name}-${n}`]))),
      [topic, tab.name, length] as const,
    );

  await Promise.all([flood(one), flood(other)]);
  const expected = (name: string) => Array.from({ length }, (_, n) => `${name}-${n}`);

  await Promise.all([one.firstArgs(topic, length), other.firstArgs(topic, length)]);
  expect(await allOf(foreign, topic, [one, other], [length, length])).toEqual([
    [...expected("tab2"), "marker"],
    [...expected("tab1"), "marker"],
  ]);
});

test("@G4 a missing PUBLISHED holds back events only briefly", async ({ tabs, router, foreign, uri }) => {
  const dev = needsFaults(router);
  const topic = uri("topic");
  const [publisher, sibling] = await tabs.two({ requestTimeout: 300 });
  for (const tab of [publisher, sibling]) await tab.subscribe(topic);
  dev.faults.swallow("PUBLISHED");

  expect(await publisher.publishOutcome(topic, ["hello"], { acknowledge: true })).toMatchObject({
    ok: false,
    error: { name: "TimeoutError", sent: true },
  });
  await foreign.publish(topic, ["marker"]);

  expect(await sibling.firstArgs(topic, 2)).toEqual(["hello", "marker"]);
  // The hub cannot know whether the event was the echo: the test demands only that the later event arrives.
  const [first, second = first] = await publisher.page.evaluate(async (topic) => {
    const { waitForCount } = window.kit.recorder<{ args: unknown[] }>(topic);
    const [first] = await waitForCount(1);
    return first?.args[0] === "marker" ? ["marker"] : (await waitForCount(2)).map(({ args }) => args[0]);
  }, topic);
  expect(second).toBe("marker");
});

test("@G4 only the publishing tab waits, and only for its own publication", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const dev = needsFaults(router);
  const topic = uri("topic");
  const [publisher, sibling] = await tabs.two();
  for (const tab of [publisher, sibling]) await tab.subscribe(topic);
  const hold = dev.faults.hold("PUBLISHED", (_, session) => session !== foreign.id);

  await publisher.publish(topic, ["mine"]);
  await hold.waitFor(1);
  await foreign.publish(topic, ["other"]);

  // The sibling does not wait: it gets both events while the publisher is held.
  expect(await sibling.firstArgs(topic, 2)).toEqual(["mine", "other"]);
  expect(await publisher.events(topic, 0)).toEqual([]);
  hold.release();
  expect(await publisher.firstArgs(topic, 1)).toEqual(["other"]);
});

test("@G4 a sibling whose SUBSCRIBE is in flight gets the publications after it", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const topic = uri("topic");
  const [publisher, sibling] = await tabs.two();
  router.proxy.stall(true);
  await sibling.page.evaluate((topic) => {
    window.kit.start("subscribe", async () => {
      const record = (event: { args: readonly unknown[] }) =>
        window.kit.recorder(topic).add({ args: event.args });
      window.kit.track(topic, await window.session.subscribe(topic, record));
    });
  }, topic);
  // The hub has sent the SUBSCRIBE when it reports a pending request.
  await sibling.inspectUntil(({ sessions }) => sessions[0]?.pending === 1);
  await publisher.startPublish("publish", topic, ["early"]);
  expect(await publisher.settled("publish")).toMatchObject({ ok: true });

  router.proxy.stall(false);
  expect(await sibling.settled("subscribe")).toMatchObject({ ok: true });
  expect(await allOf(foreign, topic, [sibling], [1])).toEqual([["early", "marker"]]);
});

test("@G4 without a subscribed sibling the publication is sent unchanged", async ({ tabs, tap, uri }) => {
  const [publisher, sibling] = await tabs.two(tapped(tap));
  await publisher.subscribe(uri("topic"));
  await sibling.subscribe(uri("another"));

  await publisher.publish(uri("topic"), ["plain"]);
  await publisher.call("wamp.session.count");

  const [, , options] = tap.sent("PUBLISH")[0] ?? [];
  expect(options).not.toHaveProperty("exclude_me", false);
  expect(options).not.toHaveProperty("acknowledge", true);
});

test.describe("on a router without publisher exclusion", () => {
  test.use({ devOptions: { features: { publisher_exclusion: false } } });

  test("@G4 siblings still get the publication, and the publisher does not", async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    needsFaults(router);
    const topic = uri("topic");
    const [publisher, sibling] = await tabs.two();
    for (const tab of [publisher, sibling]) await tab.subscribe(topic);

    await publisher.publish(topic, ["hello"]);
    await sibling.firstArgs(topic, 1);

    expect(await allOf(foreign, topic, [publisher, sibling], [0, 1])).toEqual([
      ["marker"],
      ["hello", "marker"],
    ]);
  });
});
