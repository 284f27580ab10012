import { expect, test } from "./support/fixtures.js";
import { needsFaults } from "./support/needs.js";

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

test("@G10 a tab gets its events in wire order across all its subscriptions", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const tab = await tabs.open();
  await tab.page.evaluate(
    async ([exact, prefix]) => {
      const record = (event: { args: readonly unknown[] }) => window.kit.recorder("all").add(event.args[0]);
      window.kit.track("1", await window.session.subscribe(exact, record));
      window.kit.track("2", await window.session.subscribe(prefix, record, { match: "prefix" }));
      window.kit.track("3", await window.session.subscribe(`${prefix}two`, record));
    },
    [uri("exact"), uri("prefix.")] as const,
  );
  const topics = [uri("exact"), uri("prefix.one"), uri("exact"), uri("prefix.three")];

  // All publications are in flight at once.
  await Promise.all(numbers(router.burst).map((n) => foreign.publish(topics[n % topics.length] ?? "", [n])));

  expect(await tab.events("all", router.burst)).toEqual(numbers(router.burst));
});

test("@G10 a tab gets its invocations in wire order", async ({ tabs, router, foreign, uri }) => {
  const tab = await tabs.open();
  await tab.page.evaluate(
    async (procedures) => {
      for (const procedure of procedures) {
        const handler = ([n]: readonly unknown[]) => window.kit.recorder("all").add(n);
        window.kit.track(procedure, await window.session.register(procedure, handler));
      }
    },
    [uri("p"), uri("q")],
  );

  await Promise.all(numbers(router.burst).map((n) => foreign.call(n % 3 === 0 ? uri("p") : uri("q"), [n])));

  expect(await tab.events("all", router.burst)).toEqual(numbers(router.burst));
});

test("@G10 a tab's publications are sent in its order while another tab publishes too", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const topic = uri("topic");
  const each = Math.floor(router.burst / 2);
  const seen = await foreign.subscribe(topic);
  const all = await tabs.two();

  await Promise.all(
    all.map((tab) =>
      tab.page.evaluate(
        ([topic, name, each]) => {
          for (let n = 0; n < each; n += 1) void window.session.publish(topic, [name, n]);
        },
        [topic, tab.name, each] as const,
      ),
    ),
  );

  const events = (await seen.waitForCount(2 * each)).map(({ args }) => args);
  for (const tab of all)
    expect(events.filter(([name]) => name === tab.name).map(([, n]) => n)).toEqual(numbers(each));
});

test("@G10 a tab's calls are sent in its order", async ({ tabs, router, foreign, uri }) => {
  const seen: unknown[] = [];
  await foreign.register(uri("p"), ({ args, result }) => {
    seen.push(args[0]);
    result(args);
  });
  const tab = await tabs.open();

  await tab.page.evaluate(
    ([procedure, length]) =>
      Promise.all(Array.from({ length }, (_, n) => window.session.call(procedure, [n]))),
    [uri("p"), router.burst] as const,
  );

  expect(seen).toEqual(numbers(router.burst));
});

test("@G10 an event that waits for PUBLISHED holds back the later events of that tab", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const dev = needsFaults(router);
  const [publisher, sibling] = await tabs.two();
  await publisher.page.evaluate(
    async (topics) => {
      const record = (event: { args: readonly unknown[] }) => window.kit.recorder("all").add(event.args[0]);
      for (const topic of topics) window.kit.track(topic, await window.session.subscribe(topic, record));
    },
    [uri("one"), uri("two")],
  );
  await sibling.subscribe(uri("one"));
  const hold = dev.faults.hold("PUBLISHED", (_, session) => session !== foreign.id);

  await publisher.publish(uri("one"), ["echo"]);
  await hold.waitFor(1);
  await foreign.publish(uri("one"), [1]);
  await foreign.publish(uri("two"), [2]);
  await foreign.publish(uri("one"), [3]);
  await sibling.events(uri("one"), 3);
  hold.release();

  expect(await publisher.events("all", 3)).toEqual([1, 2, 3]);
});
