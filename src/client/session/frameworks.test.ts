import { afterEach, describe, expect, it, vi } from "vitest";
import { WampError, isWampError, isWampMuxError } from "../errors/index.js";
import { result } from "../api/handler-result.js";
import type { WampEvent } from "../api/events.js";
import type { InvocationContext } from "../api/invocation-context.js";
import { decoded, eventRun, invocationNotice, resultNotice } from "../testing/fake-hub.js";
import { deepProxy } from "../testing/deep-proxy.js";
import { FakePage, fence } from "../testing/fake-page.js";
import type { SessionFacade } from "./lease.js";

const TOPIC = "com.example.topic";
const PROCEDURE = "com.example.procedure";

/** The tags of all public objects, which Vue does not wrap. */
const TAGS = [
  "Session",
  "Subscription",
  "Registration",
  "Events",
  "EventIterator",
  "ProgressiveCall",
  "Error",
];

/** Freezes an object and all that it holds, as Immer does with what is plain; this one freezes the rest, too. */
function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const key of Reflect.ownKeys(value)) deepFreeze(Reflect.get(value, key) as unknown);
  return value;
}

const wraps: [string, <Value>(value: Value) => Value][] = [
  ["a deep proxy", (value) => deepProxy({ value }).value],
  ["a deep proxy that wraps every class", (value) => deepProxy({ value }, TAGS).value],
  ["a frozen state", deepFreeze],
  ["a proxy of a frozen state", (value) => deepProxy(deepFreeze({ value }), TAGS).value],
];

describe.each(wraps)("behind %s", (_name, wrap) => {
  it("a session works, with its promises, listeners and status", async () => {
    const page = new FakePage();
    const session = wrap(await page.connect());
    await session.ready;
    const states: string[] = [];
    const stop = session.on("status", ({ state }) => states.push(wrap({ state }).state));
    expect([session.status.state, session.realm, session.principal]).toEqual([
      "online",
      "realm1",
      "anonymous",
    ]);
    expect((await session.inspect()).tab).toBe(page.hub.hellos[0]?.tab);
    await session.reconnectNow();
    const calling = session.call(PROCEDURE, wrap([{ deep: [1] }]), wrap({ kwargs: { a: { b: 1 } } }));
    const { request, payload } = await page.hub.next("call");
    expect(decoded(payload)).toEqual([{ deep: [1] }]);
    void page.hub.deliver(resultNotice(request, ["answer"]));
    expect(await calling).toBe("answer");
    await session.leave();
    expect(await session.closed).toEqual({ kind: "left" });
    expect([states, session.status.state]).toEqual([["closed"], "closed"]);
    stop();
  });

  it("subscriptions, registrations and what handlers get work", async () => {
    const page = new FakePage();
    const session = wrap(await page.connect());
    const events: WampEvent[] = [];
    const subscription = wrap(await session.subscribe(TOPIC, (event) => void events.push(wrap(event))));
    const contexts: InvocationContext[] = [];
    const registration = wrap(
      await session.register(PROCEDURE, (_args, context) => {
        contexts.push(wrap({ ...context, signal: undefined } as unknown as InvocationContext));
        context.progress?.(wrap([["part"]]));
        return wrap(result([["whole"]], { all: [true] }));
      }),
    );
    const [{ subscription: target } = {}] = page.hub.of("subscribe");
    const [{ registration: callee } = {}] = page.hub.of("register");
    if (target === undefined || callee === undefined) throw new Error("nothing was requested");
    await page.hub.deliver(
      eventRun([{ target, value: "event" }]),
      invocationNotice(callee, [1], { details: { receive_progress: true } }),
    );
    const answers = [await page.hub.next("yield"), await page.hub.next("yield", 2)];
    expect(answers.map(({ payload }) => decoded(payload))).toEqual([[["part"]], [["whole"]]]);
    expect(events).toMatchObject([{ topic: TOPIC, args: ["event"], retained: false }]);
    expect(contexts).toMatchObject([{ procedure: PROCEDURE, args: [1] }]);
    expect([subscription.active, registration.active]).toEqual([true, true]);
    await Promise.all([subscription.unsubscribe(), registration[Symbol.asyncDispose]()]);
    expect(await Promise.all([subscription.ended, registration.ended])).toEqual([undefined, undefined]);
    expect([subscription.active, registration.active, subscription.topic]).toEqual([false, false, TOPIC]);
  });

  it("iterators work", async () => {
    const page = new FakePage();
    const session = wrap(await page.connect());
    const events = wrap(wrap(session.events(TOPIC))[Symbol.asyncIterator]());
    const next = events.next();
    const { subscription } = await page.hub.next("subscribe");
    void page.hub.deliver(eventRun([{ target: subscription, value: "event" }]));
    expect(wrap(await next)).toMatchObject({ done: false, value: { args: ["event"] } });
    await events.return?.();
    const parts: unknown[] = [];
    const results = wrap(session.callProgressive(PROCEDURE));
    const reading = (async () => {
      for await (const { args } of results) parts.push(wrap(args)[0]);
    })();
    const { request } = await page.hub.next("call");
    void page.hub.deliver(resultNotice(request, ["part"], true), resultNotice(request, ["whole"]));
    await reading;
    expect(parts).toEqual(["part", "whole"]);
  });

  it("errors are told by name, guard and fields", () => {
    const error = wrap(new WampError("com.example.error", ["why"], { deep: [1] }));
    expect([isWampError(error), isWampMuxError(error), error instanceof WampError]).toEqual([
      true,
      true,
      true,
    ]);
    expect([error.uri, error.args[0], error.kwargs["deep"], error.message, String(error)]).toEqual([
      "com.example.error",
      "why",
      [1],
      "com.example.error: why",
      "WampError: com.example.error: why",
    ]);
  });
});

