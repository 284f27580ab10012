import { expect, test } from "./support/fixtures.js";

test("@G17 when a worker never answers under the first name, two tabs share one session through the second", async ({
  tabs,
  pages,
  router,
  foreign,
  uri,
}) => {
  const options = { workerUrl: pages.badWorker("hangs-under-first-name.js"), attachTimeout: 4_000 };
  const [first, second] = await tabs.two(options);
  expect(await first.sessionId()).toBe(await second.sessionId());
  expect(router.proxy.connections()).toBe(1);
  const { incarnation, sessions } = await second.inspect();
  expect([incarnation, sessions[0]?.tabs.length]).toEqual([(await first.inspect()).incarnation, 2]);

  await first.subscribe(uri("topic"));
  await foreign.publish(uri("topic"), ["here"]);
  expect(await first.firstArgs(uri("topic"), 1)).toEqual(["here"]);
});

test("@G1 tabs that both workers answer share the session of the one that has it", async ({
  tabs,
  pages,
  router,
}) => {
  const workerUrl = pages.badWorker("misses-first-tab.js");
  // The first name answers all tabs but the first one, so that there are two live workers.
  const [first, second, third] = await tabs.three({ workerUrl, attachTimeout: 4_000 });
  const ids = [await first.sessionId(), await second.sessionId(), await third.sessionId()];
  expect(new Set(ids).size).toBe(1);
  expect(router.proxy.connections()).toBe(1);

  // The session is closed, and its lock released, with the last tab; then the first name is good again.
  for (const tab of [first, second, third]) await tab.leave();
  const next = await tabs.blank({ workerUrl });
  await next.connect();
  expect(router.proxy.connections()).toBe(2);
  expect((await next.inspect()).sessions).toHaveLength(1);
});

test("@G17 tabs on the second name find each other again after a crash", async ({ tabs, pages, router }) => {
  const options = { workerUrl: pages.badWorker("hangs-under-first-name.js"), attachTimeout: 2_000 };
  const [creator, first, second] = await tabs.three(options);
  const lost = await Promise.all([first.listenForStatus("connecting"), second.listenForStatus("connecting")]);
  await creator.crash();
  await Promise.all(lost.map((isLost) => isLost()));
  await Promise.all([first.waitForStatus("online"), second.waitForStatus("online")]);
  expect(await first.sessionId()).toBe(await second.sessionId());
  expect(router.proxy.connections()).toBe(2);
});
