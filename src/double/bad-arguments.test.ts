import { describe, expect, it } from "vitest";
import type { SessionFacade } from "../session/session-facade.js";
import { FakePage, fence } from "../testing/fake-page.js";

// Values that JavaScript lets through and the types do not.
type Anything = never;
const bad = (value: unknown): Anything => value as Anything;
const handler = (): undefined => undefined;
const next = (items: AsyncIterable<unknown>): Promise<unknown> => items[Symbol.asyncIterator]().next();

/** Calls a method with any arguments. */
function invoked(session: SessionFacade, method: keyof SessionFacade, given: readonly unknown[]): unknown {
  return (session[method] as (...given: readonly unknown[]) => unknown)(...given);
}
const asked = (...parts: Parameters<typeof invoked>): Promise<unknown> => Promise.resolve(invoked(...parts));

const cases: [string, (session: SessionFacade) => Promise<unknown>, string][] = [
  ["procedure", (s) => s.call(bad(5)), "call(): procedure is 5, expected a string"],
  ["args", (s) => s.call("a.b", bad("x")), 'call(): args is "x", expected an array'],
  ["options", (s) => s.call("a.b", [], bad(null)), "call(): options is null, expected a plain object"],
  [
    "options of publish()",
    (s) => s.publish("a.b", [], bad(null)),
    "publish(): options is null, expected a plain object",
  ],
  [
    "options of subscribe()",
    (s) => s.subscribe("a.b", handler, bad(null)),
    "subscribe(): options is null, expected a plain object",
  ],
  [
    "options of register()",
    (s) => s.register("a.b", handler, bad(7)),
    "register(): options is 7, expected a plain object",
  ],
  [
    "options of callProgressive()",
    (s) => next(s.callProgressive("a.b", [], bad(null))),
    "callProgressive(): options is null, expected a plain object",
  ],
  [
    "options of events()",
    (s) => next(s.events("a.b", bad(null))),
    "options is null, expected a plain object",
  ],
  [
    "signal of events()",
    (s) => next(s.events("a.b", { signal: bad("now") })),
    'options.signal is "now", expected an AbortSignal',
  ],
  ["kwargs null", (s) => s.call("a.b", [], { kwargs: bad(null) }), "call(): options.kwargs is null"],
  ["wire null", (s) => s.call("a.b", [], { wire: bad(null) }), "call(): options.wire is null"],
  [
    "kwargs",
    (s) => s.call("a.b", [], { kwargs: bad([]) }),
    "call(): options.kwargs is an array of 0, expected a plain object",
  ],
  [
    "kwargs of a class",
    (s) => s.call("a.b", [], { kwargs: bad(new Map()) }),
    "options.kwargs is an object, expected a plain object",
  ],
  [
    "timeout",
    (s) => s.call("a.b", [], { timeout: -1 }),
    "call(): options.timeout is -1, expected milliseconds",
  ],
  ["NaN timeout", (s) => s.callResult("a.b", [], { timeout: NaN }), "callResult(): options.timeout is NaN"],
  [
    "signal",
    (s) => s.call("a.b", [], { signal: bad({}) }),
    "call(): options.signal is an object, expected an AbortSignal",
  ],
  [
    "cancelMode",
    (s) => s.call("a.b", [], { cancelMode: bad("soft") }),
    'options.cancelMode is "soft", expected one of "skip", "kill", "killnowait"',
  ],
  [
    "discloseMe",
    (s) => s.call("a.b", [], { discloseMe: bad(1) }),
    "options.discloseMe is 1, expected a boolean",
  ],
  [
    "offline",
    (s) => s.call("a.b", [], { offline: bad("durable") }),
    'options.offline is "durable", expected one of "wait", "fail"',
  ],
  ["wire", (s) => s.call("a.b", [], { wire: bad(3) }), "options.wire is 3, expected a plain object"],
  [
    "function in wire",
    (s) => s.call("a.b", [], { wire: { _x: handler } }),
    "options.wire._x is a function, expected null, a boolean, number, string, array or plain object",
  ],
  [
    "nesting in wire",
    (s) => s.call("a.b", [], { wire: { _abc: Array.from({ length: 3_000 }).reduce((inner) => [inner], 1) } }),
    "options.wire._abc is an array of 1, expected null, a boolean, number, string, array or plain object",
  ],
  ["topic", (s) => s.publish(bad(undefined)), "publish(): topic is undefined, expected a string"],
  [
    "acknowledge",
    (s) => s.publish("a.b", [], { acknowledge: bad("yes") }),
    'publish(): options.acknowledge is "yes"',
  ],
  [
    "exclude",
    (s) => s.publish("a.b", [], { exclude: bad(5) }),
    "publish(): options.exclude is 5, expected an array",
  ],
  [
    "element of exclude",
    (s) => s.publish("a.b", [], { exclude: bad(["x"]) }),
    'an element of publish(): options.exclude is "x", expected a WAMP id',
  ],
  [
    "eligibleAuthid",
    (s) => s.publish("a.b", [], { eligibleAuthid: bad([1]) }),
    "an element of publish(): options.eligibleAuthid is 1, expected a string",
  ],
  ["handler", (s) => s.subscribe("a.b", bad("x")), 'subscribe(): handler is "x", expected a function'],
  [
    "match",
    (s) => s.subscribe("a.b", handler, { match: bad("glob") }),
    'subscribe(): options.match is "glob"',
  ],
  ["getRetained", (s) => s.subscribe("a.b", handler, { getRetained: bad(0) }), "options.getRetained is 0"],
  ["callee", (s) => s.register("a.b", bad({})), "register(): handler is an object, expected a function"],
  [
    "invoke",
    (s) => s.register("a.b", handler, { invoke: bad("all") }),
    'register(): options.invoke is "all"',
  ],
  [
    "concurrency",
    (s) => s.register("a.b", handler, { concurrency: 0 }),
    "register(): options.concurrency is 0, expected an integer, 1 or more",
  ],
  [
    "forceReregister",
    (s) => s.register("a.b", handler, { forceReregister: bad("") }),
    'options.forceReregister is ""',
  ],
];

