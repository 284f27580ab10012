import type { OwnSerializerName } from "wamp-mux/router";
import { expect, test as base } from "./support/fixtures.js";
import { needsBatches, needsFaults } from "./support/needs.js";
import { WireTap, messagesIn } from "./support/wire-tap.js";

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n);
const retry = { initialDelay: 1, maxDelay: 10 };

const test = base.extend<{
  /** Starts a relay that chooses the batches of a serializer. Skips the test if the router has none. */
  readonly startBatches: (serializer: OwnSerializerName) => Promise<WireTap>;
}>({
  startBatches: async ({ router }, use) => {
    const taps: WireTap[] = [];
    await use(async (serializer) => {
      needsBatches(router, serializer);
      const tap = await WireTap.start(router.url, `wamp.2.${serializer}.batched`);
      taps.push(tap);
      return tap;
    });
    for (const tap of taps) await tap.close();
  },
});

test("@G29 messages share frames on their way to the router, and from one that fills them", async ({
  tabs,
  router,
  foreign,
  uri,
  startBatches,
}) => {
  const batches = await startBatches("json");
  const [tab, sibling] = await tabs.two({ url: batches.url, serializers: ["json"], retry });
  for (const n of numbers(30)) await tab.subscribe(uri(`topic${n}`));
  await sibling.register(uri("echo"), "echo");
  const id = await tab.sessionId();

  const lost = await tab.listenForStatus("waiting");
  batches.frames.up.splice(0);
  batches.drop();
  await lost();
  await tab.waitForStatus("online");
  expect(await tab.call(uri("echo"), ["back"])).toBe("back");

  const restored = batches.frames.up.filter((frame) => frame.includes("[32,"));
  expect(restored.flatMap(messagesIn).filter((message) => message.startsWith("[32,"))).toHaveLength(30);
  expect(restored.length).toBeLessThan(15);
  expect(await tab.sessionId()).not.toBe(id);
  const count = router.burst;
  batches.frames.down.splice(0);
  await Promise.all(numbers(count).map((n) => foreign.publish(uri("topic0"), [n])));
  expect(await tab.firstArgs(uri("topic0"), count)).toEqual(numbers(count));
  const events = batches.frames.down.filter((frame) => frame.startsWith("[36,"));
  expect(events.flatMap(messagesIn)).toHaveLength(count);
  // Crossbar.io makes a batch of each message.
  if (router.name === "crossbar") expect(events).toHaveLength(count);
  else expect(events.length).toBeLessThan(count / 2);
});

