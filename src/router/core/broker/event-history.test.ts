import { describe, expect, it } from "vitest";
import { memoryRouter } from "../../testing/memory-router.js";

const topic = "com.example.topic";
const GET_EVENTS = "wamp.subscription.get_events";

function withHistory(form: "crossbar" | "nexus" = "crossbar") {
  const topics = [
    { uri: topic, limit: 3 },
    { uri: "com.example", match: "prefix" as const },
  ];
  return memoryRouter({ auth: { tickets: { joe: "1" } }, eventHistory: { topics, form } });
}

async function published(router: ReturnType<typeof withHistory>, count: number) {
  const publisher = await router.join({ authid: "sue" });
  const publications: unknown[] = [];
  for (let number = 1; number <= count; number++) {
    const [, , id] = await publisher.ask(16, { acknowledge: true }, topic, [number], { k: number });
    publications.push(id);
  }
  return { publisher, publications };
}

describe("the event history in the form of Crossbar.io", () => {
  it("is one list, the newest event first, as long as the limits allow", async () => {
    const router = withHistory();
    const { publisher, publications } = await published(router, 4);
    const asker = await router.join();
    const [, , subscription] = await asker.ask(32, {}, topic);
    const event = (number: number) => ({
      time_ns: expect.any(Number) as number,
      session_id: publisher.session,
      authid: "sue",
      authrole: "anonymous",
      publication: publications[number - 1],
      topic,
      args: [number],
      kwargs: { k: number },
    });
    expect((await asker.ask(48, {}, GET_EVENTS, [subscription]))[3]).toEqual([
      [event(4), event(3), event(2)],
    ]);
    expect((await asker.ask(48, {}, GET_EVENTS, [subscription, 1]))[3]).toEqual([[event(4)]]);
  });

  it("is that of the subscription, exact or by pattern", async () => {
    const router = withHistory();
    const { publisher } = await published(router, 4);
    await publisher.ask(16, { acknowledge: true }, "com.example.other", ["other"]);
    const [, , subscription] = await publisher.ask(32, { match: "prefix" }, "com.example");
    const [list] = (await publisher.ask(48, {}, GET_EVENTS, [subscription]))[3] as [{ args: unknown }[]];
    expect(list.map(({ args }) => args)).toEqual([["other"], [4], [3], [2], [1]]);
  });

  it("leaves out what the asker must not see, and what is meant for named sessions", async () => {
    const router = withHistory();
    const publisher = await router.join();
    const named: Record<string, unknown>[] = [
      { eligible_authrole: ["user"] },
      { exclude: [1] },
      { eligible: [publisher.session] },
      { eligible_authrole: ["anonymous"] },
    ];
    for (const [index, options] of named.entries())
      await publisher.ask(16, { acknowledge: true, ...options }, topic, [index]);
    const [, , subscription] = await publisher.ask(32, {}, topic);
    const [list] = (await publisher.ask(48, {}, GET_EVENTS, [subscription]))[3] as [{ args: unknown }[]];
    expect(list.map(({ args }) => args)).toEqual([[3]]);
  });

  it.each<[string, (subscription: unknown) => unknown[], string]>([
    ["a subscription that does not exist", () => [7], "wamp.error.no_such_subscription"],
    ["a topic without history", (subscription) => [subscription], "wamp.error.history_unavailable"],
  ])("is refused for %s", async (_name, args, error) => {
    const router = withHistory();
    const client = await router.join();
    const [, , subscription] = await client.ask(32, {}, "com.example.without");
    expect((await client.ask(48, {}, GET_EVENTS, args(subscription)))[4]).toBe(error);
  });

  it("is refused with a limit that is no positive integer", async () => {
    const router = withHistory();
    const client = await router.join();
    const [, , subscription] = await client.ask(32, {}, topic);
    expect((await client.ask(48, {}, GET_EVENTS, [subscription, 0]))[4]).toBe("wamp.error.invalid_argument");
  });
});

describe("the event history in the form of Nexus", () => {
  it("has an argument for each event, the oldest first, and tells whether older ones are dropped", async () => {
    const router = withHistory("nexus");
    const { publications } = await published(router, 4);
    const asker = await router.join();
    const [, , subscription] = await asker.ask(32, {}, topic);
    const event = (number: number) => ({
      Subscription: subscription,
      Publication: publications[number - 1],
      Details: {},
      Arguments: [number],
      ArgumentsKw: { k: number },
    });
    const [, , , args, kwargs] = await asker.ask(48, {}, GET_EVENTS, [subscription, 1]);
    expect(args).toEqual([event(2), event(3), event(4)]);
    expect(kwargs).toEqual({ is_limit_reached: true });
    const reversed = await asker.ask(48, {}, GET_EVENTS, [subscription], { reverse: true });
    expect(reversed[3]).toEqual([event(4), event(3), event(2)]);
  });

  it("is empty for a topic without history", async () => {
    const router = withHistory("nexus");
    const client = await router.join();
    const [, , subscription] = await client.ask(32, {}, "com.example.without");
    expect((await client.ask(48, {}, GET_EVENTS, [subscription])).slice(3)).toEqual([
      [],
      { is_limit_reached: false },
    ]);
  });
});

it("is not there when the feature is off", async () => {
  const router = memoryRouter({
    features: { event_history: false },
    eventHistory: { topics: [{ uri: topic }] },
  });
  const client = await router.join();
  const [, , subscription] = await client.ask(32, {}, topic);
  expect((await client.ask(48, {}, GET_EVENTS, [subscription]))[4]).toBe("wamp.error.no_such_procedure");
});

it.each<[unknown, string]>([
  [{ topics: "com.a" }, 'eventHistory.topics must be a non-empty list of objects, got "com.a"'],
  [{ topics: [{ uri: "a b" }] }, "eventHistory.topics[0].uri must be a topic or pattern"],
  [
    { topics: [{ uri: "a", match: "glob" }] },
    'eventHistory.topics[0].match must be "exact", "prefix" or "wildcard"',
  ],
  [{ topics: [{ uri: "a", limit: 0 }] }, "eventHistory.topics[0].limit must be a positive whole number"],
  [{ form: "bondy" }, 'eventHistory.form must be "crossbar" or "nexus", got "bondy"'],
])("refuses %j", (eventHistory, message) => {
  expect(() => memoryRouter({ eventHistory: eventHistory as object as { topics: [] } })).toThrow(message);
});
