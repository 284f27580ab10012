import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ErrorRecord } from "../../contract/errors.js";
import type { RequestId } from "../../contract/ids.js";
import { CanceledError } from "../errors/outcome-errors.js";
import { encoded, eventRun, resultNotice } from "../testing/fake-hub.js";
import { FakePage, fence } from "../testing/fake-page.js";

const timedOut: ErrorRecord = { name: "TimeoutError", message: "late", fields: { timeout: 5, sent: true } };

async function connected() {
  const page = new FakePage();
  const session = await page.connect();
  return { page, session, hub: page.hub };
}

describe("a request", () => {
  it("resolves a call with the first positional result", async () => {
    const { session, hub } = await connected();
    const calling = session.call("com.example.add2", [2, 3], { kwargs: { exact: true }, timeout: 50 });
    const { request, ...posted } = await hub.next("call");
    expect(posted).toEqual({
      kind: "call",
      procedure: "com.example.add2",
      options: {},
      payload: encoded([2, 3], { exact: true }),
      timeout: 50,
      offline: "wait",
    });
    void hub.deliver(resultNotice(request, [5, 6]));
    expect(await calling).toBe(5);
  });

  it("resolves callResult() with all parts of the result", async () => {
    const { session, hub } = await connected();
    const calling = session.callResult("com.example.divide", [7, 2]);
    const { request } = await hub.next("call");
    const payload = encoded([3], { rest: 1 });
    void hub.deliver({ kind: "result", request, progress: false, details: { callee: 7 }, payload });
    expect(await calling).toEqual({ args: [3], kwargs: { rest: 1 }, details: { callee: 7 } });
  });

  it("resolves an acknowledged publication with its id, another one with undefined", async () => {
    const { session, hub } = await connected();
    hub.take = (request) => {
      if (request.kind !== "publish") return;
      const acknowledged = request.given?.["acknowledge"] === true;
      void hub.deliver({
        kind: "published",
        request: request.request,
        ...(acknowledged && { publication: 42 }),
      });
    };
    expect(await session.publish("com.example.topic", [1], { acknowledge: true })).toBe(42);
    expect(await session.publish("com.example.topic")).toBeUndefined();
    expect(hub.of("publish").map(({ timeout }) => timeout)).toEqual([10_000, 0]);
  });

  it("@G7 has a default deadline if a router answers it at once, and only then", async () => {
    const { page, session, hub } = await connected();
    const topic = "com.example.topic";
    const asked: Promise<unknown>[] = [
      session.subscribe(topic, () => undefined),
      session.register("com.example.p", () => undefined),
      session.publish(topic, [], { acknowledge: true }),
      session.publish(topic),
      session.call("com.example.p"),
    ];
    for (const one of asked) one.catch(() => undefined);
    await fence(page, session);
    expect(hub.posted.map((request) => [request.kind, "timeout" in request && request.timeout])).toEqual([
      ["subscribe", 10_000],
      ["register", 10_000],
      ["publish", 10_000],
      ["publish", 0],
      ["call", 0],
    ]);
  });

  it("has its options as they were given, for the hub, and only those that the page does not act on itself", async () => {
    const { page, session, hub } = await connected();
    const { signal } = new AbortController();
    const given = { excludeMe: false, exclude: [1], eligibleAuthid: ["c"] };
    const own = { signal, timeout: 7, offline: "wait", kwargs: { a: 1 }, sendTab: false } as const;
    void session.publish("com.example.topic", [], { ...given, ...own, wire: { _custom: 1 } });
    void session.subscribe("com.example", () => undefined, { match: "exact", getRetained: undefined });
    void session.register("com.example.x", () => undefined);
    void session.call("com.example.x", [], { cancelMode: "skip" });
    void session.callProgressive("com.example.x");
    await fence(page, session);
    expect(hub.of("publish")[0]).toMatchObject({ given, options: { _custom: 1 }, timeout: 7 });
    expect(hub.of("publish")[0]?.given).toEqual(given);
    expect(hub.of("subscribe")[0]).toMatchObject({ given: { match: "exact" }, options: {} });
    expect(hub.of("register")[0]).not.toHaveProperty("given");
    expect(hub.of("call").map(({ given: of, options }) => [of, options])).toEqual([
      [{ cancelMode: "skip" }, {}],
      [undefined, { receive_progress: true }],
    ]);
  });

  it("@G7 settles exactly once, in whatever order answers, repetitions, aborts and the end of the session arrive", async () => {
    const step = fc.oneof(
      fc.record({ act: fc.constant("result"), request: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ act: fc.constant("reject"), request: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ act: fc.constant("abort"), request: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ act: fc.constant("crash"), request: fc.constant(1) }),
    );
    const run = async (
      steps: readonly { readonly act: string; readonly request: number }[],
    ): Promise<void> => {
      const { page, session } = await connected();
      const aborts = Array.from({ length: 6 }, () => new AbortController());
      const settled = aborts.map(() => 0);
      const calls = aborts.map(({ signal }, index) =>
        session.call("com.example.x", [index], { signal }).then(
          () => (settled[index] = (settled[index] ?? 0) + 1),
          () => (settled[index] = (settled[index] ?? 0) + 1),
        ),
      );
      await fence(page, session);
      for (const { act, request } of steps) {
        const id = request as RequestId;
        if (act === "result") await page.hub.deliver(resultNotice(id, [1]));
        if (act === "reject") await page.hub.deliver({ kind: "rejected", request: id, error: timedOut });
        if (act === "abort") aborts[request - 1]?.abort(new Error("enough"));
        if (act === "crash") {
          page.clock.advance(5_000);
          await page.crash(session);
          await Promise.all(calls);
          await page.online(session);
        }
      }
      await session.leave();
      await Promise.all(calls);
      expect(settled).toEqual(aborts.map(() => 1));
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 12 }), run), { numRuns: 30 });
  });

  it("rejects with the reason of a signal that is already aborted, and posts nothing", async () => {
    const { page, session, hub } = await connected();
    const reason = new Error("changed my mind");
    const signal = AbortSignal.abort(reason);
    await expect(session.call("com.example.x", [], { signal })).rejects.toBe(reason);
    await expect(session.publish("com.example.x", [], { signal })).rejects.toBe(reason);
    await expect(session.subscribe("com.example.x", () => undefined, { signal })).rejects.toBe(reason);
    await expect(session.register("com.example.x", () => undefined, { signal })).rejects.toBe(reason);
    await fence(page, session);
    expect(hub.posted).toEqual([]);
  });

  it.each(["skip", "killnowait"] as const)(
    "@G9 rejects at once and is cancelled with %s",
    async (cancelMode) => {
      const { session, hub } = await connected();
      const abort = new AbortController();
      const calling = session.call("com.example.x", [], { signal: abort.signal, cancelMode });
      const { request } = await hub.next("call");
      abort.abort(new CanceledError("enough"));
      await expect(calling).rejects.toBe(abort.signal.reason);
      expect(await hub.next("cancel")).toEqual({ kind: "cancel", request, mode: cancelMode });
    },
  );

  it("@G9 settles with the router's answer if it is cancelled with kill", async () => {
    const { session, hub } = await connected();
    const abort = new AbortController();
    const calling = session.call("com.example.x", [], { signal: abort.signal, cancelMode: "kill" });
    const { request } = await hub.next("call");
    abort.abort();
    expect(await hub.next("cancel")).toEqual({ kind: "cancel", request, mode: "kill" });
    const error = {
      name: "WampError",
      message: "",
      fields: { uri: "wamp.error.canceled", details: {} },
    } as const;
    void hub.deliver({ kind: "rejected", request, error });
    await expect(calling).rejects.toMatchObject({ name: "WampError", uri: "wamp.error.canceled" });
  });

  it("is not cancelled once it is settled", async () => {
    const { page, session, hub } = await connected();
    const abort = new AbortController();
    const calling = session.call("com.example.x", [], { signal: abort.signal });
    const { request } = await hub.next("call");
    await hub.deliver(resultNotice(request, [1]));
    await calling;
    abort.abort();
    await fence(page, session);
    expect(hub.of("cancel")).toEqual([]);
  });

  it("undoes a subscription that is accepted after the application canceled it", async () => {
    const { session, hub } = await connected();
    hub.take = () => undefined;
    const abort = new AbortController();
    let called = 0;
    const handler = () => void (called += 1);
    const subscribing = session.subscribe("com.example.x", handler, { signal: abort.signal });
    const { request, subscription } = await hub.next("subscribe");
    abort.abort(new Error("enough"));
    await expect(subscribing).rejects.toThrow("enough");
    await hub.deliver({ kind: "done", request }, eventRun([{ target: subscription, value: 1 }]));
    expect(called).toBe(0);
    expect(await hub.next("unsubscribe")).toMatchObject({ subscription });
  });
});
