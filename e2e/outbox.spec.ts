import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engine } from "./engines/index.js";
import { startOwnProxy } from "./support/connection.js";
import { expect, joe, test } from "./support/fixtures.js";
import { ForeignInvocations } from "./support/foreign-invocations.js";
import { kill } from "./support/kill.js";
import { cannotRunIn, needsMethod } from "./support/needs.js";
import { everythingStored, storedWith } from "./support/stored.js";
import type { Tab } from "./support/tab.js";
import { Tabs } from "./support/tabs.js";

/** Publishes durably; resolves when it is stored. */
function publishDurably(tab: Tab, topic: string, value: number) {
  return tab.page.evaluate(
    ([topic, value]) => window.session.publish(topic, [value], { offline: "durable" }),
    [topic, value] as const,
  );
}

function listed(tab: Tab) {
  return tab.page.evaluate(async () =>
    (await window.session.outbox.list()).map(({ key, kind, uri, state, result, error }) => ({
      key,
      kind,
      uri,
      state,
      result: result?.args,
      error: error?.name,
    })),
  );
}

/** Opens a tab of a build of the application, whose worker has a URL of its own. */
async function openBuild(tabs: Tabs, build: string, url: string): Promise<Tab> {
  const workerUrl = `${tabs.pages.origin}/dist/worker.js?build=${build}`;
  const tab = await tabs.blank({ url, retry: { maxDelay: 100, initialDelay: 100 }, workerUrl });
  await tab.attach();
  return tab;
}

/** Calls a procedure durably that has no callee, so that the call stays in the outbox; resolves when it is stored. */
function callNoCallee(tab: Tab, procedure: string): Promise<void> {
  return tab.page.evaluate(
    (procedure) =>
      new Promise<void>((onStored) => {
        const call = window.session.call(procedure, [], { offline: "durable", onStored: () => onStored() });
        call.catch(() => undefined);
      }),
    procedure,
  );
}

test("@G16 a durable publication is accepted without a router, and reaches its subscribers once there is one", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const { proxy, url } = await startOwnProxy(router);
  proxy.refuse(true);
  const events = await foreign.subscribe(uri("topic"));
  const tab = await tabs.blank({
    url,
    retry: { maxDelay: 100, initialDelay: 100 },
  });
  await tab.attach();

  for (const value of [1, 2, 3]) await publishDurably(tab, uri("topic"), value);
  expect((await listed(tab)).map(({ state }) => state)).toEqual(["waiting", "waiting", "waiting"]);
  await tab.page.close();
  const next = await tabs.blank({ url: tab.options.url, retry: { maxDelay: 100, initialDelay: 100 } });
  await next.attach();
  proxy.refuse(false);

  const got = await events.waitForCount(3);
  expect(got.map(({ args }) => args[0])).toEqual([1, 2, 3]);
  expect(new Set(got.map(({ kwargs }) => kwargs["_key"])).size).toBe(3);
  await expect.poll(() => listed(next)).toEqual([]);
  await next.leave();
  await proxy.close();
});

