import { afterEach, describe, expect, it, vi } from "vitest";
import { jsonPayloads } from "../../codec/json-payload.js";
import { jsonSerializer } from "../../codec/json.js";
import { msgpackSerializer } from "../../codec/msgpack.js";
import type { TabRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireRequestId } from "../../protocol/ids.js";
import type { Asked } from "../../testing/asked.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

/** A request that must be refused, and the texts that its error has to name. */
interface Offence {
  readonly name: string;
  readonly offend: (tab: FakeTab) => Asked;
  readonly named: readonly string[];
}

const badUris = ["", "a..b", ".a", "a.", "with space", "with#hash", "tab\tbed", "nul\0", "lone\ud800"];

const offence = (name: string, offend: Offence["offend"], ...named: string[]): Offence => ({
  name,
  offend,
  named,
});

const uriOffences = badUris.flatMap((uri) => {
  const printed = JSON.stringify(uri);
  return [
    offence(`CALL of ${printed}`, (tab) => tab.call(uri), printed, "a valid URI"),
    offence(`PUBLISH to ${printed}`, (tab) => tab.publish(uri), printed, "a valid URI"),
    offence(`SUBSCRIBE to ${printed}`, (tab) => tab.subscribe(uri), printed, "a valid URI"),
    offence(`REGISTER of ${printed}`, (tab) => tab.register(uri), printed, "a valid URI"),
  ];
});

const wrongOptions: readonly (readonly [Parameters<typeof withOption>[1], string, unknown])[] = [
  ["call", "timeout", -1],
  ["call", "timeout", "200"],
  ["call", "timeout", 0.5],
  ["call", "timeout", Infinity],
  ["call", "receive_progress", "yes"],
  ["call", "disclose_me", 1],
  ["call", "disclose_me", undefined],
  ["call", "unknown", true],
  ["call", "toString", true],
  ["call", "constructor", true],
  ["call", "__proto__", 1n],
  ["call", "_custom", 1n],
  ["call", "_custom", NaN],
  ["call", "_custom", "\0binary"],
  ["call", "_custom", "\ud800"],
  ["call", "_custom", { "\ud800": 1 }],
  ["call", "_custom", cyclic()],
  ["call", "_custom", new Map()],
  ["call", "_custom", new Uint8Array(1)],
  ["publish", "exclude", "x"],
  ["publish", "exclude", [0]],
  ["publish", "exclude", [1.5]],
  ["publish", "eligible", [2 ** 53 + 2]],
  ["publish", "eligible", Array(1)],
  ["publish", "exclude_authid", [1]],
  ["publish", "exclude_authrole", "x"],
  ["publish", "eligible_authid", ["\ud800"]],
  ["publish", "eligible_authrole", ["\0"]],
  ["publish", "acknowledge", 1],
  ["publish", "exclude_me", null],
  ["publish", "retain", "true"],
  ["subscribe", "match", "glob"],
  ["subscribe", "get_retained", 1],
  ["register", "match", "regex"],
  ["register", "invoke", "all"],
  ["register", "concurrency", 0],
  ["register", "concurrency", 1.5],
  ["register", "force_reregister", "yes"],
];

const offences: readonly Offence[] = [
  ...uriOffences,
  offence("a prefix pattern", (tab) => tab.subscribe("a..b", { match: "prefix" }), '"a..b"', "prefix"),
  offence("a wildcard pattern", (tab) => tab.register("a. .b", { match: "wildcard" }), '"a. .b"'),
  offence("a URI that is no string", (tab) => tab.call(17 as never), "17", "a URI (string)"),
  ...wrongOptions.map(([kind, option, value], index) =>
    offence(
      `${kind} option ${option} of type ${typeof value} (${index})`,
      (tab) => withOption(tab, kind, Object.fromEntries([[option, value]])),
      option,
    ),
  ),
  offence("a deadline below zero", (tab) => tab.call("com.x", [], { timeout: -1 }), "-1", "milliseconds"),
  offence(
    "a deadline with a fraction",
    (tab) => tab.subscribe("com.x", { timeout: 1.5 }),
    "1.5",
    "milliseconds",
  ),
];

