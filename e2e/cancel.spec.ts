import { expect, test } from "./support/fixtures.js";
import { ForeignInvocations } from "./support/foreign-invocations.js";
import { needs, needsFaults } from "./support/needs.js";

test.describe("where the router announced call canceling", () => {
  test.beforeEach(({ router }) => needs(router, "dealer", "call_canceling"));

  test("@G9 killnowait rejects at once and interrupts the handler", async ({
    tabs,
    rawCallee,
    foreign,
    uri,
  }) => {
    const held = await ForeignInvocations.register(rawCallee, uri("slow"));
    const tab = await tabs.open();
    await tab.startCall("call", uri("slow"), [], { cancelMode: "killnowait" });
    const [invocation] = await held.waitForCount(1);

    await tab.abort("call");

    expect(await tab.settled("call")).toMatchObject({ ok: false, error: { name: "AbortError" } });
    expect(await invocation?.interrupted).toMatchObject({ mode: "killnowait" });
    invocation?.error("wamp.error.canceled");
    // The late answer has passed when a later call is answered.
    await foreign.register(uri("fence"), ({ result }) => result(["fence"]));
    expect(await tab.call(uri("fence"))).toBe("fence");
  });

  test("@G9 kill settles with the callee's answer", async ({ tabs, rawCallee, uri }) => {
    const held = await ForeignInvocations.register(rawCallee, uri("slow"));
    const tab = await tabs.open();
    await tab.startCall("call", uri("slow"), [], { cancelMode: "kill" });
    const [invocation] = await held.waitForCount(1);

    await tab.abort("call");

    expect(await invocation?.interrupted).toMatchObject({ mode: "kill" });
    expect(await tab.isSettled("call")).toBe(false);
    invocation?.error("wamp.error.canceled", ["stopped"]);
    expect(await tab.settled("call")).toMatchObject({
      ok: false,
      error: { name: "WampError", uri: "wamp.error.canceled" },
    });
  });

  test("@G9 skip rejects at once and leaves the handler alone", async ({ tabs, rawCallee, uri }) => {
    const held = await ForeignInvocations.register(rawCallee, uri("slow"));
    const tab = await tabs.open();
    await tab.startCall("call", uri("slow"), [], { cancelMode: "skip" });
    const [invocation] = await held.waitForCount(1);

    await tab.abort("call");
    expect(await tab.settled("call")).toMatchObject({ ok: false, error: { name: "AbortError" } });

    // The second call is sent after the CANCEL: an INTERRUPT would arrive before its invocation.
    await tab.startCall("fence", uri("slow"));
    await held.waitForCount(2);
    await expect(Promise.race([invocation?.interrupted, Promise.resolve("not interrupted")])).resolves.toBe(
      "not interrupted",
    );
    for (const { result } of held.items) result(["late"]);
    expect(await tab.settled("fence")).toEqual({ ok: true, value: "late" });
  });

  test("@G9 INTERRUPT aborts the signal of the handler in another tab", async ({ tabs, foreign, uri }) => {
    const [callee, caller] = await tabs.two();
    await callee.register(uri("hold"), "hold");
    await caller.startCall("call", uri("hold"));
    await callee.invocations(uri("hold"), 1);

    await caller.abort("call");

    expect(await caller.settled("call")).toMatchObject({ ok: false, error: { name: "AbortError" } });
    const aborted = await callee.page.evaluate(
      (name) => window.kit.recorder<{ name: string }>(name).waitForCount(1),
      `${uri("hold")}!`,
    );
    expect(aborted).toMatchObject([{ name: "CanceledError" }]);
    // A handler that continues nevertheless sends an answer that is ignored, and the session survives.
    await callee.release(uri("hold"), "too late");
    await foreign.register(uri("fence"), ({ result }) => result(["fence"]));
    expect(await callee.call(uri("fence"))).toBe("fence");
  });

  test("@G9 a deadline cancels the call on the wire", async ({ tabs, rawCallee, uri }) => {
    const held = await ForeignInvocations.register(rawCallee, uri("slow"));
    const tab = await tabs.open();

    const outcome = tab.callOutcome(uri("slow"), [], { timeout: 200 });
    const [invocation] = await held.waitForCount(1);

    expect(await outcome).toMatchObject({ ok: false, error: { name: "TimeoutError", sent: true } });
    await invocation?.interrupted;
    invocation?.error("wamp.error.canceled");
  });
});

test.describe("where the router does not cancel calls", () => {
  test.use({ devOptions: { features: { call_canceling: false } } });

  for (const cancelMode of ["skip", "kill", "killnowait"] as const) {
    test(`@G9 ${cancelMode} is local: the call rejects and nothing is sent`, async ({
      tabs,
      router,
      foreign,
      uri,
    }) => {
      const dev = needsFaults(router);
      const held = await ForeignInvocations.register(foreign, uri("slow"));
      const tab = await tabs.open();
      await tab.startCall("call", uri("slow"), [], { cancelMode });
      const [invocation] = await held.waitForCount(1);

      await tab.abort("call");

      expect(await tab.settled("call")).toMatchObject({
        ok: false,
        error: { name: cancelMode === "kill" ? "CanceledError" : "AbortError" },
      });
      await tab.startCall("fence", uri("slow"));
      await held.waitForCount(2);
      expect(dev.counts.received.CANCEL).toBe(0);
      invocation?.result(["late"]);
      held.items[1]?.result(["in time"]);
      expect(await tab.settled("fence")).toEqual({ ok: true, value: "in time" });
    });
  }
});

test("@G9 a signal that is already aborted rejects the call, and nothing is sent", async ({
  tabs,
  foreign,
  uri,
}) => {
  const held = await ForeignInvocations.register(foreign, uri("p"));
  const tab = await tabs.open();

  const outcome = await tab.page.evaluate(
    (procedure) =>
      window.kit.outcome(
        window.session.call(procedure, [], { signal: AbortSignal.abort(new Error("changed my mind")) }),
      ),
    uri("p"),
  );

  expect(outcome).toMatchObject({ ok: false, error: { message: "changed my mind" } });
  await tab.startCall("fence", uri("p"), ["fence"]);
  expect(await held.waitForCount(1)).toMatchObject([{ args: ["fence"] }]);
  held.items[0]?.result([]);
  await tab.settled("fence");
});
