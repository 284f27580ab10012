import { expect, test } from "./support/fixtures.js";
import { needs, needsFaults } from "./support/needs.js";

test.beforeEach(({ router }) => needs(router, "broker", "event_retention"));

test("@G3 each subscriber that asks gets the retained event once, the others do not", async ({
  tabs,
  foreign,
  uri,
}) => {
  const topic = uri("topic");
  await foreign.publish(topic, ["kept"], {}, { retain: true });
  const [first, second, third] = await tabs.three();

  await first.subscribe(topic, { getRetained: true });
  await second.subscribe(topic, { getRetained: true });
  await third.subscribe(topic);
  await first.subscribe(topic, { getRetained: true }, "again");
  await first.subscribe(topic, {}, "plain");
  await foreign.publish(topic, ["marker"]);

  expect(await first.firstArgs(topic, 2)).toEqual(["kept", "marker"]);
  expect(await second.firstArgs(topic, 2)).toEqual(["kept", "marker"]);
  expect(await third.firstArgs(topic, 1)).toEqual(["marker"]);
  expect(await first.firstArgs("again", 2)).toEqual(["kept", "marker"]);
  expect(await first.firstArgs("plain", 1)).toEqual(["marker"]);
  expect((await second.events(topic, 2)).map(({ retained }) => retained)).toEqual([true, false]);
});

test("@G3 tabs that ask at the same moment get the retained event once each", async ({
  tabs,
  foreign,
  uri,
}) => {
  const topic = uri("topic");
  await foreign.publish(topic, ["kept"], {}, { retain: true });
  const all = await tabs.three();

  await Promise.all(all.map((tab) => tab.subscribe(topic, { getRetained: true })));
  await foreign.publish(topic, ["marker"]);

  for (const tab of all) expect(await tab.firstArgs(topic, 2)).toEqual(["kept", "marker"]);
});

test("@G3 a tab publishes a retained event, and another tab gets it later", async ({
  tabs,
  foreign,
  uri,
}) => {
  const topic = uri("topic");
  const [publisher, later] = await tabs.two();
  await publisher.publish(topic, ["kept"], { retain: true, acknowledge: true });

  await later.subscribe(topic, { getRetained: true });
  await foreign.publish(topic, ["marker"]);

  expect(await later.firstArgs(topic, 2)).toEqual(["kept", "marker"]);
});

test("@G3 retained events that arrive before SUBSCRIBED go to the subscriber that asked", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  needsFaults(router).faults.retainedBeforeSubscribed(true);
  const topic = uri("topic");
  await foreign.publish(topic, ["kept"], {}, { retain: true });
  const [first, second] = await tabs.two();

  await first.subscribe(topic, { getRetained: true });
  await second.subscribe(topic, { getRetained: true });
  await foreign.publish(topic, ["marker"]);

  for (const tab of [first, second]) expect(await tab.firstArgs(topic, 2)).toEqual(["kept", "marker"]);
});