function withOption(tab: FakeTab, kind: "call" | "publish" | "subscribe" | "register", options: Dict): Asked {
  switch (kind) {
    case "call":
      return tab.call("com.x", [], { options });
    case "publish":
      return tab.publish("com.x", [], options);
    case "subscribe":
      return tab.subscribe("com.x", options);
    case "register":
      return tab.register("com.x", options);
  }
}

function cyclic(): unknown {
  const value: unknown[] = [];
  value.push(value);
  return value;
}

describe("no tab can end the session of the others", () => {
  it.each(offences)("@G23 refuses only for that tab: $name", async ({ offend, named }) => {
    const { world, router, a, b } = await startTabs();
    const { session } = world.session;
    let asked: Asked | undefined;
    a.batch(() => {
      asked = offend(a);
      a.publish("com.after");
    });
    b.subscribe("com.fine");
    await world.settle();
    expect(asked?.error?.name).toBe("InvalidArgumentError");
    for (const name of named) expect(asked?.error?.message).toContain(name);
    expect(router.received.map(({ type }) => type)).toEqual(["HELLO", "PUBLISH", "SUBSCRIBE"]);
    expect(world.session).toMatchObject({ session, state: "online" });
  });

  it("@G23 sends valid requests unchanged", async () => {
    const { world, router, a } = await startTabs();
    const options = {
      exclude: [1, 2 ** 53],
      exclude_authid: ["joe"],
      eligible_authrole: [],
      disclose_me: true,
      retain: false,
      _custom: { a: [1, null, "ü"] },
    };
    a.publish("com.my-app.Ünïcode", [], options);
    a.subscribe("", { match: "prefix" });
    a.subscribe("com.", { match: "prefix" });
    a.subscribe("..x", { match: "wildcard" });
    a.call("wamp.session.count");
    await world.settle();
    expect(router.got("PUBLISH")[0]?.options).toEqual(options);
    expect(router.received.map(({ type }) => type)).toEqual([
      "HELLO",
      "PUBLISH",
      "SUBSCRIBE",
      "SUBSCRIBE",
      "SUBSCRIBE",
      "CALL",
    ]);
  });

  it("@G23 applies the strict URI rules on request", async () => {
    const { world, a } = await startTabs({ uriRules: "strict" });
    const refused = [a.call("com.my-app.x"), a.publish("com.Upper"), a.subscribe("com.ü"), a.register("A")];
    const fine = a.call("com.my_app.x1");
    await world.settle();
    expect(refused.map(({ error }) => error?.name)).toEqual(Array(4).fill("InvalidArgumentError"));
    expect(fine.error?.name).toBe("WampError");
  });

  it("@G23 does not send an unknown cancel mode", async () => {
    const { world, router, a, b } = await startTabs();
    b.register("com.slow");
    await world.settle();
    const asked = a.call("com.slow");
    await world.settle();
    a.cancel(asked, "softly" as never);
    await world.settle();
    expect(router.got("CANCEL")).toMatchObject([{ options: { mode: "killnowait" } }]);
    expect(asked.error?.name).toBe("CanceledError");
  });

  it("@G23 refuses a message over the size limit, measured in UTF-8 with its envelope", async () => {
    const { world, router, a, b } = await startTabs({ maxMessageSize: 1_000 });
    const refused = [
      a.call("com.x", ["x".repeat(1_000)]),
      a.publish("com.x", ["ü".repeat(480)]),
      a.publish("com.x", ["€".repeat(320)]),
      a.publish("com.x", ["😀".repeat(240)]),
      a.call("com.x", ["x".repeat(850)], { options: { _custom: "y".repeat(100) } }),
      a.publish(`com.${"x".repeat(1_000)}`),
      a.subscribe(`com.${"x".repeat(1_000)}`),
      a.register(`com.${"x".repeat(1_000)}`),
      a.subscribe("com.x", { _custom: "x".repeat(1_000) }),
    ];
    const fits = [a.publish("com.x", ["x".repeat(880)]), a.publish("com.x", ["ü".repeat(440)])];
    await world.settle();
    for (const { error } of refused) {
      expect(error).toMatchObject({
        name: "OverflowError",
        fields: { limit: "maxMessageSize", maximum: 1_000 },
      });
    }
    expect(fits.map(({ outcome }) => outcome?.kind)).toEqual(["published", "published"]);
    expect(router.got("PUBLISH")).toHaveLength(2);
    expect(b.notices.filter(({ kind }) => kind !== "status")).toEqual([]);
  });

  it("@G23 refuses only the request that the serializer of the connection cannot carry", async () => {
    const { world, router, a } = await startTabs({ serializers: ["json"] });
    a.codec = msgpackSerializer;
    const refused = a.publish("com.x", [NaN]);
    const fine = a.publish("com.x", [new Uint8Array([1, 2])]);
    await world.settle();
    expect(refused.error).toMatchObject({ name: "InvalidArgumentError" });
    expect(refused.error?.message).toContain("json");
    expect(fine.outcome?.kind).toBe("published");
    expect(router.got("PUBLISH").map(({ payload }) => jsonPayloads.decodePayload(payload).args)).toEqual([
      [new Uint8Array([1, 2])],
    ]);
  });
});

