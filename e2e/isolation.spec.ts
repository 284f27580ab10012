import { expect, test } from "./support/fixtures.js";
import type { InvocationContext } from "wamp-mux";
import type { Outcome } from "./support/page-kit.js";
import { needs, needsFaults } from "./support/needs.js";
import type { Tab } from "./support/tab.js";

const invalidUris = {
  "": "an empty URI",
  "com..b": "an empty component",
  "com.a b": "a space",
  "com.a#b": "a #",
};
const tooLarge = 17 * 1024 * 1024;

/**
 * Acts of one tab that make Crossbar.io close the socket, and with it the session of every tab. They include arguments that
 * the types of the API forbid, since JavaScript can pass them nevertheless.
 */
const killers: Record<string, { named: string | RegExp; act: (tab: Tab) => Promise<Outcome> }> = {};

function killer(title: string, named: string | RegExp, act: (tab: Tab) => Promise<Outcome>): void {
  killers[title] = { named, act };
}

for (const [uri, what] of Object.entries(invalidUris)) {
  killer(`${what} in a call`, uri, (tab) => tab.callOutcome(uri));
  killer(`${what} in a publish`, uri, (tab) => tab.publishOutcome(uri));
  killer(`${what} in an acknowledged publish`, uri, (tab) =>
    tab.publishOutcome(uri, [], { acknowledge: true }),
  );
  killer(`${what} in a subscribe`, uri, (tab) => tab.subscribeOutcome(uri));
  killer(`${what} in a register`, uri, (tab) => tab.registerOutcome(uri, "sum"));
}
killer("a space in a wildcard subscribe", "com. .b", (tab) =>
  tab.subscribeOutcome("com. .b", { match: "wildcard" }),
);
killer("a # in a prefix register", "com.#", (tab) =>
  tab.registerOutcome("com.#", "sum", { match: "prefix" }),
);

/** Invalid options by their names in this API; `wire` is passed through to the router, and judged too. */
const wrongOptions = {
  call: [
    { timeout: -1 },
    { timeout: "soon" },
    { timeout: 1.5 },
    { discloseMe: "yes" },
    { wire: { timeout: -1 } },
    { wire: { timeout: "soon" } },
    { wire: { receive_progress: "yes" } },
    { wire: { disclose_me: 1 } },
    { kwargs: ["no", "map"] },
    { kwargs: "no map" },
    { kwargs: 7 },
  ],
  publish: [
    { exclude: "x" },
    { exclude: ["x"] },
    { eligible: 7 },
    { excludeAuthid: [7] },
    { excludeAuthrole: "x" },
    { eligibleAuthid: "x" },
    { eligibleAuthrole: [{}] },
    { excludeMe: "no" },
    { acknowledge: 1 },
    { retain: "yes" },
    { wire: { exclude: "x" } },
    { wire: { exclude_me: "no" } },
    { wire: { acknowledge: "yes" } },
    { kwargs: ["no", "map"] },
  ],
  subscribe: [
    { match: "glob" },
    { match: 7 },
    { getRetained: "yes" },
    { wire: { match: "glob" } },
    { wire: { get_retained: "yes" } },
  ],
  register: [
    { match: "glob" },
    { invoke: "whatever" },
    { concurrency: 0 },
    { concurrency: -1 },
    { concurrency: 1.5 },
    { concurrency: "many" },
    { forceReregister: "yes" },
    { wire: { match: "glob" } },
    { wire: { invoke: "whatever" } },
    { wire: { concurrency: 0 } },
    { wire: { force_reregister: "yes" } },
  ],
} as const;

type Method = keyof typeof wrongOptions;

/** Makes a request with arguments that the types forbid. */
function untyped(tab: Tab, method: Method, second: unknown, options: unknown): Promise<Outcome> {
  return tab.page.evaluate(
    ([method, second, options]) => {
      const uri = "com.e2e.killer";
      const given = method === "subscribe" || method === "register" ? () => {} : second;
      const { session } = window;
      const asked: unknown = Reflect.apply(Reflect.get(session, method), session, [uri, given, options]);
      return window.kit.outcome(Promise.resolve(asked));
    },
    [method, second, options] as const,
  );
}

