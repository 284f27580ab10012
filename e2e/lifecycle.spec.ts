import { tapped } from "./support/connection.js";
import { expect, test } from "./support/fixtures.js";
import { needsExtendedLifetime, needsFaults } from "./support/needs.js";
import { wrongServers } from "./support/wrong-servers.js";

/** Records the outcomes of `ready` and `closed` in the page. */
const watch = () => {
  window.kit.start("ready", () => window.session.ready);
  window.kit.start("closed", () =>
    window.session.closed.then((reason) => ({
      kind: reason.kind,
      error: reason.kind === "closed" ? window.kit.error(reason.error) : undefined,
    })),
  );
};

test("HELLO announces the roles with the implemented features, and the agent", async ({ tabs, tap }) => {
  await tabs.open(tapped(tap));

  const [, realm, details] = tap.sent("HELLO")[0] ?? [];

  expect(realm).toBe("realm1");
  expect(details).toMatchObject({
    agent: expect.stringMatching(/^wamp-mux/),
    roles: {
      caller: { features: { call_canceling: true, progressive_call_results: true } },
      callee: {
        features: { call_canceling: true, progressive_call_results: true, shared_registration: true },
      },
      publisher: { features: { publisher_exclusion: true } },
      subscriber: { features: { pattern_based_subscription: true } },
    },
  });
});

test("ABORT closes the session with an error that has the router's URI", async ({ tabs }) => {
  const [tab, sibling] = [
    await tabs.blank({ realm: "no.such.realm" }),
    await tabs.blank({ realm: "no.such.realm" }),
  ];
  for (const one of [tab, sibling]) {
    await one.attach();
    await one.page.evaluate(watch);
  }

  const error = { name: "JoinError", uri: "wamp.error.no_such_realm", isWampMuxError: true, hasStack: true };
  for (const one of [tab, sibling]) {
    expect(await one.settled("ready")).toMatchObject({ ok: false, error });
    expect(await one.settled("closed")).toMatchObject({ ok: true, value: { kind: "closed", error } });
    expect(await one.status()).toMatchObject({ state: "closed" });
    expect(await one.callOutcome("com.example.p")).toMatchObject({
      ok: false,
      error: { name: "SessionClosedError" },
    });
  }
});

test("an ABORT for another reason carries that reason", async ({ tabs, router }) => {
  const dev = needsFaults(router);
  dev.faults.abortNext("wamp.error.not_authorized");
  const tab = await tabs.blank();
  await tab.attach();
  await tab.page.evaluate(watch);

  expect(await tab.settled("ready")).toMatchObject({
    error: { name: "JoinError", uri: "wamp.error.not_authorized" },
  });

  await tab.connect();
  expect(await tab.status()).toMatchObject({ state: "online" });
});

test("@G11 the session answers the router's GOODBYE, and joins again after a shutdown", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const dev = needsFaults(router);
  const [tab, sibling] = await tabs.two({ retry: { initialDelay: 1 } });
  const id = await tab.sessionId();
  await sibling.subscribe(uri("topic"));
  await tab.startCall("call", uri("held"));
  const left = await tab.listenForStatus("waiting");

  dev.faults.goodbye("wamp.close.system_shutdown", id);

  await dev.faults.waitFor("GOODBYE", 1);
  expect(await left()).toMatchObject({ state: "waiting" });
  expect(await tab.settled("call")).toMatchObject({ ok: false });
  await Promise.all([tab.waitForStatus("online"), sibling.waitForStatus("online")]);
  expect(await tab.sessionId()).not.toBe(id);
  await sibling.subscribe(uri("fence"));
  await foreign.publish(uri("topic"), ["again"]);
  expect(await sibling.firstArgs(uri("topic"), 1)).toEqual(["again"]);
});

test("@G18 leave() of one tab leaves the others their session", async ({ tabs, router, foreign, uri }) => {
  const [leaver, other] = await tabs.two();
  const id = await other.sessionId();
  await leaver.register(uri("p"), "who");
  await leaver.subscribe(uri("topic"));
  await other.subscribe(uri("topic"));
  await leaver.startCall("call", uri("held"));
  await leaver.settled("call");
  await leaver.page.evaluate(watch);

  await leaver.leave();
  await leaver.leave();

  expect(await leaver.settled("closed")).toMatchObject({ ok: true, value: { kind: "left" } });
  expect(await leaver.status()).toMatchObject({ state: "closed" });
  expect(await leaver.callOutcome(uri("p"))).toMatchObject({
    ok: false,
    error: { name: "SessionClosedError" },
  });
  await expect(foreign.call(uri("p"))).rejects.toMatchObject({ uri: "wamp.error.no_such_procedure" });
  await foreign.publish(uri("topic"), ["after"]);
  expect(await other.firstArgs(uri("topic"), 1)).toEqual(["after"]);
  expect(await leaver.events(uri("topic"), 0)).toEqual([]);
  expect(await other.sessionId()).toBe(id);

  await leaver.connect();
  expect(await leaver.sessionId()).toBe(id);
  expect(router.proxy.connections()).toBe(1);
});

