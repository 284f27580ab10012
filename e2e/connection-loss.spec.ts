import {
  allOnline,
  dropConnection,
  listenForLoss,
  quickRetry as retry,
  startOutage,
  tapped,
} from "./support/connection.js";
import { expect, test } from "./support/fixtures.js";
import { ForeignInvocations } from "./support/foreign-invocations.js";

test("@G7 a lost connection rejects the requests in flight with ConnectionLostError, in every tab", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const all = await tabs.two({ retry });
  const held = await ForeignInvocations.register(foreign, uri("slow"));
  for (const tab of all) await tab.startCall("call", uri("slow"));
  await held.waitForCount(2);
  const waiting = await listenForLoss(all);

  router.proxy.drop();

  for (const tab of all) {
    expect(await tab.settled("call")).toMatchObject({
      ok: false,
      error: { name: "ConnectionLostError", sent: true, isWampMuxError: true },
    });
  }
  for (const status of await waiting()) {
    expect(status).toMatchObject({ state: "waiting", reason: { name: "ConnectionLostError" } });
  }
  await allOnline(all);
});

test("@G13 a reconnect restores subscriptions and registrations once, with the same handles", async ({
  tabs,
  router,
  tap,
  foreign,
  uri,
}) => {
  const [first, second] = await tabs.two(tapped(tap, { retry }));
  await first.subscribe(uri("topic"));
  await second.subscribe(uri("topic"));
  await second.subscribe(uri("tree"), { match: "prefix" });
  await first.register(uri("p"), "who", { invoke: "roundrobin" });
  await second.register(uri("p"), "who", { invoke: "roundrobin" });
  const ids = [await first.sessionId()];

  for (let loss = 1; loss <= 2; loss += 1) {
    await dropConnection(router, [first, second]);
    await allOnline([first, second]);
    for (const tab of [first, second]) await tab.call("wamp.session.count");
    ids.push(await first.sessionId());

    expect(await second.sessionId()).toBe(ids.at(-1));
    expect(tap.sent("SUBSCRIBE")).toHaveLength(2 * (loss + 1));
    expect(tap.sent("REGISTER")).toHaveLength(1 * (loss + 1));
    await foreign.publish(uri("topic"), [loss]);
    await foreign.publish(uri("tree.leaf"), [loss]);
    expect((await first.firstArgs(uri("topic"), loss)).at(-1)).toBe(loss);
    expect((await second.firstArgs(uri("topic"), loss)).at(-1)).toBe(loss);
    expect((await second.firstArgs(uri("tree"), loss)).at(-1)).toBe(loss);
    const answers = [await foreign.call(uri("p")), await foreign.call(uri("p"))];
    expect(answers.map(({ args }) => args[0]).sort()).toEqual(["tab1", "tab2"]);
  }

  expect(new Set(ids).size).toBe(3);
  await first.end(uri("topic"));
  await second.end(uri("topic"));
  expect(tap.sent("UNSUBSCRIBE")).toHaveLength(1);
});

test("@G7 requests without a session wait for the next one, or fail, as their options say", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  await foreign.register(uri("echo"), ({ args, result }) => result(args));
  const seen = await foreign.subscribe(uri("topic"));
  const tab = await tabs.open({ retry });
  const endOutage = await startOutage(router, [tab]);

  await tab.startCall("waits", uri("echo"), ["patient"]);
  await tab.startPublish("publishes", uri("topic"), ["patient"], { acknowledge: true });
  expect(await tab.callOutcome(uri("echo"), [], { offline: "fail" })).toMatchObject({
    ok: false,
    error: { name: "OfflineError" },
  });
  expect(await tab.callOutcome(uri("echo"), [], { timeout: 50 })).toMatchObject({
    ok: false,
    error: { name: "TimeoutError", sent: false },
  });
  expect(await tab.isSettled("waits")).toBe(false);

  endOutage();

  expect(await tab.settled("waits")).toEqual({ ok: true, value: "patient" });
  expect(await tab.settled("publishes")).toMatchObject({ ok: true });
  expect(await seen.waitForCount(1)).toMatchObject([{ args: ["patient"] }]);
});

test("@G11 reconnectNow() does not wait for the delay", async ({ tabs, router }) => {
  const [tab, sibling] = await tabs.two({ retry: { initialDelay: 3_600_000, maxDelay: 3_600_000 } });
  await dropConnection(router, [tab]);

  await sibling.page.evaluate(() => window.session.reconnectNow());

  await allOnline([tab, sibling]);
});

test("@G11 after `maxAttempts` without a WELCOME the session is closed", async ({ tabs, router, uri }) => {
  router.proxy.refuse(true);
  const tab = await tabs.blank({ retry: { ...retry, maxAttempts: 3 } });
  await tab.attach();
  await tab.startCall("call", uri("p"));

  const kind = await tab.page.evaluate(async () => (await window.session.closed).kind);

  expect(kind).toBe("closed");
  expect(await tab.settled("call")).toMatchObject({ ok: false, error: { name: "SessionClosedError" } });
  router.proxy.refuse(false);
  await tab.connect();
});

test("@G9 the signal of a handler is aborted when its connection is lost", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const tab = await tabs.open({ retry });
  await tab.register(uri("hold"), "hold");
  const answer = foreign.call(uri("hold"));
  answer.catch(() => {});
  await tab.invocations(uri("hold"), 1);

  router.proxy.drop();

  await tab.events(`${uri("hold")}!`, 1);
  await expect(answer).rejects.toMatchObject({ name: "ForeignError" });
  await tab.waitForStatus("online");
  await tab.release(uri("hold"), "too late");
  // Restores precede every request.
  await tab.subscribe(uri("fence"));
  const again = foreign.call(uri("hold"));
  await tab.invocations(uri("hold"), 2);
  await tab.release(uri("hold"), "in time");
  expect(await again).toMatchObject({ args: ["in time"] });
});

test("@G7 an attempt is abandoned after connectTimeout when the router does not answer HELLO", async ({
  tabs,
  router,
}) => {
  router.proxy.stall(true);
  const tab = await tabs.blank({ connectTimeout: 100, retry });
  await tab.attach();

  expect(await tab.waitForStatus("waiting")).toMatchObject({ state: "waiting" });

  router.proxy.stall(false);
  await tab.waitForStatus("online");
});
