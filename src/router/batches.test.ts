import { expect, it } from "vitest";
import { memoryRouter } from "./testing/memory-router.js";
import { socketRouter } from "./testing/socket-router.js";

const topic = "com.example.topic";
const batched = ["wamp.2.json.batched", "wamp.2.msgpack.batched"];
const plain = ["wamp.2.json", "wamp.2.msgpack"];

it.each(batched)("takes a batch and answers it with one frame: %s @G29", async (subprotocol) => {
  const router = await socketRouter();
  const client = await router.join({}, subprotocol);
  expect(client.subprotocol).toBe(subprotocol);
  const before = client.frames.length;
  client.sendAll([32, 1, {}, topic], [32, 2, {}, `${topic}.b`], [16, 3, { acknowledge: true }, "com.other"]);
  const answers = [await client.next(), await client.next(), await client.next()];
  expect(answers.map(([code, request]) => [code, request])).toEqual([
    [33, 1],
    [33, 2],
    [17, 3],
  ]);
  expect(client.frames.length - before).toBe(1);
});

it("fills frames under load, up to a bound, for each subprotocol, and keeps the order @G29", async () => {
  const router = await socketRouter();
  const publisher = await router.join({}, "wamp.2.json.batched");
  const subscribers = await Promise.all([...batched, ...plain].map((name) => router.join({}, name)));
  for (const subscriber of subscribers) await subscriber.ask(32, {}, topic);
  const frames = subscribers.map((subscriber) => subscriber.frames.length);
  const [count, content] = [2_000, "x".repeat(90)];
  publisher.sendAll(...Array.from({ length: count }, (_, n) => [16, n + 1, {}, topic, [n, content]]));
  for (const [index, subscriber] of subscribers.entries()) {
    for (let n = 0; n < count; n += 1) expect((await subscriber.next())[4]).toEqual([n, content]);
    const used = subscriber.frames.slice(frames[index]);
    if (plain.includes(subscriber.subprotocol)) expect(used).toHaveLength(count);
    else {
      expect(used.length).toBeLessThan(10);
      expect(Math.max(...used.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024);
    }
  }
});

it("sends an event that is too big to share a frame alone and in its place @G29", async () => {
  const router = await socketRouter();
  const publisher = await router.join({}, "wamp.2.json.batched");
  const subscribers = await Promise.all(
    ["wamp.2.msgpack.batched", "wamp.2.msgpack.batched"].map((name) => router.join({}, name)),
  );
  for (const subscriber of subscribers) await subscriber.ask(32, {}, topic);
  const before = subscribers.map(({ frames }) => frames.length);
  const contents = ["a", "b", "x".repeat(70_000), "c", "d"];
  publisher.sendAll(...contents.map((content, n) => [16, n + 1, {}, topic, [content]]));
  for (const [index, subscriber] of subscribers.entries()) {
    for (const content of contents) expect((await subscriber.next())[4]).toEqual([content]);
    const [first, big, last] = subscriber.frames.slice(before[index]).map(({ length }) => length);
    expect([big !== undefined && big > 70_000, first === last && Number(first) < 200]).toEqual([true, true]);
    expect(subscriber.frames).toHaveLength(Number(before[index]) + 3);
  }
});

it.each([
  ["wamp.2.json.batched", '[48,1,{},"a"]'],
  ["wamp.2.json.batched", ""],
  ["wamp.2.json.batched", '[48,1,{},"a"]\x1e\x1e'],
  ["wamp.2.msgpack.batched", Uint8Array.of(0, 0, 0, 9, 0x91)],
  ["wamp.2.msgpack.batched", Uint8Array.of(0x91, 0x01)],
  ["wamp.2.msgpack.batched", new Uint8Array()],
])("aborts a session that sends a broken batch on %s: %j @G29", async (subprotocol, frame) => {
  const client = await memoryRouter().join({}, subprotocol);
  await client.sendFrame(frame);
  const [code, , reason] = await client.next();
  // The first message of a batch may have been served before.
  if (code === 8) expect((await client.next())[2]).toBe("wamp.error.protocol_violation");
  else expect(reason).toBe("wamp.error.protocol_violation");
  expect(await client.closed).toBe(1002);
});

it("serves nothing after a message that ended the session", async () => {
  const router = memoryRouter();
  const client = await router.join({}, "wamp.2.json.batched");
  client.sendAll([48, 7, {}, "a"], [48, 1, {}, "a"]);
  expect((await client.next())[0]).toBe(3);
  await client.closed;
  expect(router.counts.received.CALL).toBe(1);
});

it("answers a client in the way in which it ends its messages", async () => {
  const router = await socketRouter();
  for (const [end, answered] of [
    ["\x1e", "\x1e"],
    ["\x18", "\x18"],
    ["\x18\x1e", "\x1e"],
  ] as const) {
    // The raw client reads only what the specification says.
    const client = await router.connect("wamp.2.json.batched");
    const arrived = new Promise((resolve) => (client.onRaw = resolve));
    await client.sendFrame(`[1,"realm1",{"roles":{"caller":{}}}]${end}`);
    expect(String(await arrived).slice(-2), JSON.stringify(end)).toBe(`]${answered}`);
    client.vanish();
  }
});

it("gives only plain subprotocols while told so @G29", async () => {
  const router = await socketRouter();
  const takeBack = router.faults.plainOnly(true);
  const offered = ["wamp.2.json.batched", "wamp.2.json"];
  expect((await router.connect(offered)).subprotocol).toBe("wamp.2.json");
  takeBack();
  expect((await router.connect(offered)).subprotocol).toBe("wamp.2.json.batched");
});

it("sends a raw message as a batch of one, and a raw frame as it is", async () => {
  const router = await socketRouter();
  const client = await router.join({}, "wamp.2.json.batched");
  router.faults.sendRaw("[36,1,2,{}]", client.session);
  router.faults.sendFrame("[36,1,3,{}]\x1e[36,1,4,{}]\x1e", client.session);
  expect([await client.next(), await client.next(), await client.next()]).toEqual([
    [36, 1, 2, {}],
    [36, 1, 3, {}],
    [36, 1, 4, {}],
  ]);
});

it("drops what a bounded queue has no room for, and holds everything back while stalled", async () => {
  const router = await socketRouter();
  const client = await router.join({}, "wamp.2.json.batched");
  const publisher = await router.join({}, "wamp.2.json.batched");
  await client.ask(32, {}, topic);
  const publish = (from: number) => {
    publisher.sendAll(...[0, 1, 2, 3, 4].map((n) => [16, from + n, {}, topic, [from + n]]));
  };
  const takeBack = router.faults.queueLimit(3);
  publish(1);
  const first = [await client.next(), await client.next(), await client.next()];
  expect(first.map(([, , , , args]) => args)).toEqual([[1], [2], [3]]);
  expect([router.counts.sent.EVENT, router.counts.dropped.EVENT]).toEqual([3, 2]);
  takeBack();
  const resume = router.faults.stall(true);
  publish(6);
  resume();
  expect((await client.next())[4]).toEqual([6]);
});