test("@G18 leave() of the last tab sends GOODBYE at once", async ({ tabs, router, tap }) => {
  const [first, second] = await tabs.two(tapped(tap, { linger: 600_000 }));
  const id = await first.sessionId();
  await first.leave();
  expect(tap.sent("GOODBYE")).toEqual([]);
  expect(await second.sessionId()).toBe(id);

  await second.leave();

  expect(tap.sent("GOODBYE")).toHaveLength(1);
  await router.proxy.idle();
  expect(await router.sessionIds()).not.toContain(id);
  await second.connect();
  expect(await second.sessionId()).not.toBe(id);
});

test("@G18 when the last tab vanishes, its registrations are released at once and its session ends after `linger`", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const tab = await tabs.open({ linger: 500 });
  await needsExtendedLifetime(tab);
  const id = await tab.sessionId();
  await tab.register(uri("p"), "who");
  await tab.subscribe(uri("topic"));

  await tab.page.close();

  for (;;) {
    const gone = await foreign.call(uri("p")).then(
      () => false,
      (error: { uri?: string }) => error.uri === "wamp.error.no_such_procedure",
    );
    if (gone) break;
  }
  expect(router.proxy.open()).toBe(1);
  expect(await router.sessionIds()).toContain(id);
  await router.proxy.idle();
  expect(await router.sessionIds()).not.toContain(id);
  if (router.dev !== undefined) expect(router.dev.counts.received.GOODBYE).toBe(1);
});

test("@G18 the session survives a reload of the only tab", async ({ tabs, router, foreign, uri }) => {
  const tab = await tabs.open();
  await needsExtendedLifetime(tab);
  const id = await tab.sessionId();
  await tab.register(uri("p"), "who");

  await tab.page.reload();
  await tab.connect();

  expect(await tab.sessionId()).toBe(id);
  expect(router.proxy.connections()).toBe(1);
  await tab.register(uri("p"), "who");
  expect(await foreign.call(uri("p"))).toMatchObject({ args: ["tab1"] });
});

test("@G18 a site of many pages keeps one session over 20 full navigations", async ({ tabs, router }) => {
  const tab = await tabs.open();
  await needsExtendedLifetime(tab);
  const id = await tab.sessionId();

  for (let page = 1; page <= 20; page += 1) {
    await tab.page.goto(`${tabs.pages.blank}?page=${page}`);
    await tab.connect();
    expect(await tab.sessionId()).toBe(id);
  }

  expect(router.proxy.connections()).toBe(1);
});

test("@G18 over full navigations a session goes on, or begins again from what is stored of it", async ({
  tabs,
  router,
}) => {
  const gone = await wrongServers["a proxy that refuses the upgrade with 403"]();
  const tab = await tabs.open({ url: [gone.url, router.url], retry: { initialDelay: 1, maxDelay: 20 } });
  expect(gone.connections()).toBe(1);

  for (let page = 1; page <= 3; page += 1) {
    await tab.page.goto(`${tabs.pages.blank}?page=${page}`);
    await tab.connect();
    expect(await tab.status()).toMatchObject({
      state: "online",
      url: router.url,
      storage: { kind: "indexeddb" },
    });
  }

  // Where a worker ends with its last page, the next one knows from IndexedDB which URL has worked.
  expect(gone.connections()).toBe(1);
  await gone.close();
});

test("the requests of a tab that leaves are settled", async ({ tabs, foreign, uri }) => {
  await foreign.register(uri("never"), () => {});
  const [tab] = await tabs.two();
  await tab.startCall("call", uri("never"));

  await tab.leave();

  expect(await tab.settled("call")).toMatchObject({ ok: false, error: { name: "SessionClosedError" } });
});

test("await using leaves the session at the end of the block", async ({ tabs }) => {
  const [tab, other] = await tabs.two();

  const kind = await tab.page.evaluate(async () => {
    await window.session[Symbol.asyncDispose]();
    return (await window.session.closed).kind;
  });

  expect(kind).toBe("left");
  await other.inspectUntil(({ sessions }) => sessions[0]?.tabs.length === 1);
});