for (const [method, list] of Object.entries(wrongOptions) as [Method, readonly object[]][]) {
  for (const options of list) {
    const name =
      Object.keys("wire" in options && typeof options.wire === "object" ? { ...options.wire } : options)[0] ??
      "";
    killer(`${JSON.stringify(options)} for ${method}`, name, (tab) => untyped(tab, method, [], options));
  }
}
killer("an object as the args of a call", /args/, (tab) => untyped(tab, "call", { 0: "a" }, {}));
killer("text as the args of a publish", /args/, (tab) => untyped(tab, "publish", "text", {}));
killer("an unknown cancel mode", "violently", (tab) => untyped(tab, "call", [], { cancelMode: "violently" }));
killer("a handler that is no function", /handler/, (tab) =>
  tab.page.evaluate(() => {
    const asked: unknown = Reflect.apply(Reflect.get(window.session, "register"), window.session, [
      "com.e2e.p",
      "handler",
    ]);
    return window.kit.outcome(Promise.resolve(asked));
  }),
);

for (const method of ["call", "publish"] as const) {
  killer(`a message over 16 MiB in a ${method}`, /maxMessageSize|16777216/, (tab) =>
    tab.page.evaluate(
      ([method, size]) =>
        window.kit.outcome(
          method === "call"
            ? window.session.call("com.e2e.p", ["x".repeat(size)])
            : window.session.publish("com.e2e.p", ["x".repeat(size)], { acknowledge: true }),
        ),
      [method, tooLarge] as const,
    ),
  );
}

const titles = Object.keys(killers);
// One tab commits one act after the other, and the test checks its sibling after each.
const portions = Array.from({ length: Math.ceil(titles.length / 12) }, (_, n) =>
  titles.slice(n * 12, n * 12 + 12),
);

