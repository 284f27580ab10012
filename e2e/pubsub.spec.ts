import { tapped } from "./support/connection.js";
import { expect, test } from "./support/fixtures.js";
import { has, needs } from "./support/needs.js";

test("events of a foreign session and of a sibling reach exact, prefix and wildcard subscriptions", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  needs(router, "broker", "pattern_based_subscription");
  const [tab, sibling] = await tabs.two();
  await tab.subscribe(uri("a.b"), {}, "exact");
  await tab.subscribe(uri("a"), { match: "prefix" }, "prefix");
  await tab.subscribe(uri("a.b").replace(/a\.b$/, ".b"), { match: "wildcard" }, "wildcard");

  const publication = await foreign.publish(uri("a.b"), [1], { two: 2 });
  await sibling.publish(uri("a.c"), ["sibling"]);
  await foreign.publish(uri("c.b"), ["wild"]);

  const event = { topic: uri("a.b"), args: [1], kwargs: { two: 2 }, publication, retained: false };
  expect(await tab.events("exact", 1)).toEqual([event]);
  expect(await tab.events("prefix", 2)).toMatchObject([event, { topic: uri("a.c"), args: ["sibling"] }]);
  expect(await tab.events("wildcard", 2)).toMatchObject([event, { topic: uri("c.b"), args: ["wild"] }]);
  expect(await tab.events("exact", 0)).toHaveLength(1);
});

test("@G2 subscriptions of several tabs share one on the wire, until the last one leaves", async ({
  tabs,
  tap,
  foreign,
  uri,
}) => {
  const [first, second, third] = await tabs.three(tapped(tap));
  await Promise.all([
    first.subscribe(uri("topic")),
    second.subscribe(uri("topic")),
    third.subscribe(uri("topic")),
  ]);
  await first.subscribe(uri("topic"), {}, "again");

  expect(tap.sent("SUBSCRIBE")).toHaveLength(1);
  expect((await first.inspect()).sessions[0]?.wireSubscriptions).toMatchObject([
    { topic: uri("topic"), locals: 4 },
  ]);
  await foreign.publish(uri("topic"), ["to all"]);
  for (const tab of [first, second, third]) expect(await tab.firstArgs(uri("topic"), 1)).toEqual(["to all"]);
  expect(await first.firstArgs("again", 1)).toEqual(["to all"]);

  await first.end(uri("topic"));
  await first.end("again");
  await second.end(uri("topic"));
  expect(tap.sent("UNSUBSCRIBE")).toEqual([]);
  await foreign.publish(uri("topic"), ["to the last"]);
  expect(await third.firstArgs(uri("topic"), 2)).toEqual(["to all", "to the last"]);
  expect(await first.events(uri("topic"), 1)).toHaveLength(1);

  await third.end(uri("topic"));
  expect(tap.sent("UNSUBSCRIBE")).toHaveLength(1);
  expect((await first.inspect()).sessions[0]?.wireSubscriptions).toEqual([]);
});

test("@G2 each match policy of a topic has its own wire subscription", async ({
  tabs,
  tap,
  foreign,
  uri,
}) => {
  const [first, second] = await tabs.two(tapped(tap));
  for (const tab of [first, second]) {
    await tab.subscribe(uri("topic"), {}, "exact");
    await tab.subscribe(uri("topic"), { match: "prefix" }, "prefix");
  }
  expect(tap.sent("SUBSCRIBE")).toHaveLength(2);

  await foreign.publish(uri("topic"), [1]);
  await foreign.publish(uri("topic.below"), [2]);
  await foreign.publish(uri("topic"), [3]);

  for (const tab of [first, second]) {
    expect(await tab.firstArgs("exact", 2)).toEqual([1, 3]);
    expect(await tab.firstArgs("prefix", 3)).toEqual([1, 2, 3]);
  }
});

test("an acknowledged publication has the id that its subscribers see, an unacknowledged one has none", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [publisher, sibling] = await tabs.two();
  const seen = await foreign.subscribe(uri("topic"));
  await sibling.subscribe(uri("topic"));

  const publication = await publisher.publish(uri("topic"), ["acknowledged"], {
    acknowledge: true,
    kwargs: { k: 1 },
  });
  expect(await publisher.publish(uri("topic"), ["not"])).toBeUndefined();

  expect(await sibling.events(uri("topic"), 2)).toMatchObject([
    { publication, args: ["acknowledged"], kwargs: { k: 1 } },
    { args: ["not"] },
  ]);
  expect(await seen.waitForCount(2)).toMatchObject([{ publication }, { args: ["not"] }]);
});

test("the publisher's options reach the router", async ({ tabs, tap, foreign, router, uri }) => {
  needs(router, "broker", "subscriber_blackwhite_listing");
  const tab = await tabs.open(tapped(tap));
  const excluded = await router.foreign();
  const [seen, unseen] = [await foreign.subscribe(uri("topic")), await excluded.subscribe(uri("topic"))];

  await tab.publish(uri("topic"), ["disclosed"], {
    discloseMe: true,
    exclude: [excluded.id],
    acknowledge: true,
  });
  await tab.publish(uri("topic"), ["chosen"], { eligible: [foreign.id], acknowledge: true });
  await tab.publish(uri("topic"), ["all"], { acknowledge: true });

  expect((await seen.waitForCount(3)).map(({ args }) => args[0])).toEqual(["disclosed", "chosen", "all"]);
  expect((await unseen.waitForCount(1)).map(({ args }) => args[0])).toEqual(["all"]);
  expect(tap.sent("PUBLISH")[0]?.[2]).toMatchObject({
    disclose_me: true,
    exclude: [excluded.id],
    acknowledge: true,
  });
  if (has(router, "broker", "publisher_identification")) {
    expect(seen.items[0]).toMatchObject({ publisher: await tab.sessionId() });
  }
});

test("events() subscribes at the first next() and unsubscribes at the end of the loop", async ({
  tabs,
  foreign,
  uri,
}) => {
  const [tab, observer] = await tabs.two();

  await tab.page.evaluate((topic) => {
    const iterable = window.session.events(topic);
    window.kit.start("loop", async () => {
      const seen = [];
      for await (const event of iterable) if (seen.push(event.args[0]) === 3) break;
      return seen;
    });
  }, uri("topic"));
  await observer.inspectUntil(
    ({ sessions }) => sessions[0]?.wireSubscriptions.length === 1 && sessions[0].pending === 0,
  );
  for (const n of [1, 2, 3, 4]) await foreign.publish(uri("topic"), [n]);

  expect(await tab.settled("loop")).toEqual({ ok: true, value: [1, 2, 3] });
  expect((await observer.inspect()).sessions[0]?.wireSubscriptions).toEqual([]);
});
