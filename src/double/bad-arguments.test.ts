import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Session } from "../client/index.js";
import { createTestRouter } from "./index.js";
import type { TestRouter } from "./index.js";

// Values that JavaScript lets through and the types do not.
type Anything = never;
const bad = (value: unknown): Anything => value as Anything;
const handler = (): undefined => undefined;
const next = (items: AsyncIterable<unknown>): Promise<unknown> => items[Symbol.asyncIterator]().next();

/** Calls a method with any arguments. */
function invoked(session: Session, method: keyof Session, given: readonly unknown[]): unknown {
  return (session[method] as (...given: readonly unknown[]) => unknown)(...given);
}
const asked = (...parts: Parameters<typeof invoked>): Promise<unknown> => Promise.resolve(invoked(...parts));

const cases: [string, (session: Session) => Promise<unknown>, string][] = [
  ["procedure", (s) => s.call(bad(5)), "call(): procedure is a number, expected a string"],
  ["args", (s) => s.call("a.b", bad("x")), "call(): args is a string, expected an array"],
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
    "register(): options is a number, expected a plain object",
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
    "options.signal is a string, expected an AbortSignal",
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
  [
    "timeout of a class",
    (s) => s.call("a.b", [], { timeout: bad(new Date()) }),
    "call(): options.timeout is an object, expected milliseconds",
  ],
  ["NaN timeout", (s) => s.callResult("a.b", [], { timeout: NaN }), "call(): options.timeout is NaN"],
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
    (s) => s.call("a.b", [], { offline: bad("later") }),
    'options.offline is "later", expected one of "wait", "fail", "durable"',
  ],
  ["wire", (s) => s.call("a.b", [], { wire: bad(3) }), "options.wire is a number, expected a plain object"],
  [
    "function in wire",
    (s) => s.call("a.b", [], { wire: { _x: handler } }),
    "options.wire._x is a function, expected null, a boolean, number, string, array or plain object",
  ],
  [
    "nesting in wire",
    (s) => s.call("a.b", [], { wire: { _abc: Array.from({ length: 3_000 }).reduce((inner) => [inner], 1) } }),
    "is an array of 1, expected null, a boolean, number, string, array or plain object",
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
  ["handler", (s) => s.subscribe("a.b", bad("x")), "subscribe(): handler is a string, expected a function"],
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
const misspelt: [string, (session: Session, options: Anything) => Promise<unknown>][] = [
  ["call()", (s, options) => s.call("a.b", [], options)],
  ["call()", (s, options) => s.callResult("a.b", [], options)],
  ["callProgressive()", (s, options) => next(s.callProgressive("a.b", [], options))],
  ["publish()", (s, options) => s.publish("a.b", [], options)],
  ["subscribe()", (s, options) => s.subscribe("a.b", handler, options)],
  ["subscribe()", (s, options) => next(s.events("a.b", options))],
  ["register()", (s, options) => s.register("a.b", handler, options)],
];

/** Arguments in wrong places and names of other clients, with the words that the error must have. */
const misplaced: [string, (session: Session) => Promise<unknown>, string, string][] = [
  [
    "keyword arguments as options",
    (s) => s.call("a.b", [1], bad({ name: "s3cret" })),
    "call(): options.name is a string",
    "did you mean options.kwargs?",
  ],
  [
    "keyword arguments as options, of which one cannot be posted",
    (s) => s.call("a.b", [1], bad({ when: new Date() })),
    "call(): options.when is an object",
    "did you mean options.kwargs?",
  ],
  [
    "a misspelt option that cannot be posted",
    (s) => s.call("a.b", [1], bad({ Signal: new AbortController().signal })),
    "call(): options.Signal is an object",
    "did you mean signal?",
  ],
  [
    "keyword arguments before the options",
    (s) => asked(s, "publish", ["a.b", [1], {}, { exclude_me: "s3cret" }]),
    "publish(): an extra argument is an object, expected none",
    "keyword arguments belong into options.kwargs",
  ],
  [
    "unknown options after the keyword arguments",
    (s) => asked(s, "callResult", ["a.b", [1], {}, { x: "s3cret" }]),
    "callResult(): an extra argument is an object",
    "keyword arguments belong into options.kwargs",
  ],
  [
    "one argument too many for callProgressive()",
    (s) => next(invoked(s, "callProgressive", ["a.b", [], {}, 5]) as AsyncIterable<unknown>),
    "callProgressive(): an extra argument is a number",
    "expected none",
  ],
  [
    "one argument too many for events()",
    (s) => next(invoked(s, "events", ["a.b", {}, handler]) as AsyncIterable<unknown>),
    "subscribe(): an extra argument is a function",
    "expected none",
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
    "register(): an extra argument is an object",
    "expected none",
  ],
  [
    "one argument too many for subscribe()",
    (s) => asked(s, "subscribe", ["a.b", handler, {}, { get_retained: true }]),
    "subscribe(): an extra argument is an object",
    "expected none",
  ],
  [
    "options instead of the arguments",
    (s) => s.call("a.b", bad({ timeout: 5 })),
    "call(): args is an object",
    "expected an array, before the options",
  ],
  [
    "an option of other methods",
    (s) => s.subscribe("a.b", handler, bad({ sendTab: true })),
    "subscribe(): options.sendTab is a boolean",
    "did you mean sendTab of call() or publish()?",
  ],
  [
    "keyword arguments of a subscription",
    (s) => s.subscribe("a.b", handler, bad({ kwargs: { a: 1 } })),
    "subscribe(): options.kwargs is an object",
    "did you mean kwargs of call() or publish()?",
  ],
  [
    "the name of another option",
    (s) => s.subscribe("a.b", handler, bad({ retained: true })),
    "subscribe(): options.retained is a boolean",
    "did you mean getRetained?",
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

let router: TestRouter;
let session: Session;

beforeEach(async () => {
  router = createTestRouter();
  session = await router.connect();
  router.resetCounts();
});

afterEach(() => router.stop());

/** Returns the error of an invalid argument, which must not reach the router. */
async function refusal(ask: (session: Session) => Promise<unknown>): Promise<unknown> {
  const error: unknown = await ask(session).catch((reason: unknown) => reason);
  await router.settle();
  expect(Object.values(router.counts.received).every((count) => count === 0)).toBe(true);
  return error;
}

describe("an invalid argument", () => {
  it.each(misplaced)("@G25 is refused with the likely one: %s", async (_what, ask, place, meant) => {
    const error = await refusal(ask);
    expect(error).toMatchObject({ name: "InvalidArgumentError" });
    expect(String(error)).toContain(place);
    expect(String(error)).toContain(meant);
    expect(JSON.stringify([String(error), { ...(error as object) }])).not.toContain("s3cret");
  });

  it("is none if it is undefined, or given to a method without parameters, such as the listener of an event", async () => {
    await asked(session, "publish", ["a.b", [1], {}, undefined]);
    await asked(session, "leave", [new Event("click")]);
    expect(session.status.state).toBe("closed");
  });

  it("@G25 is no keyword argument where a method has none", async () => {
    for (const method of ["subscribe", "register"] as const) {
      const error = await refusal((s) => asked(s, method, ["a.b", handler, {}, { x: 1 }]));
      expect(error).toMatchObject({ expected: "none" });
    }
  });

  it("@G25 throws for a third argument of on()", () => {
    expect(() => invoked(session, "on", ["status", handler, { once: true }])).toThrow(
      "on(): an extra argument is an object, expected none",
    );
  });

  it.each(misspelt)("is an unknown option, whose value is not shown: %s", async (method, ask) => {
    for (const name of ["eligable", "eligible_authid", "receive_progress", "constructor", "workerUrl"]) {
      const error = await refusal((s) => ask(s, bad({ [name]: "s3cret" })));
      expect(error).toMatchObject({ name: "InvalidArgumentError", value: "a string" });
      expect(String(error)).toContain(`${method}: options.${name} is a string, expected one of the options `);
    }
  });

  it("is not shown if it is in the option `wire`, which may hold a secret", async () => {
    const error: unknown = await session
      .call("a.b", [], { wire: { _ticket: "s3cret\ud800" } })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "InvalidArgumentError", value: "a string" });
    expect(String(error)).toContain("options.wire._ticket is a string");
  });

  it.each(cases)("rejects with the place, the value and the rule: %s", async (_what, ask, message) => {
    const error = await refusal(ask);
    expect(error).toMatchObject({ name: "InvalidArgumentError" });
    expect(String(error)).toContain(message);
  });

  it("throws for a listener that is no function", () => {
    for (const event of ["status", "warning"] as const) {
      expect(() => session.on(event as "status", bad(null))).toThrow(
        expect.objectContaining({
          name: "InvalidArgumentError",
          message: "on(): listener is null, expected a function",
        }),
      );
    }
  });
});