for (const [n, portion] of portions.entries()) {
  test(`@G23 no tab can end the session of the others, part ${n + 1}: from ${portion[0]} to ${portion.at(-1)}`, async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    const [culprit, sibling] = await tabs.two();
    const id = await sibling.sessionId();
    await sibling.subscribe(uri("topic"));
    await sibling.register(uri("sum"), "sum");
    let events = 0;

    for (const title of portion) {
      await test.step(title, async () => {
        const { named, act } = killers[title] ?? { named: "", act: () => Promise.reject(new Error(title)) };
        const outcome = await act(culprit);

        expect(outcome, title).toMatchObject({ ok: false, error: { isWampMuxError: true } });
        if (outcome.ok) return;
        expect(outcome.error.name, title).toMatch(/^(InvalidArgumentError|OverflowError)$/);
        expect(outcome.error.message, title).toMatch(
          typeof named === "string" ? new RegExp(escaped(named)) : named,
        );

        await foreign.publish(uri("topic"), [events]);
        events += 1;
        expect((await sibling.firstArgs(uri("topic"), events)).at(-1)).toBe(events - 1);
        expect(await foreign.call(uri("sum"), [1, events])).toMatchObject({ args: [1 + events] });
        expect(await culprit.call(uri("sum"), [2, events])).toBe(2 + events);
        expect(await sibling.sessionId()).toBe(id);
      });
    }
    expect(await culprit.sessionId()).toBe(id);
    expect(router.proxy.connections()).toBe(1);
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/**
 * Answers of a handler that no router accepts, and the error URI that the caller gets instead. A refusal alone would leave
 * the caller waiting.
 */
const badAnswers = {
  "an error with an invalid URI": /^wamp\.error\.(invalid_uri|invalid_argument|runtime_error)$/,
  "an error with an empty URI": /^wamp\.error\.(invalid_uri|invalid_argument|runtime_error)$/,
  "an error whose URI is no string": /^wamp\.error\.invalid_uri$/,
  "an error with arguments that cannot be encoded": /^com\.e2e\.error$/,
  "a result over 16 MiB": /^wamp\.error\.payload_size_exceeded$/,
  "an error over 16 MiB": /^wamp\.error\.payload_size_exceeded$/,
  "args that are no list": /^wamp\.error\.(invalid_argument|runtime_error)$/,
  "kwargs that are no map": /^wamp\.error\.(invalid_argument|runtime_error)$/,
} as const;

function registerBadAnswer(tab: Tab, procedure: string, kind: keyof typeof badAnswers): Promise<void> {
  return tab.page.evaluate(
    async ([procedure, kind, size]) => {
      const answer = () => {
        switch (kind) {
          case "an error with an invalid URI":
            throw new window.wampMux.WampError("not a uri", ["why"]);
          case "an error with an empty URI":
            throw new window.wampMux.WampError("");
          case "an error whose URI is no string":
            throw Object.defineProperty(new window.wampMux.WampError("com.e2e.error"), "uri", { value: 5 });
          case "an error with arguments that cannot be encoded":
            throw new window.wampMux.WampError("com.e2e.error", [() => {}]);
          case "a result over 16 MiB":
            return "x".repeat(size);
          case "an error over 16 MiB":
            throw new Error("x".repeat(size));
          case "args that are no list":
            return Reflect.apply(window.wampMux.result, undefined, ["text"]) as unknown;
          case "kwargs that are no map":
            return Reflect.apply(window.wampMux.result, undefined, [[], ["list"]]) as unknown;
        }
      };
      window.kit.track(procedure, await window.session.register(procedure, answer));
    },
    [procedure, kind, tooLarge] as const,
  );
}

for (const [what, expected] of Object.entries(badAnswers) as [keyof typeof badAnswers, RegExp][]) {
  test(`@G23 a handler that answers with ${what} does not end the session`, async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    const [culprit, sibling] = await tabs.two();
    const id = await sibling.sessionId();
    await sibling.register(uri("sum"), "sum");
    tabs.expectErrors();
    await culprit.page.evaluate(() => {
      const told = window.kit.recorder("told");
      window.session.on("warning", (error) => told.add(error.name));
      addEventListener("error", ({ error }) => told.add(window.kit.error(error).name));
    });
    await registerBadAnswer(culprit, uri("bad"), what);

    const error = { uri: expect.stringMatching(expected) as unknown };
    await expect(foreign.call(uri("bad"))).rejects.toMatchObject(error);
    expect(await sibling.callOutcome(uri("bad"))).toMatchObject({
      ok: false,
      error: { name: "WampError", ...error },
    });

    // An error over 16 MiB is a mistake of the handler, and too big besides.
    expect(await culprit.events("told", 2)).not.toEqual([]);
    expect(await foreign.call(uri("sum"), [1, 2])).toMatchObject({ args: [3] });
    expect(await culprit.call(uri("sum"), [1, 2])).toBe(3);
    expect(await sibling.sessionId()).toBe(id);
    expect(router.proxy.connections()).toBe(1);
  });
}

test("@G23 a URI with a hyphen is valid unless the strict rules apply", async ({ tabs, uri }) => {
  const loose = await tabs.open();
  const strict = await tabs.open({ uriRules: "strict", principal: "strict" });
  await loose.register(uri("my-app.Sum"), "sum");

  expect(await loose.call(uri("my-app.Sum"), [1, 2])).toBe(3);
  expect(await strict.callOutcome(uri("my-app.Sum"))).toMatchObject({
    ok: false,
    error: { name: "InvalidArgumentError", message: expect.stringContaining("my-app.Sum") as unknown },
  });
});

test("@G23 progress over 16 MiB ends the call, but not the session", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  needs(router, "dealer", "progressive_call_results");
  const [callee, caller] = await tabs.two();
  const id = await caller.sessionId();
  await callee.page.evaluate(
    async ([procedure, size]) => {
      const handler = (_: readonly unknown[], context: InvocationContext) => {
        context.progress?.(["small"]);
        context.progress?.(["x".repeat(size)]);
        return "done";
      };
      window.kit.track(procedure, await window.session.register(procedure, handler));
    },
    [uri("bad"), tooLarge] as const,
  );

  const outcome = await caller.page.evaluate(async (procedure) => {
    const all = async () => {
      for await (const { args } of window.session.callProgressive(procedure))
        window.kit.recorder("parts").add(args[0]);
    };
    return window.kit.outcome(all());
  }, uri("bad"));

  expect(await caller.events("parts", 1)).toEqual(["small"]);
  expect(outcome).toMatchObject({ ok: false, error: { uri: "wamp.error.payload_size_exceeded" } });
  await foreign.register(uri("fine"), ({ result }) => result(["fine"]));
  expect(await callee.call(uri("fine"))).toBe("fine");
  expect(await caller.sessionId()).toBe(id);
});

test("@G23 the option maxMessageSize bounds what one request may send", async ({ tabs, foreign, uri }) => {
  await foreign.register(uri("length"), ({ args, result }) => result([String(args[0]).length]));
  const tab = await tabs.open({ maxMessageSize: 2_000 });

  expect(await tab.call(uri("length"), ["x".repeat(1_500)])).toBe(1_500);
  expect(await tab.callOutcome(uri("length"), ["x".repeat(2_000)])).toMatchObject({
    ok: false,
    error: { name: "OverflowError", limit: "maxMessageSize", maximum: 2_000 },
  });
});

