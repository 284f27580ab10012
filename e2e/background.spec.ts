import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.js";
import { SyncEvents } from "./support/sync-events.js";
import type { Tab } from "./support/tab.js";
import type { Tabs } from "./support/tabs.js";

/** Registers the service worker; returns a function that makes it publish. */
async function background(tabs: Tabs, tab: Tab) {
  const { origin } = tabs.pages;
  const sync = await SyncEvents.register(tab.page as Page, `${origin}/e2e/pages/background-worker.js`);
  const { url, realm } = tabs.router;
  const options = { url, realm, workerUrl: `${origin}/dist/worker.js` };
  return (topic: string, args: readonly unknown[], others: object = {}) =>
    sync.dispatch(JSON.stringify({ options: { ...options, ...others }, topic, args }));
}

/** Listens in a page of the origin to the outcomes of the service worker; returns a function that resolves with the first `count`. */
async function listen(tab: Tab) {
  await tab.page.evaluate(() => {
    const outcomes = window.kit.recorder<string>("outcomes");
    new BroadcastChannel("background").onmessage = ({ data }) => outcomes.add(String(data));
  });
  return (count: number): Promise<string[]> =>
    tab.page.evaluate((count) => window.kit.recorder<string>("outcomes").waitForCount(count), count);
}

test("@G1 without a page, the service worker sends in the session of the pages and ends it with GOODBYE", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const events = await foreign.subscribe(uri("seen"));
  const tab = await tabs.blank();
  const publishLater = await background(tabs, tab);
  await tab.page.close();
  router.dev?.resetCounts();

  await publishLater(uri("seen"), ["from the background"]);

  expect(await events.waitForCount(1)).toMatchObject([{ args: ["from the background"] }]);
  await router.proxy.idle();
  // The other session is that of the test's own client.
  if (router.dev !== undefined) {
    expect(router.dev.counts.received).toMatchObject({ HELLO: 1, PUBLISH: 1, GOODBYE: 1 });
  }
});

test("@G1 two events at once have a session one after the other, and neither interrupts the other", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const events = await foreign.subscribe(uri("seen"));
  const tab = await tabs.blank();
  const outcomes = await listen(tab);
  const publishLater = await background(tabs, tab);
  router.dev?.resetCounts();

  await Promise.all([publishLater(uri("seen"), ["one"]), publishLater(uri("seen"), ["other"])]);

  expect(await outcomes(2)).toEqual(["done", "done"]);
  const got = await events.waitForCount(2);
  expect(got.map(({ args }) => args[0]).toSorted()).toEqual(["one", "other"]);
  await router.proxy.idle();
  // One more session is that of the test's own client.
  if (router.dev !== undefined) {
    expect(router.dev.counts.received).toMatchObject({ HELLO: 2, PUBLISH: 2, GOODBYE: 2 });
  }
});

test("@G1 while a page has the session, the service worker leaves it alone, and opens none of its own", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const events = await foreign.subscribe(uri("seen"));
  const { origin } = tabs.pages;
  const tab = await tabs.open({ workerUrl: `${origin}/dist/worker.js` });
  const outcomes = await listen(tab);
  const publishLater = await background(tabs, tab);
  const before = await router.sessionIds();

  await publishLater(uri("seen"), ["twice?"], { attachTimeout: 1_000 });

  expect(await outcomes(1)).toEqual(["elsewhere"]);
  expect(await router.sessionIds()).toEqual(before);
  expect(events.items).toEqual([]);
});

test("@G1 a page that is opened while the service worker has the session gets it", async ({
  tabs,
  router,
  uri,
}) => {
  test.skip(router.dev === undefined, "the development router holds back an answer");
  const { origin } = tabs.pages;
  const watcher = await tabs.blank();
  const outcomes = await listen(watcher);
  const publishLater = await background(tabs, watcher);
  const hold = router.dev?.faults.hold("PUBLISHED");

  await publishLater(uri("seen"), ["unanswered"]);
  await hold?.waitFor(1);
  const page = await tabs.open({ workerUrl: `${origin}/dist/worker.js` });

  expect(await page.status()).toMatchObject({ state: "online" });
  expect(await outcomes(1)).toEqual(["interrupted"]);
  expect(router.dev?.counts.received.GOODBYE).toBe(1);
});
