import { tapped } from "./support/connection.js";
import { expect, test } from "./support/fixtures.js";
import { ForeignInvocations } from "./support/foreign-invocations.js";
import { has, needsWorkerRequests } from "./support/needs.js";
import { isIdle } from "./support/tabs.js";

test("@G7 the session's callTimeout ends a call that has no timeout of its own", async ({
  tabs,
  foreign,
  uri,
}) => {
  const held = await ForeignInvocations.register(foreign, uri("slow"));
  const tab = await tabs.open({ callTimeout: 100 });
  await tab.startCall("patient", uri("slow"), [], { timeout: 0 });

  expect(await tab.callOutcome(uri("slow"))).toMatchObject({
    ok: false,
    error: { name: "TimeoutError", timeout: 100, sent: true },
  });

  expect(await tab.isSettled("patient")).toBe(false);
  for (const invocation of await held.waitForCount(2)) invocation.result(["done"]);
  expect(await tab.settled("patient")).toEqual({ ok: true, value: "done" });
});

test("@G9 a call's timeout is sent to a router that announced call timeouts", async ({
  tabs,
  router,
  tap,
  foreign,
  uri,
}) => {
  const held = await ForeignInvocations.register(foreign, uri("p"));
  const tab = await tabs.open(tapped(tap));

  await tab.startCall("call", uri("p"), [], { timeout: 60_000 });
  (await held.waitForCount(1))[0]?.result([]);

  expect(await tab.settled("call")).toMatchObject({ ok: true });
  const [, , options] = tap.sent("CALL")[0] ?? [];
  // The time that the call has waited is subtracted.
  const timeout: unknown = expect.closeTo(60_000, -3);
  if (has(router, "dealer", "call_timeout")) expect(options).toMatchObject({ timeout });
  else expect(options).toEqual({});
});

test("@G7 every kind of request has a deadline when the router falls silent", async ({
  tabs,
  router,
  uri,
}) => {
  const tab = await tabs.open({ requestTimeout: 100 });
  await tab.subscribe(uri("held"));
  await tab.register(uri("held"), "sum", {}, "registration");
  router.proxy.stall(true);

  const late = { ok: false, error: { name: "TimeoutError", timeout: 100, sent: true } };
  expect(await tab.subscribeOutcome(uri("topic"))).toMatchObject(late);
  expect(await tab.registerOutcome(uri("p"), "sum")).toMatchObject(late);
  expect(await tab.publishOutcome(uri("topic"), [], { acknowledge: true })).toMatchObject(late);
  expect(await tab.callOutcome(uri("p"), [], { timeout: 100 })).toMatchObject(late);
  // An unacknowledged publish expects no answer: it resolves when it is sent.
  expect(await tab.publishOutcome(uri("topic"))).toEqual({ ok: true, value: undefined });

  router.proxy.stall(false);
  await tab.end(uri("held"));
  await tab.end("registration");
  await tab.inspectUntil(isIdle);
});

for (const [answer, why] of [
  ["refuse", "the server refuses the worker's script"],
  ["hang", "the server does not answer"],
] as const) {
  test(`@G7 without a worker, since ${why}, requests reject at their deadline, or at once with offline: "fail"`, async ({
    tabs,
    pages,
    foreign,
    uri,
  }) => {
    needsWorkerRequests();
    const [creator, survivor] = await tabs.two({
      requestTimeout: 300,
      retry: { initialDelay: 50, maxDelay: 50 },
    });
    const held = await ForeignInvocations.register(foreign, uri("p"));
    const outage = pages.watch("worker.js", answer);
    try {
      await creator.crash();
      await survivor.waitForStatus("connecting");

      const outcomes = await Promise.all([
        survivor.callOutcome(uri("p"), [], { offline: "fail" }),
        survivor.callOutcome(uri("p"), [], { timeout: 200 }),
        survivor.subscribeOutcome(uri("topic")),
        survivor.publishOutcome(uri("topic"), [], { acknowledge: true }),
      ]);
      const timedOut = (timeout: number) => ({
        ok: false,
        error: { name: "TimeoutError", timeout, sent: false },
      });
      expect(outcomes).toMatchObject([
        { ok: false, error: { name: "OfflineError" } },
        timedOut(200),
        timedOut(300),
        timedOut(300),
      ]);

      await survivor.startCall("aborted", uri("p"));
      await survivor.abort("aborted");
      expect(await survivor.settled("aborted")).toMatchObject({ ok: false, error: { name: "AbortError" } });
    } finally {
      outage.end();
    }
    // A browser waits for a script that hangs as long as the connection lasts.
    if (answer === "hang") return;
    await survivor.waitForStatus("online");
    await survivor.startCall("online", uri("p"), ["online"]);
    expect((await held.waitForCount(1)).map(({ args }) => args)).toEqual([["online"]]);
  });
}