test("@G16 a killed browser sends after its restart what was accepted, with the same key, and under no other principal", async ({
  pages,
  router,
  foreign,
  uri,
  playwright,
}) => {
  cannotRunIn("webkit", "the tests have no profile of it that outlives the browser");
  cannotRunIn("firefox", "the tests tell the processes of a browser by the name of Chromium's profile");
  needsMethod(router, "ticket");
  const profile = mkdtempSync(join(tmpdir(), "wamp-mux-profile-"));
  const { browserName = "chromium", channel, launchOptions } = engine.playwright ?? {};
  const { proxy, url } = await startOwnProxy(router);
  const retry = { initialDelay: 100, maxDelay: 100 };
  const auth = { method: "ticket", authid: joe.authid, secret: joe.ticket } as const;
  const events = await foreign.subscribe(uri("topic"));
  const start = async (options: object) => {
    const context = await playwright[browserName].launchPersistentContext(profile, {
      ...launchOptions,
      ...(channel !== undefined && { channel }),
    });
    return { context, tab: await new Tabs(context, pages, router).blank({ url, retry, ...options }) };
  };
  try {
    // The answers do not arrive: the router has the first publication, and the browser dies before it learns of that.
    const first = await start({ auth });
    await first.tab.connect();
    proxy.swallowAnswers(true);
    await publishDurably(first.tab, uri("topic"), 1);
    await events.waitForCount(1);
    await kill(first.context, profile);
    // Another one is accepted while there is no router.
    proxy.swallowAnswers(false);
    proxy.refuse(true);
    const second = await start({ auth });
    await second.tab.attach();
    await publishDurably(second.tab, uri("topic"), 2);
    await kill(second.context, profile);
    proxy.refuse(false);

    const other = await start({});
    await other.tab.connect();
    expect(await listed(other.tab)).toEqual([]);
    await kill(other.context, profile);
    expect(events.items).toHaveLength(1);
    const last = await start({ auth });
    await last.tab.connect();

    const got = await events.waitForCount(3);
    expect(got.map(({ args }) => args[0])).toEqual([1, 1, 2]);
    expect(new Set(got.map(({ kwargs }) => kwargs["_key"])).size).toBe(2);
    await expect.poll(() => listed(last.tab)).toEqual([]);
    await last.context.close();
  } finally {
    await proxy.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});

test("@G16 a tab that comes later learns what became of a call, and a worker that dies does not end its promise", async ({
  tabs,
  foreign,
  uri,
}) => {
  cannotRunIn("firefox", "the worker of Firefox and WebKit does not die with a tab");
  cannotRunIn("webkit", "the worker of Firefox and WebKit does not die with a tab");
  const [creator, tab] = await tabs.two();
  const held = await ForeignInvocations.register(foreign, uri("order"));
  await tab.page.evaluate((procedure) => {
    Object.assign(window, { order: window.session.call(procedure, ["book"], { offline: "durable" }) });
  }, uri("order"));
  await held.waitForCount(1);

  await creator.crash();

  await held.waitForCount(2);
  for (const invocation of held.items) invocation.result(["done"]);
  expect(await tab.page.evaluate(() => (window as unknown as { order: Promise<unknown> }).order)).toBe(
    "done",
  );
  const later = await tabs.open();
  expect(await listed(later)).toMatchObject([{ kind: "call", state: "done", result: ["done"] }]);
  const { key = "" } = (await listed(later))[0] ?? {};
  expect(await later.page.evaluate((key) => window.session.outbox.dismiss(key), key)).toBe(true);
  expect(await listed(tab)).toEqual([]);
});

test("@G16 two builds of an application at different URLs send an entry once, and one takes over what the other leaves", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const { proxy, url } = await startOwnProxy(router);
  proxy.refuse(true);
  const events = await foreign.subscribe(uri("topic"));
  const valuesOf = async (count: number) => (await events.waitForCount(count)).map(({ args }) => args[0]);
  const [older, newer] = [await openBuild(tabs, "older", url), await openBuild(tabs, "newer", url)];
  await publishDurably(older, uri("topic"), 1);
  await publishDurably(newer, uri("topic"), 2);
  await publishDurably(older, uri("topic"), 3);
  expect((await listed(newer)).length).toBe(1);

  proxy.refuse(false);
  expect((await valuesOf(3)).toSorted()).toEqual([1, 2, 3]);
  for (const tab of [older, newer]) await expect.poll(() => listed(tab)).toEqual([]);

  proxy.refuse(true);
  await publishDurably(older, uri("topic"), 4);
  await older.leave();
  proxy.refuse(false);
  expect((await valuesOf(4)).at(-1)).toBe(4);
  await expect.poll(() => listed(newer)).toEqual([]);
  // An event of an entry that was sent twice would be here before this one.
  await newer.page.evaluate(
    (topic) => window.session.publish(topic, [5], { acknowledge: true }),
    uri("topic"),
  );
  expect((await valuesOf(5)).slice(3)).toEqual([4, 5]);
  await newer.leave();
  await proxy.close();
});

test("@G16 a build that is online takes over what another one has stored meanwhile and leaves", async ({
  tabs,
  router,
  uri,
}) => {
  const older = await openBuild(tabs, "older", router.url);
  const newer = await openBuild(tabs, "newer", router.url);
  for (const tab of [older, newer]) await tab.page.evaluate(() => window.session.ready);
  await callNoCallee(older, uri("absent"));
  expect(await listed(newer)).toEqual([]);

  await older.leave();

  await expect.poll(() => listed(newer)).toMatchObject([{ kind: "call", uri: uri("absent") }]);
  await newer.leave();
});

test("@G16 @G15 logout in one build ends the session of another one, too, and nothing of both stays in the store", async ({
  tabs,
  router,
  uri,
}) => {
  const older = await openBuild(tabs, "older", router.url);
  const newer = await openBuild(tabs, "newer", router.url);
  for (const tab of [older, newer]) {
    await tab.page.evaluate(() => window.session.ready);
    await callNoCallee(tab, uri("absent"));
  }
  await storedWith(newer, String(await newer.sessionId()));

  await older.page.evaluate(() => window.session.logout());

  expect(await newer.page.evaluate(async () => (await window.session.closed).kind)).toBe("logged-out");
  await expect.poll(() => everythingStored(older)).not.toContain(router.realm);
});