describe("public objects", () => {
  async function publicObjects(): Promise<[SessionFacade, ...object[]]> {
    const page = new FakePage();
    const session = await page.connect();
    return [
      session,
      await session.subscribe(TOPIC, () => undefined),
      await session.register(PROCEDURE, () => undefined),
      session.events(TOPIC),
      session.events(TOPIC)[Symbol.asyncIterator](),
      session.callProgressive(PROCEDURE),
    ];
  }

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  /** Puts a `Symbol` in place that has another `asyncDispose`, or none. */
  function stubAsyncDispose(asyncDispose: symbol | undefined): void {
    const own = Object.entries(Object.getOwnPropertyDescriptors(Symbol)).filter(
      ([name]) => name === "for" || typeof Reflect.get(Symbol, name) === "symbol",
    );
    const stub = Object.defineProperties(
      (name: string) => Symbol(name),
      Object.fromEntries(own.filter(([name]) => name !== "asyncDispose")),
    );
    vi.stubGlobal("Symbol", Object.assign(stub, { asyncDispose }));
  }

  it("are no plain data, so that state libraries neither copy nor observe them", async () => {
    const page = new FakePage();
    const session = await page.connect();
    const all = await publicObjects();
    expect(all.map((each) => Object.prototype.toString.call(each))).toEqual(
      ["Session", "Subscription", "Registration", "Events", "EventIterator", "ProgressiveCall"].map(
        (tag) => `[object ${tag}]`,
      ),
    );
    for (const each of all) {
      const prototype: unknown = Object.getPrototypeOf(each);
      expect([null, Object.prototype, Array.prototype]).not.toContain(prototype);
      expect(Object.hasOwn(prototype as object, "constructor")).toBe(false);
      expect(deepProxy(each)).toBe(each);
    }
    await fence(page, session);
  });

  it("have members that can be taken out of them", async () => {
    const page = new FakePage();
    const { call, publish, subscribe, leave, closed } = await page.connect();
    const calling = call(PROCEDURE);
    void page.hub.deliver(resultNotice((await page.hub.next("call")).request, ["answer"]));
    expect(await calling).toBe("answer");
    publish(TOPIC).catch(() => undefined);
    const subscription = await subscribe(TOPIC, () => undefined);
    const unsubscribe = Reflect.get<object, string>(subscription, "unsubscribe") as () => Promise<void>;
    await unsubscribe();
    await leave();
    expect(await closed).toEqual({ kind: "left" });
  });

  it.each([
    ["the symbol that compilers use without one", undefined, Symbol.for("Symbol.asyncDispose")],
    ["the symbol of a polyfill", Symbol("asyncDispose"), undefined],
  ])("are disposed of by %s where the browser has none", async (_name, polyfill, fallback) => {
    stubAsyncDispose(polyfill);
    const symbol = polyfill ?? fallback ?? never();
    const [session, subscription, registration, ...others] = await publicObjects();
    for (const each of [session, subscription, registration, ...others]) {
      expect(Object.keys(each ?? never())).not.toContain("undefined");
    }
    for (const each of [registration, subscription, session]) {
      await (each as unknown as Record<symbol, () => Promise<void>>)[symbol]?.();
    }
    expect(subscription).toMatchObject({ active: false });
    expect(registration).toMatchObject({ active: false });
    expect(session.status.state).toBe("closed");
  });
});

function never(): never {
  throw new Error("missing");
}