test("@G23 one tab's queued bytes are bounded, the other tab's are its own", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  await foreign.register(uri("length"), ({ args, result }) => result([String(args[0]).length]));
  router.proxy.refuse(true);
  const limits = { maxQueuedBytes: 10_000 };
  const [greedy, modest] = [
    await tabs.blank({ limits, retry: { initialDelay: 1 } }),
    await tabs.blank({ limits, retry: { initialDelay: 1 } }),
  ];
  for (const tab of [greedy, modest]) await tab.attach();

  await greedy.startCall("fits", uri("length"), ["x".repeat(8_000)]);
  expect(await greedy.callOutcome(uri("length"), ["x".repeat(8_000)])).toMatchObject({
    ok: false,
    error: { name: "OverflowError", limit: "maxQueuedBytes", maximum: 10_000 },
  });
  await modest.startCall("fits", uri("length"), ["x".repeat(8_001)]);

  router.proxy.refuse(false);
  expect(await greedy.settled("fits")).toEqual({ ok: true, value: 8_000 });
  expect(await modest.settled("fits")).toEqual({ ok: true, value: 8_001 });
  expect(await greedy.call(uri("length"), ["x".repeat(8_000)])).toBe(8_000);
});

test("@G23 one tab's requests in flight are bounded, the other tab's are its own", async ({
  tabs,
  foreign,
  uri,
}) => {
  await foreign.register(uri("sum"), ({ args, result }) => result([Number(args[0]) + 1]));
  const [greedy, modest] = await tabs.two({ limits: { maxRequests: 10 } });

  const outcomes = await greedy.page.evaluate(
    (procedure) =>
      Promise.all(
        Array.from({ length: 30 }, (_, n) => window.kit.outcome(window.session.call(procedure, [n]))),
      ),
    uri("sum"),
  );

  const refused = outcomes.filter(({ ok }) => !ok);
  expect(refused.length).toBeGreaterThan(0);
  for (const outcome of refused) {
    expect(outcome).toMatchObject({ error: { name: "OverflowError", limit: "maxRequests", maximum: 10 } });
  }
  expect(outcomes.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, n) => ({ ok: true, value: n + 1 })));
  expect(await modest.call(uri("sum"), [1])).toBe(2);
  expect(await greedy.call(uri("sum"), [1])).toBe(2);
});

test("@G23 a handler may throw the error that it got from another call, whatever the router has added to it", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const [culprit, sibling] = await tabs.two();
  const id = await sibling.sessionId();
  await sibling.register(uri("sum"), "sum");
  await foreign.register(uri("inner"), ({ error }) => error("com.e2e.error", ["why"], { kind: "inner" }));
  await culprit.page.evaluate(
    async ([outer, inner]) => {
      const handler = async (args: readonly unknown[]) => {
        try {
          return await window.session.call(inner);
        } catch (error) {
          if (!(error instanceof window.wampMux.WampError)) throw error;
          // Crossbar.io closes the socket over most of them.
          const forged = { callee: "5", callee_authid: null, callee_authrole: 5, forward_for: [{}] };
          const details = args[0] === "forged" ? { ...error.details, ...forged } : error.details;
          throw Object.defineProperty(error, "details", { value: details });
        }
      };
      window.kit.track(outer, await window.session.register(outer, handler));
    },
    [uri("outer"), uri("inner")] as const,
  );

  for (const kind of ["as it came", "forged"]) {
    const error = { uri: "com.e2e.error", args: ["why"] };
    await expect(foreign.call(uri("outer"), [kind])).rejects.toMatchObject(error);
    expect(await sibling.callOutcome(uri("outer"), [kind])).toMatchObject({ ok: false, error });
    expect(await foreign.call(uri("sum"), [1, 2])).toMatchObject({ args: [3] });
  }
  expect(await culprit.sessionId()).toBe(id);
  expect(await sibling.sessionId()).toBe(id);
  expect(router.proxy.connections()).toBe(1);
});

test.describe("on a router without subscriber black- and whitelisting", () => {
  test.use({ devOptions: { features: { subscriber_blackwhite_listing: false } } });

  test("@G23 a publication for chosen receivers is refused, not sent to everybody", async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    const dev = needsFaults(router);
    const [publisher, sibling] = await tabs.two();
    const outside = await foreign.subscribe(uri("topic"));
    await sibling.subscribe(uri("topic"));

    const { received } = dev.counts;
    const before = received.PUBLISH;
    expect(await publisher.publishOutcome(uri("topic"), ["secret"], { eligible: [1] })).toMatchObject({
      ok: false,
      error: { name: "FeatureNotSupportedError", feature: "subscriber_blackwhite_listing" },
    });
    await publisher.publish(uri("topic"), ["open"], { acknowledge: true });

    expect(await sibling.firstArgs(uri("topic"), 1)).toEqual(["open"]);
    expect((await outside.waitForCount(1)).map(({ args }) => args[0])).toEqual(["open"]);
    expect(received.PUBLISH).toBe(before + 1);
  });
});
