import { afterEach, describe, expect, it } from "vitest";
import type { Dict } from "../../protocol/dict.js";
import { WELCOME_DETAILS } from "../../testing/fake-sockets.js";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const PROCEDURE = "com.example.slow";

/** Makes a call in `a` that `b` does not answer. */
async function slowCall(timing: { timeout?: number; options?: Dict } = {}) {
  const tabs = await startTabs();
  tabs.b.register(PROCEDURE);
  await tabs.world.settle();
  const asked = tabs.a.call(PROCEDURE, [], timing);
  await tabs.world.settle();
  const [invocation] = tabs.b.invocations;
  if (invocation === undefined) throw new Error("no invocation");
  return { ...tabs, asked, invocation };
}

function without(feature: string): Dict {
  return JSON.parse(
    JSON.stringify(WELCOME_DETAILS).replace(`"${feature}":true`, `"${feature}":false`),
  ) as Dict;
}

describe("canceling", () => {
  it.each(["skip", "killnowait"] as const)(
    "@G9 %s sends CANCEL and rejects the call at once",
    async (mode) => {
      const { world, router, a, asked } = await slowCall();
      a.cancel(asked, mode);
      await world.settle();
      expect(router.got("CANCEL")).toMatchObject([
        { request: router.got("CALL")[0]?.request, options: { mode } },
      ]);
      expect(asked.error).toMatchObject({ name: "CanceledError", fields: { sent: true } });
      expect(world.session.pending).toBe(0);
    },
  );

  it("@G9 kill waits for the router's answer", async () => {
    const { world, a, b, asked, invocation } = await slowCall();
    a.cancel(asked, "kill");
    await world.settle();
    expect(asked.outcome).toBeUndefined();
    expect(b.of("interrupt")).toMatchObject([
      { invocation: invocation.invocation, mode: "kill", reason: "wamp.error.canceled" },
    ]);
    b.fail(invocation, "wamp.error.canceled");
    await world.settle();
    expect(asked.error).toMatchObject({ name: "WampError", fields: { uri: "wamp.error.canceled" } });
  });

  it("@G9 kill resolves with a result that was in flight", async () => {
    const { world, a, b, asked, invocation } = await slowCall();
    a.cancel(asked, "kill");
    b.yield(invocation, ["just in time"]);
    await world.settle();
    expect(asked.outcome).toMatchObject({ kind: "result", payload: json("just in time") });
  });

  it("@G9 kill waits no longer than the request timeout", async () => {
    const { world, router, a, asked } = await slowCall();
    a.cancel(asked, "kill");
    await world.advance(world.config.requestTimeout - 1);
    a.cancel(asked, "kill");
    await world.settle();
    expect(asked.outcome).toBeUndefined();
    await world.advance(1);
    expect(asked.error).toMatchObject({ name: "TimeoutError", fields: { timeout: 10_000, sent: true } });
    expect(router.got("CANCEL").at(-1)?.options).toEqual({ mode: "killnowait" });
    expect(world.session.pending).toBe(0);
  });

  it("@G9 kill does not postpone the call's own deadline", async () => {
    const { world, a, asked } = await slowCall({ timeout: 5_000 });
    await world.advance(4_000);
    a.cancel(asked, "kill");
    await world.advance(1_000);
    expect(asked.error).toMatchObject({ name: "TimeoutError", fields: { timeout: 5_000 } });
  });

  it.each(["skip", "kill", "killnowait"] as const)(
    "@G9 %s sends nothing to a router that did not announce call canceling",
    async (mode) => {
      const { world, router, a, b } = await startTabs();
      router.details = without("call_canceling");
      router.drop();
      await world.advance(1_000);
      b.register(PROCEDURE);
      await world.settle();
      const asked = a.call(PROCEDURE);
      await world.settle();
      a.cancel(asked, mode);
      await world.settle();
      expect(router.got("CANCEL")).toEqual([]);
      expect(asked.error?.name).toBe("CanceledError");
    },
  );

  it("@G9 ignores a late RESULT, progressive RESULT and ERROR", async () => {
    for (const end of ["RESULT", "ERROR"] as const) {
      const { world, a, b, router, asked, invocation } = await slowCall({
        options: { receive_progress: true },
      });
      router.hold();
      b.yield(invocation, [1], true);
      if (end === "RESULT") b.yield(invocation, [2]);
      else b.fail(invocation, "com.example.error");
      await world.settle();
      a.cancel(asked, "skip");
      await world.settle();
      router.release();
      await world.settle();
      expect([asked.progress, asked.settlements.length, world.session.state]).toEqual([[], 1, "online"]);
    }
  });

  it("@G9 never sends a call that is canceled before its turn", async () => {
    const { world, router, a } = await startTabs();
    a.batch(() => a.cancel(a.call(PROCEDURE), "kill"));
    await world.settle();
    expect(router.got("CALL")).toEqual([]);
    expect(a.asked[0]?.error).toMatchObject({ name: "CanceledError", fields: { sent: false } });
  });

  it("@G9 keeps the deadline in the hub, and sends it to the router as well", async () => {
    const { world, router, asked } = await slowCall({ timeout: 300 });
    expect(router.got("CALL")[0]?.options).toEqual({ timeout: 300 });
    await world.advance(299);
    expect(asked.outcome).toBeUndefined();
    await world.advance(1);
    expect(asked.error).toMatchObject({ name: "TimeoutError", fields: { timeout: 300, sent: true } });
    expect(router.got("CANCEL")).toMatchObject([{ options: { mode: "killnowait" } }]);
  });

  it("@G9 sends the router what is left of the deadline of a call that waited", async () => {
    const { world, router, a } = await startTabs();
    router.up = false;
    router.drop();
    await world.settle();
    const asked = a.call(PROCEDURE, [], { timeout: 60_000 });
    await world.advance(30_000);
    router.up = true;
    await world.advance(29_000);
    const [call] = router.got("CALL");
    expect(call?.options["timeout"]).toBeLessThanOrEqual(30_000);
    a.cancel(asked, "killnowait");
    await world.settle();
  });

  it("@G9 sends no timeout to a router that did not announce call timeout", async () => {
    const { world, router, a } = await startTabs();
    router.details = without("call_timeout");
    router.drop();
    await world.advance(1_000);
    a.call(PROCEDURE, [], { timeout: 300, options: { timeout: 200 } });
    await world.settle();
    expect(router.got("CALL")[0]?.options).toEqual({});
  });

  it("@G9 reports the router's timeout as its own, if it overtakes the timer of the deadline", async () => {
    const { world, b, asked, invocation } = await slowCall({ timeout: 300 });
    world.fake.clock.jump(300);
    b.fail(invocation, "wamp.error.timeout", {}, json("too slow"));
    await world.settle();
    expect(asked.error).toMatchObject({
      name: "TimeoutError",
      fields: { timeout: 300, sent: true },
      cause: { name: "WampError", fields: { uri: "wamp.error.timeout" }, payload: json("too slow") },
    });
  });

  it("@G8 keeps a callee's own wamp.error.timeout, with its arguments", async () => {
    const { world, b, asked, invocation } = await slowCall({ timeout: 300 });
    b.fail(invocation, "wamp.error.timeout", {}, json("the printer has no paper"));
    await world.settle();
    expect(asked.error).toMatchObject({
      name: "WampError",
      fields: { uri: "wamp.error.timeout" },
      payload: json("the printer has no paper"),
    });
  });

  it("@G8 reports a timeout only for a call with a deadline and an ERROR that names one", async () => {
    const { world, a, b } = await startTabs();
    b.register(PROCEDURE);
    await world.settle();
    b.onInvocation = (invocation) => b.fail(invocation, String(b.decode(invocation.payload)[0]));
    const without = a.call(PROCEDURE, ["wamp.error.timeout"]);
    const other = a.call(PROCEDURE, ["com.example.error"], { timeout: 300 });
    await world.settle();
    expect([without.error?.name, other.error?.name]).toEqual(["WampError", "WampError"]);
  });

  it("@G9 sends no timeout for a call without a deadline", async () => {
    const { world, router, a } = await startTabs();
    a.call(PROCEDURE);
    await world.settle();
    expect(router.got("CALL").map(({ options }) => options)).toEqual([{}]);
  });

  it("@G9 delivers INTERRUPT to the handler with its mode and reason", async () => {
    const { world, router, a } = await startTabs();
    a.register(PROCEDURE);
    await world.settle();
    const request = router.invoke(PROCEDURE, json());
    router.interrupt(request, { mode: "killnowait", reason: "wamp.error.timeout" });
    router.interrupt(77 as never, { mode: "kill" });
    await world.settle();
    expect(a.of("interrupt")).toMatchObject([{ mode: "killnowait", reason: "wamp.error.timeout" }]);
    const [invocation] = a.invocations;
    if (invocation !== undefined) a.yield(invocation);
  });

  it("@G9 delivers an INTERRUPT without a valid mode or reason as kill", async () => {
    const { world, router, a } = await startTabs();
    a.register(PROCEDURE);
    await world.settle();
    const request = router.invoke(PROCEDURE, json());
    router.interrupt(request, {});
    router.interrupt(request, { mode: "softly", reason: 17 });
    await world.settle();
    const interrupt = { kind: "interrupt", mode: "kill", reason: "wamp.error.canceled" };
    expect(a.of("interrupt")).toMatchObject([interrupt, interrupt]);
    for (const invocation of a.invocations) a.yield(invocation);
  });

  it("@G9 interrupts the handlers when the connection is lost, and drops their answers", async () => {
    const { world, router, a, b } = await startTabs();
    for (const tab of [a, b]) tab.register(PROCEDURE, { invoke: "roundrobin" });
    await world.settle();
    for (let call = 0; call < 2; call += 1) router.invoke(PROCEDURE, json());
    await world.settle();
    router.drop();
    await world.settle();
    expect(world.session.invocations).toBe(0);
    for (const tab of [a, b]) {
      const [invocation] = tab.invocations;
      expect(tab.of("interrupt")).toEqual([
        {
          kind: "interrupt",
          invocation: invocation?.invocation,
          mode: "killnowait",
          reason: "wamp.error.canceled",
        },
      ]);
      if (invocation !== undefined) tab.yield(invocation);
    }
    await world.advance(1_000);
    expect(router.received.map(({ type }) => type)).toEqual(["HELLO", "REGISTER"]);
  });

  it("@G9 delivers progressive results in order, before the final one", async () => {
    const { world, router, b, asked, invocation } = await slowCall({ options: { receive_progress: true } });
    expect(invocation.details).toMatchObject({ receive_progress: true });
    b.yield(invocation, [1], true);
    b.yield(invocation, [2], true);
    b.yield(invocation, [3]);
    await world.settle();
    expect(asked.progress.map((part) => part.kind === "result" && part.payload)).toEqual([json(1), json(2)]);
    expect(asked.outcome).toMatchObject({ kind: "result", progress: false, payload: json(3) });
    expect(router.got("YIELD").map(({ options }) => options)).toEqual([
      { progress: true },
      { progress: true },
      {},
    ]);
  });

  it("@G9 does not send progress to a caller that did not ask for it", async () => {
    const { world, router, b, asked, invocation } = await slowCall();
    b.yield(invocation, [1], true);
    b.yield(invocation, [2]);
    await world.settle();
    expect(router.got("YIELD")).toHaveLength(1);
    expect(asked.outcome).toMatchObject({ payload: json(2) });
  });

  it("@G23 refuses a progressive call to a router that did not announce it", async () => {
    const { world, router, a } = await startTabs();
    router.details = without("progressive_call_results");
    router.drop();
    await world.advance(1_000);
    const asked = a.call(PROCEDURE, [], { options: { receive_progress: true } });
    await world.settle();
    expect(asked.error).toMatchObject({
      name: "FeatureNotSupportedError",
      message: "The router's dealer did not announce the feature progressive_call_results",
      fields: { feature: "progressive_call_results" },
    });
    expect(router.got("CALL")).toEqual([]);
    a.call(PROCEDURE);
    await world.settle();
    expect(router.got("CALL")).toMatchObject([{ options: {} }]);
  });

  it("@G8 keeps URI, details and payload of the callee's ERROR", async () => {
    const { world, b, asked, invocation } = await slowCall();
    b.fail(invocation, "com.example.error", { trace: 1 });
    await world.settle();
    expect(asked.error).toEqual({
      name: "WampError",
      message: "com.example.error",
      fields: { uri: "com.example.error", details: { trace: 1 } },
      payload: json(),
    });
  });
});
