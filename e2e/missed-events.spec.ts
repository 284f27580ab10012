import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engine } from "./engines/index.js";
import { quickRetry as retry, startOutage } from "./support/connection.js";
import { expect, test } from "./support/fixtures.js";
import { follow, gapsOf, heard, historyOf, keepAlive, live, numbers, recovered } from "./support/followed.js";
import { cannotRunIn, shows } from "./support/needs.js";
import type { RouterUnderTest } from "./support/router.js";
import { storedWith } from "./support/stored.js";
import type { Tab } from "./support/tab.js";
import { Tabs } from "./support/tabs.js";

/** Keeps the tabs off the router while something happens. */
async function offline(
  router: RouterUnderTest,
  tabs: readonly Tab[],
  task: () => Promise<void>,
): Promise<void> {
  const end = await startOutage(router, tabs);
  await task();
  end();
}

test("@G14 1,000 events that were missed are delivered once, in order, before what comes then", async ({
  tabs,
  router,
  foreign,
}) => {
  shows("broker.event_history");
  const topic = historyOf("reconnect");
  await keepAlive(router, topic);
  const [first, second] = await tabs.two({ retry });
  for (const tab of [first, second]) await follow(tab, topic);
  await foreign.publish(topic, ["before"]);
  await heard(first, topic, 1);
  await heard(second, topic, 1);
  await first.publish(topic, ["of the first tab"], { acknowledge: true });
  await heard(second, topic, 2);
  const missed = numbers(1_000);

  await offline(router, [first, second], async () => {
    for (const number of missed) await foreign.publish(topic, [number]);
  });
  await heard(first, topic, 1_001);
  await foreign.publish(topic, ["after"]);

  expect(await heard(first, topic, 1_002)).toEqual([
    ...live(topic, "before"),
    ...recovered(topic, ...missed),
    ...live(topic, "after"),
  ]);
  expect(await heard(second, topic, 1_003)).toEqual([
    ...live(topic, "before", "of the first tab"),
    ...recovered(topic, ...missed),
    ...live(topic, "after"),
  ]);
  expect([await gapsOf(first, topic), await gapsOf(second, topic)]).toEqual([[], []]);
});

test("@G14 events of a pattern are recovered with their topics", async ({ tabs, router, foreign }) => {
  const tree = historyOf("tree");
  await keepAlive(router, tree, { match: "prefix" });
  const tab = await tabs.open({ retry });
  await follow(tab, tree, "prefix");
  await foreign.publish(`${tree}.a`, [1]);
  await heard(tab, tree, 1);

  await offline(router, [tab], async () => {
    await foreign.publish(`${tree}.b`, [2]);
    await foreign.publish(`${tree}.c`, [3]);
  });

  expect(await heard(tab, tree, 3)).toEqual([
    ...live(`${tree}.a`, 1),
    ...recovered(`${tree}.b`, 2),
    ...recovered(`${tree}.c`, 3),
  ]);
});

test("@G14 a gap is told where the history is too short, or where there is none", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const [short, none] = [historyOf("short"), uri("none")];
  for (const topic of [short, none]) await keepAlive(router, topic);
  const tab = await tabs.open({ retry });
  for (const topic of [short, none]) await follow(tab, topic);
  const since = await foreign.publish(short, ["before"]);
  await foreign.publish(none, ["before"]);
  await heard(tab, short, 1);
  await heard(tab, none, 1);

  await offline(router, [tab], async () => {
    for (const number of numbers(50)) await foreign.publish(short, [number]);
    await foreign.publish(none, ["missed"]);
  });

  expect(await gapsOf(tab, short, 1)).toEqual([{ since, reason: "expired" }]);
  expect(await heard(tab, short, 6)).toEqual([
    ...live(short, "before"),
    ...recovered(short, 45, 46, 47, 48, 49),
  ]);
  const [gap] = await gapsOf(tab, none, 1);
  // Nexus does not tell a topic without history from one with an empty one.
  expect(gap?.reason).toBe(router.name === "nexus" ? "expired" : "unavailable");
});

test("@G14 @G17 a page goes on where it stood when the worker dies", async ({ tabs, router, foreign }) => {
  const topic = historyOf("crash");
  await keepAlive(router, topic);
  const [creator, survivor] = await tabs.two({ retry });
  await follow(survivor, topic);
  await foreign.publish(topic, ["before"]);
  await heard(survivor, topic, 1);

  router.proxy.refuse(true);
  const session = await survivor.sessionId();
  await creator.crash();
  // Crossbar.io loses an event that is published while the connection of a receiver is being closed.
  await expect.poll(() => router.sessionIds()).not.toContain(session);
  for (const number of numbers(100)) await foreign.publish(topic, [number]);
  router.proxy.refuse(false);

  await heard(survivor, topic, 101);
  await foreign.publish(topic, ["after"]);
  const events = await heard(survivor, topic, 102);
  expect(events.map(({ value }) => value)).toEqual(["before", ...numbers(100), "after"]);
  expect(await gapsOf(survivor, topic)).toEqual([]);
});

test("@G14 @G15 what was missed while the browser was closed is delivered when it is open again", async ({
  pages,
  router,
  foreign,
  playwright,
}) => {
  cannotRunIn("webkit", "the tests have no profile of it that outlives the browser");
  const topic = historyOf("reopened");
  await keepAlive(router, topic);
  const profile = mkdtempSync(join(tmpdir(), "wamp-mux-profile-"));
  const { browserName = "chromium", channel, launchOptions } = engine.playwright ?? {};
  const start = async () => {
    const context = await playwright[browserName].launchPersistentContext(profile, {
      ...launchOptions,
      ...(channel !== undefined && { channel }),
    });
    const tab = await new Tabs(context, pages, router).open({ retry });
    await follow(tab, topic);
    return { context, tab };
  };
  try {
    const before = await start();
    const last = await foreign.publish(topic, ["before"]);
    await heard(before.tab, topic, 1);
    // Only the first place is stored at once; without the later one, the event would come again.
    await storedWith(before.tab, String(last));
    await before.context.close();
    await router.proxy.idle();
    for (const number of numbers(100)) await foreign.publish(topic, [number]);

    const after = await start();

    await heard(after.tab, topic, 100);
    await foreign.publish(topic, ["after"]);
    expect(await heard(after.tab, topic, 101)).toEqual([
      ...recovered(topic, ...numbers(100)),
      ...live(topic, "after"),
    ]);
    await after.tab.page.evaluate(() => window.session.logout());
    await after.context.close();
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
});