for (const serializer of ["json", "msgpack", "cbor"] as const) {
  test(`@G29 ${serializer}: a session joins with one connection, whatever the router offers`, async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    router.dev?.faults.plainOnly(true);
    const [tab, sibling] = await tabs.two({ serializers: [serializer] });
    await sibling.register(uri("echo"), "echo");
    await sibling.subscribe(uri("topic"));
    expect(await tab.status()).toMatchObject({ state: "online", serializer });
    expect(await foreign.call(uri("echo"), ["over"])).toMatchObject({ args: ["over"] });
    expect(await tab.call(uri("echo"), [{ and: "back" }])).toEqual({ and: "back" });
    await foreign.publish(uri("topic"), ["an event"]);
    expect(await sibling.firstArgs(uri("topic"), 1)).toEqual(["an event"]);
    expect(router.proxy.connections()).toBe(1);
  });

  test(`@G29 ${serializer}: tabs and other sessions understand each other over batches`, async ({
    tabs,
    foreign,
    uri,
    startBatches,
  }) => {
    const { url } = await startBatches(serializer);
    const [tab, sibling] = await tabs.two({ url, serializers: [serializer] });
    await sibling.register(uri("echo"), "echo");
    await sibling.subscribe(uri("topic"));
    expect(await Promise.all(numbers(9).map((n) => tab.call(uri("echo"), [n])))).toEqual(numbers(9));
    expect(await foreign.call(uri("echo"), ["over"])).toMatchObject({ args: ["over"] });
    await Promise.all(numbers(9).map((n) => foreign.publish(uri("topic"), [n])));
    expect(await sibling.firstArgs(uri("topic"), 9)).toEqual(numbers(9));
  });

  test(`@G29 ${serializer}: a message bigger than a frame with several keeps its place among small ones`, async ({
    tabs,
    foreign,
    uri,
  }) => {
    const [tab, sibling] = await tabs.two({ serializers: [serializer] });
    const topic = uri("topic");
    await sibling.subscribe(topic);
    const seen = await foreign.subscribe(topic);
    const contents = numbers(15).map((n) => `${n}:${"x".repeat(n % 5 === 2 ? 200_000 : 10)}`);
    await tab.page.evaluate(
      ([topic, contents]) =>
        Promise.all(
          contents.map((content) => window.session.publish(topic, [content], { acknowledge: true })),
        ),
      [topic, contents] as const,
    );
    expect(await sibling.firstArgs(topic, contents.length)).toEqual(contents);
    expect((await seen.waitForCount(contents.length)).map(({ args }) => args[0])).toEqual(contents);
    for (const content of contents) await foreign.publish(topic, [content]);
    expect(await sibling.firstArgs(topic, 2 * contents.length)).toEqual([...contents, ...contents]);
  });

  test(`@G29 ${serializer}: a flood of events arrives whole and in order in every tab`, async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    const receivers = await tabs.two({ serializers: [serializer] });
    for (const tab of receivers) await tab.subscribe(uri("topic"));
    const rounds = router.name === "nexus" ? 4 : 20;
    for (const round of numbers(rounds)) {
      await Promise.all(
        numbers(router.burst, round * router.burst).map((n) => foreign.publish(uri("topic"), [n])),
      );
    }
    const count = rounds * router.burst;
    for (const tab of receivers) expect(await tab.firstArgs(uri("topic"), count)).toEqual(numbers(count));
  });
}

const [CUT, EMPTY] = ["a batch whose last message is cut", "a batch without a message"];
const broken: Readonly<Record<"json" | "msgpack", readonly (readonly [string | Uint8Array, string])[]>> = {
  json: [
    ["[33,1,2]\x1e[33,2,3]", CUT],
    ["", EMPTY],
  ],
  msgpack: [
    [Uint8Array.of(0, 0, 0, 4, 0x93, 33), CUT],
    [Uint8Array.of(0, 0), CUT],
    [new Uint8Array(), EMPTY],
  ],
};

for (const serializer of ["json", "msgpack"] as const) {
  test(`@G29 ${serializer}: a broken batch violates the protocol, and the error says how`, async ({
    tabs,
    router,
    uri,
  }) => {
    const dev = needsFaults(router);
    const [tab, sibling] = await tabs.two({ serializers: [serializer], retry });
    await sibling.register(uri("echo"), "echo");
    for (const [frame, message] of broken[serializer]) {
      const lost = await tab.listenForStatus("waiting");
      dev.faults.sendFrame(frame, await tab.sessionId());
      expect(await lost()).toMatchObject({ reason: { name: "ProtocolError", message } });
      await tab.waitForStatus("online");
      expect(await tab.call(uri("echo"), [message])).toBe(message);
    }
  });
}

test("@G29 what another client has malformed in one message of a batch costs only that message", async ({
  tabs,
  router,
  foreign,
  uri,
}) => {
  const dev = needsFaults(router);
  const tab = await tabs.open({ serializers: ["json"] });
  const id = await tab.sessionId();
  await tab.subscribe(uri("topic"));
  let subscription = 0;
  const watch = dev.faults.hold("EVENT", (message) => {
    subscription = message.subscription;
    return false;
  });
  await foreign.publish(uri("topic"), ["before"]);
  await tab.events(uri("topic"), 1);
  watch.release();

  const event = (publication: number, rest: string) => `[36,${subscription},${publication},${rest}]\x1e`;
  dev.faults.sendFrame(event(1, '{},["one"]') + event(2, "null,[1,tru]") + event(3, '{},["three"]'), id);

  expect(await tab.firstArgs(uri("topic"), 3)).toEqual(["before", "one", "three"]);
  expect(await tab.sessionId()).toBe(id);
});