/** Each method that has options, with a misspelt one, or one of another method. */
const misspelt: [string, (session: SessionFacade, options: Anything) => Promise<unknown>][] = [
  ["call()", (s, options) => s.call("a.b", [], options)],
  ["callResult()", (s, options) => s.callResult("a.b", [], options)],
  ["callProgressive()", (s, options) => next(s.callProgressive("a.b", [], options))],
  ["publish()", (s, options) => s.publish("a.b", [], options)],
  ["subscribe()", (s, options) => s.subscribe("a.b", handler, options)],
  ["subscribe()", (s, options) => next(s.events("a.b", options))],
  ["register()", (s, options) => s.register("a.b", handler, options)],
];

/** Arguments in wrong places and names of other clients, with the words that the error must have. */
const misplaced: [string, (session: SessionFacade) => Promise<unknown>, string, string][] = [
  [
    "keyword arguments as options",
    (s) => s.call("a.b", [1], bad({ name: "s3cret" })),
    "call(): options.name is a string",
    "did you mean options.kwargs?",
  ],
  [
    "keyword arguments before the options",
    (s) => asked(s, "publish", ["a.b", [1], {}, { exclude_me: "s3cret" }]),
    "publish(): argument 4 is an object, expected no more than topic, args, options",
    "did you mean options.excludeMe?",
  ],
  [
    "unknown options after the keyword arguments",
    (s) => asked(s, "callResult", ["a.b", [1], {}, { x: "s3cret" }]),
    "callResult(): argument 4 is an object",
    "did you mean options.kwargs?",
  ],
  [
    "one argument too many for callProgressive()",
    (s) => next(invoked(s, "callProgressive", ["a.b", [], {}, 5]) as AsyncIterable<unknown>),
    "callProgressive(): argument 4 is a number",
    "no more than procedure, args, options",
  ],
  [
    "one argument too many for events()",
    (s) => next(invoked(s, "events", ["a.b", {}, handler]) as AsyncIterable<unknown>),
    "events(): argument 3 is a function",
    "no more than topic, options",
  ],
  [
    "options before the handler of subscribe()",
    (s) => s.subscribe("a.b", bad({ match: "prefix" }), bad(handler)),
    "subscribe(): handler is an object",
    "expected a function; did you mean the argument after it?",
  ],
  [
    "options before the handler of register()",
    (s) => s.register("a.b", bad({ invoke: "last" }), bad(handler)),
    "register(): handler is an object",
    "expected a function; did you mean the argument after it?",
  ],
  [
    "one argument too many for register()",
    (s) => asked(s, "register", ["a.b", handler, {}, { force_reregister: true }]),
    "register(): argument 4 is an object",
    "did you mean options.forceReregister?",
  ],
  [
    "one argument too many for subscribe()",
    (s) => asked(s, "subscribe", ["a.b", handler, {}, { get_retained: true }]),
    "subscribe(): argument 4 is an object",
    "did you mean options.getRetained?",
  ],
  [
    "options instead of the arguments",
    (s) => s.call("a.b", bad({ timeout: 5 })),
    "call(): args is an object",
    "expected an array, before the options",
  ],
  ...(
    [
      ["timout", "timeout"],
      ["time_out", "timeout"],
      ["disclose_me", "discloseMe"],
      ["receive_progress", "callProgressive()"],
      ["exclude_me", "excludeMe of publish()"],
      ["match", "match of subscribe() or register()"],
      ["invoke", "invoke of register()"],
      ["cancel_mode", "cancelMode"],
      ["_trace", "options.wire._trace"],
    ] as const
  ).map(([name, meant]): (typeof misplaced)[number] => [
    name,
    (s) => s.call("a.b", [1], bad({ [name]: "s3cret" })),
    `call(): options.${name} is a string`,
    `did you mean ${meant}?`,
  ]),
];