describe("a handler's answer", () => {
  async function invoked(details: Dict = {}) {
    const tabs = await startTabs({ maxMessageSize: 1_000 });
    tabs.a.register("com.do");
    await tabs.world.settle();
    const request = tabs.router.invoke("com.do", json(), details);
    await tabs.world.settle();
    const [invocation] = tabs.a.invocations;
    if (invocation === undefined) throw new Error("no invocation");
    return { ...tabs, request, invocation };
  }

  it.each(badUris)(
    "@G23 replaces an ERROR with the URI %j by a valid one, and warns the tab",
    async (uri) => {
      const { world, router, a, request, invocation } = await invoked();
      a.fail(invocation, uri);
      await world.settle();
      const [warning] = a.of("warning");
      expect(warning?.error.name).toBe("InvalidArgumentError");
      const [, reason] =
        /^(The URI of a handler's error is .*, expected a valid URI: .*) \(answer to an invocation of com\.do\)$/.exec(
          warning?.error.message ?? "",
        ) ?? [];
      expect(router.got("ERROR")).toMatchObject([
        { request, error: "wamp.error.invalid_uri", details: {}, payload: json(reason) },
      ]);
      expect(router.unanswered).toBe(0);
    },
  );

  it("@G7 answers the caller also where the text about a bad URI ends inside a character", async () => {
    const { world, router, a, request, invocation } = await invoked();
    a.fail(invocation, `not a uri ${"x".repeat(188)}😀 and more`);
    await world.settle();
    expect(router.got("ERROR")).toMatchObject([{ request, error: "wamp.error.invalid_uri" }]);
    expect(world.fake.logged).toEqual([]);
  });

  it("@G7 answers the caller without the reason if that cannot be encoded", async () => {
    const { world, router, a, request, invocation } = await invoked();
    const encoding = vi.spyOn(jsonSerializer, "encodePayload").mockImplementationOnce(() => {
      throw new Error("not this text");
    });
    a.yield(invocation, ["x".repeat(1_000)]);
    await world.settle();
    encoding.mockRestore();
    const error = "wamp.error.payload_size_exceeded";
    expect(router.got("ERROR")).toMatchObject([{ request, error, payload: json() }]);
    expect(world.fake.logged).toEqual([]);
  });

  it("@G23 replaces an ERROR whose URI is not a string, and accepts the rest of its batch", async () => {
    const { world, router, a, invocation } = await invoked();
    a.batch(() => {
      // Plain JavaScript can throw anything.
      a.fail(invocation, 5 as unknown as string);
      a.publish("com.x");
    });
    await world.settle();
    expect(router.got("ERROR")).toMatchObject([{ error: "wamp.error.invalid_uri" }]);
    expect(a.of("warning")).toMatchObject([{ error: { name: "InvalidArgumentError" } }]);
    expect(router.got("PUBLISH")).toHaveLength(1);
  });

  it("@G23 limits the queued progressive results: an excess ends the call", async () => {
    const { world, router, a, b } = await startTabs({ limits: { maxRequests: 100, maxQueuedBytes: 5_000 } });
    a.register("com.do");
    await world.settle();
    const request = router.invoke("com.do", json(), { receive_progress: true });
    await world.settle();
    const [invocation] = a.invocations;
    if (invocation === undefined) throw new Error("no invocation");
    router.socket.bufferedAmount = 1e9;
    for (let part = 0; part < 10; part += 1) a.yield(invocation, ["x".repeat(1_000)], true);
    await world.settle();
    expect(world.session.tabs[0]?.queuedBytes).toBeLessThanOrEqual(5_000);
    expect(a.of("interrupt")).toMatchObject([{ reason: "wamp.error.payload_size_exceeded" }]);
    expect(a.of("warning")).toMatchObject([
      { error: { name: "OverflowError", fields: { limit: "maxQueuedBytes", maximum: 5_000 } } },
    ]);
    router.socket.bufferedAmount = 0;
    b.publish("com.x");
    await world.advance(10);
    expect(router.got("ERROR")).toMatchObject([{ request, error: "wamp.error.payload_size_exceeded" }]);
    expect([router.got("YIELD").length, world.session.invocations]).toEqual([0, 0]);
  });

  it("@G23 limits the queued errors with their details", async () => {
    const { world, router, a } = await startTabs({ limits: { maxRequests: 100, maxQueuedBytes: 10_000 } });
    a.register("com.do");
    await world.settle();
    a.onInvocation = (invocation) => a.fail(invocation, "com.error", { text: "x".repeat(4_000) });
    router.socket.bufferedAmount = 1e9;
    for (let call = 0; call < 3; call += 1) router.invoke("com.do", json());
    await world.settle();
    expect(world.session.tabs[0]?.queuedBytes).toBeGreaterThan(8_000);
    expect(a.of("warning")).toMatchObject([
      { error: { name: "OverflowError", fields: { limit: "maxQueuedBytes" } } },
    ]);
  });

  it("@G23 replaces a result that is too large by an ERROR", async () => {
    const { world, router, a, request, invocation } = await invoked();
    a.yield(invocation, ["x".repeat(1_000)]);
    await world.settle();
    expect(router.got("ERROR")).toMatchObject([{ request, error: "wamp.error.payload_size_exceeded" }]);
    expect(router.got("YIELD")).toEqual([]);
    expect(a.of("warning")).toMatchObject([{ error: { name: "OverflowError" } }]);
  });

  it("@G23 replaces an ERROR that is too large by a smaller one", async () => {
    const { world, router, a, request, invocation } = await invoked();
    a.fail(invocation, "com.error", { trace: "x".repeat(1_000) });
    await world.settle();
    expect(router.got("ERROR")).toMatchObject([
      { request, error: "wamp.error.payload_size_exceeded", details: {} },
    ]);
  });

  it("@G23 replaces a result that cannot be transcoded by an ERROR", async () => {
    const { world, router, a, request, invocation } = await invoked();
    a.codec = msgpackSerializer;
    a.yield(invocation, [NaN]);
    await world.settle();
    expect(router.got("ERROR")).toMatchObject([{ request, error: "wamp.error.invalid_argument" }]);
  });

  it("@G23 ends the call at a progressive result that is too large, and interrupts the handler", async () => {
    const { world, router, a, request, invocation } = await invoked({ receive_progress: true });
    a.yield(invocation, ["small"], true);
    a.yield(invocation, ["x".repeat(1_000)], true);
    a.yield(invocation, ["more"], true);
    a.yield(invocation, ["end"]);
    await world.settle();
    expect(router.got("YIELD")).toHaveLength(1);
    expect(router.got("ERROR")).toMatchObject([{ request, error: "wamp.error.payload_size_exceeded" }]);
    expect(a.of("interrupt")).toMatchObject([
      { mode: "killnowait", reason: "wamp.error.payload_size_exceeded" },
    ]);
    expect(world.session.invocations).toBe(0);
  });

  it("@G23 omits details that no serializer can carry", async () => {
    const { world, router, a, invocation } = await invoked();
    a.fail(invocation, "com.error", { big: 1n, self: cyclic() });
    await world.settle();
    expect(router.got("ERROR")).toMatchObject([{ error: "com.error", details: {} }]);
  });
});

describe("a revocation", () => {
  it("@G8 ends the handle with the details of the router, and a reason without control characters", async () => {
    const { world, router, a } = await startTabs();
    a.subscribe("com.t");
    await world.settle();
    const subscription = router.subscriptionId("com.t");
    const details = { subscription, reason: "com.\u001b[31mred", until: "tomorrow" };
    router.send({ type: "UNSUBSCRIBED", request: 0 as WireRequestId, details });
    await world.settle();
    const [ended] = a.of("subscription-ended");
    expect(ended?.error).toMatchObject({ fields: { uri: details.reason, details: { until: "tomorrow" } } });
    expect(ended?.error.message).toBe("The router ended the subscription: com.\\u001b[31mred");
  });
});

describe("a flood", () => {
  it("@G23 tabs take turns, one message each", async () => {
    const { world, router, a, b, c } = await startTabs();
    router.socket.bufferedAmount = 1e9;
    for (let index = 0; index < 10; index += 1) a.publish("com.a");
    for (let index = 0; index < 3; index += 1) b.publish("com.b");
    c.publish("com.c");
    await world.settle();
    expect(router.got("PUBLISH")).toEqual([]);
    router.socket.bufferedAmount = 0;
    await world.advance(10);
    const order = router.got("PUBLISH").map(({ topic }) => topic.slice(-1));
    expect([...order.slice(0, 3)].sort()).toEqual(["a", "b", "c"]);
    expect(order.slice(3, 7).filter((topic) => topic === "b")).toHaveLength(2);
    expect(order).toHaveLength(14);
  });

  it("@G23 sends answers to invocations before the requests of the same tab", async () => {
    const { world, router, a } = await startTabs();
    a.register("com.do");
    await world.settle();
    router.invoke("com.do", json());
    await world.settle();
    router.socket.bufferedAmount = 1e9;
    a.publish("com.a");
    const [invocation] = a.invocations;
    if (invocation !== undefined) a.yield(invocation);
    router.socket.bufferedAmount = 0;
    await world.advance(10);
    expect(router.received.slice(-2).map(({ type }) => type)).toEqual(["YIELD", "PUBLISH"]);
  });

  it("@G23 acknowledges every 200th publication and waits for it, while another tab's call passes", async () => {
    const { world, router, a, b } = await startTabs();
    router.hold("PUBLISHED", "ERROR");
    a.batch(() => {
      for (let index = 0; index < 1_000; index += 1) a.publish("com.flood", [index]);
    });
    await world.settle();
    expect(router.got("PUBLISH")).toHaveLength(200);
    expect(router.got("PUBLISH").filter(({ options }) => options["acknowledge"] === true)).toHaveLength(1);
    expect(router.got("PUBLISH").at(-1)?.options).toEqual({ acknowledge: true });
    b.call("com.none");
    await world.settle();
    expect(router.received.at(-1)?.type).toBe("CALL");
    router.release();
    await world.settle();
    expect(router.got("PUBLISH")).toHaveLength(1_000);
    expect(router.got("PUBLISH").map(({ payload }) => payload)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => json(index)),
    );
    expect(a.asked.every(({ outcome }) => outcome?.kind === "published")).toBe(true);
  });

  it("@G23 lifts a fence whose PUBLISHED is lost, as any later answer shows", async () => {
    const { world, router, a, b } = await startTabs();
    router.hold("PUBLISHED");
    a.batch(() => {
      for (let index = 0; index < 300; index += 1) a.publish("com.flood", [index]);
    });
    await world.settle();
    expect(router.got("PUBLISH")).toHaveLength(200);
    b.call("com.none");
    await world.settle();
    expect(router.got("PUBLISH")).toHaveLength(300);
  });

  it("@G23 lifts a fence whose PUBLISHED does not arrive", async () => {
    const { world, router, a } = await startTabs();
    router.hold("PUBLISHED");
    a.batch(() => {
      for (let index = 0; index < 300; index += 1) a.publish("com.flood", [], { timeout: 60_000 });
    });
    await world.advance(199);
    expect(router.got("PUBLISH")).toHaveLength(200);
    await world.advance(1);
    expect(router.got("PUBLISH")).toHaveLength(300);
  });

  it("@G23 lifts a fence when the connection is lost", async () => {
    const { world, router, a } = await startTabs();
    router.hold("PUBLISHED");
    a.batch(() => {
      for (let index = 0; index < 300; index += 1) a.publish("com.flood", [], { timeout: 60_000 });
    });
    await world.settle();
    router.drop();
    await world.advance(1_000);
    expect(router.got("PUBLISH")).toHaveLength(100);
  });

  it("@G23 refuses requests beyond the limit for that tab only", async () => {
    const limits = { maxRequests: 3, maxQueuedBytes: 1_000 };
    const { world, router, a, b } = await startTabs({ limits });
    b.register("com.slow");
    await world.settle();
    const asked = Array.from({ length: 5 }, () => a.call("com.slow"));
    await world.settle();
    expect(asked.map(({ error }) => error?.name === "OverflowError" && error.fields.limit)).toEqual([
      false,
      false,
      false,
      "maxRequests",
      "maxRequests",
    ]);
    const other = b.publish("com.x");
    await world.settle();
    expect(other.outcome?.kind).toBe("published");
    for (const invocation of b.invocations) b.yield(invocation);
    await world.settle();
    const again = a.publish("com.x");
    await world.settle();
    expect([again.outcome?.kind, router.got("PUBLISH").length]).toEqual(["published", 2]);
  });

  it("@G23 refuses queued bytes beyond the limit for that tab only", async () => {
    const { world, router, a, b } = await startTabs({ limits: { maxRequests: 100, maxQueuedBytes: 1_000 } });
    router.socket.bufferedAmount = 1e9;
    const asked = Array.from({ length: 4 }, () => a.publish("com.x", ["x".repeat(300)]));
    const other = b.publish("com.x", ["x".repeat(300)]);
    await world.settle();
    expect(asked[3]?.error).toMatchObject({
      name: "OverflowError",
      fields: { limit: "maxQueuedBytes", maximum: 1_000 },
    });
    router.socket.bufferedAmount = 0;
    await world.advance(10);
    expect([asked[2]?.outcome?.kind, other.outcome?.kind]).toEqual(["published", "published"]);
  });

  it("@G7 @G23 logs a request whose number is in use, and settles both", async () => {
    const { world, router, a, b } = await startTabs();
    b.register("com.slow");
    await world.settle();
    const asked = a.call("com.slow");
    await world.settle();
    a.batch(() => {
      a.post({
        kind: "publish",
        request: asked.request,
        topic: "com.x",
        options: {},
        payload: json(),
        timeout: 0,
        offline: "wait",
      });
      a.publish("com.after");
    });
    await world.settle();
    const cause = `Request ${asked.request} of tab tab-1 already exists`;
    expect(world.fake.logged).toMatchObject([
      { message: 'A "publish" request could not be processed', cause: new Error(cause) },
    ]);
    expect(asked.error?.message).toBe(`The publish is "${cause}", expected one that the hub can process`);
    expect(router.got("PUBLISH").map(({ topic }) => topic)).toEqual(["com.after"]);
  });

  it("@G23 accepts the rest of a batch after what is no request", async () => {
    const { world, router, a } = await startTabs();
    a.batch(() => {
      for (const value of [null, 17, "call", [], () => undefined]) a.post(value as never);
      a.publish("com.after");
    });
    await world.settle();
    expect(router.got("PUBLISH").map(({ topic }) => topic)).toEqual(["com.after"]);
    expect(world.fake.logged.map(({ message }) => message)).toEqual([
      "A request of a tab is null, expected an object",
      "A request of a tab is a number, expected an object",
      "A request of a tab is a string, expected an object",
      "A request of a tab is an array of 0, expected an object",
      "A request of a tab is a function, expected an object",
    ]);
  });

  it("@G23 accepts the rest of a batch after requests that refer to nothing", async () => {
    const { world, router, a } = await startTabs();
    const impossible: TabRequest[] = [
      { kind: "cancel", request: 99 as never, mode: "kill" },
      { kind: "begun", invocation: 99 as never },
      { kind: "yield", invocation: 99 as never, progress: false, payload: json() },
      { kind: "fail", invocation: 99 as never, uri: "a..b", details: {}, payload: json() },
    ];
    a.batch(() => {
      a.post(...impossible);
      a.publish("com.x");
    });
    await world.settle();
    expect(router.got("PUBLISH")).toHaveLength(1);
    expect(world.fake.logged).toEqual([]);
  });
});