describe("an invalid argument", () => {
  it.each(misplaced)("@G25 is refused with the likely one: %s", async (_what, ask, place, meant) => {
    const page = new FakePage();
    const session = await page.connect();
    const error: unknown = await ask(session).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "InvalidArgumentError" });
    expect(String(error)).toContain(place);
    expect(String(error)).toContain(meant);
    expect(JSON.stringify([String(error), { ...(error as object) }])).not.toContain("s3cret");
    await fence(page, session);
    expect(page.hub.posted).toEqual([]);
  });

  it("is none if it is undefined, or given to a method without parameters, such as the listener of an event", async () => {
    const page = new FakePage();
    const session = await page.connect();
    void asked(session, "publish", ["a.b", [1], {}, undefined]).catch(() => undefined);
    await page.hub.next("publish");
    await asked(session, "leave", [new Event("click")]);
    expect(session.status.state).toBe("closed");
  });

  it("@G25 throws for a third argument of on()", async () => {
    const session = await new FakePage().connect();
    expect(() => invoked(session, "on", ["status", handler, { once: true }])).toThrow(
      "on(): argument 3 is an object, expected no more than event, listener",
    );
  });

  it.each(misspelt)("is an unknown option, whose value is not shown: %s", async (method, ask) => {
    const page = new FakePage();
    const session = await page.connect();
    for (const name of ["eligable", "eligible_authid", "receive_progress", "constructor", "workerUrl"]) {
      const error: unknown = await ask(session, bad({ [name]: "s3cret" })).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: "InvalidArgumentError", value: "a string" });
      expect(String(error)).toContain(`${method}: options.${name} is a string, expected one of the options `);
    }
    await fence(page, session);
    expect(page.hub.posted).toEqual([]);
  });

  it("is not shown if it is in the option `wire`, which may hold a secret", async () => {
    const session = await new FakePage().connect();
    const error: unknown = await session
      .call("a.b", [], { wire: { _ticket: "s3cret\ud800" } })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "InvalidArgumentError", value: "a string" });
    expect(String(error)).toContain("options.wire._ticket is a string");
  });

  it.each(cases)("rejects with the place, the value and the rule: %s", async (_what, ask, message) => {
    const page = new FakePage();
    const session = await page.connect();
    const error: unknown = await ask(session).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "InvalidArgumentError" });
    expect(String(error)).toContain(message);
    await fence(page, session);
    expect(page.hub.posted).toEqual([]);
  });

  it("throws for a listener that is no function", async () => {
    const session = await new FakePage().connect();
    for (const event of ["status", "warning"] as const) {
      expect(() => session.on(event as "status", bad(null))).toThrow(
        expect.objectContaining({
          name: "InvalidArgumentError",
          message: "on(): listener is null, expected a function",
        }),
      );
    }
  });

  it("rejects only the call whose argument cannot be encoded, and names its place", async () => {
    const page = new FakePage();
    const session = await page.connect();
    const failing = session.call("a.b", [1, { deep: handler }]);
    const fine = session.call("a.b", [2]);
    await expect(failing).rejects.toMatchObject({ name: "SerializationError", path: "args[1].deep" });
    const { request, payload } = await page.hub.next("call");
    expect(payload.data).toBe("[2]");
    void page.hub.deliver({ kind: "result", request, progress: false, details: {}, payload });
    expect(await fine).toBe(2);
  });

  it("does not result from changing an argument after the call", async () => {
    const page = new FakePage();
    const session = await page.connect();
    const args = [{ value: 1 }];
    session.call("a.b", args).catch(() => undefined);
    args[0] = { value: 2 };
    expect((await page.hub.next("call")).payload.data).toBe('[{"value":1}]');
  });
});
