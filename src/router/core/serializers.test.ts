import { encode } from "@msgpack/msgpack";
import { expect, it } from "vitest";
import { memoryRouter } from "../testing/memory-router.js";

it.each([
  ["wamp.2.json", "wamp.2.msgpack"],
  ["wamp.2.msgpack", "wamp.2.json"],
  ["wamp.2.msgpack", "wamp.2.msgpack"],
  ["wamp.2.json", "wamp.2.cbor"],
  ["wamp.2.cbor", "wamp.2.json"],
  ["wamp.2.msgpack", "wamp.2.cbor"],
  ["wamp.2.cbor", "wamp.2.msgpack"],
])("carries arguments from %s to %s: event, call, result and error", async (from, to) => {
  const router = memoryRouter();
  const one = await router.join({}, from);
  const two = await router.join({}, to);
  const args = [1, -2.5, "ü", null, true, [2 ** 53 - 1, { deep: [] }]];
  const kwargs = { key: "value", other: { n: 0 } };

  await two.ask(32, {}, "com.example.topic");
  await one.ask(16, { acknowledge: true }, "com.example.topic", args, kwargs);
  expect((await two.next()).slice(4)).toEqual([args, kwargs]);

  await two.ask(64, {}, "com.example.echo");
  one.request(48, {}, "com.example.echo", args, kwargs);
  const invocation = await two.next();
  expect(invocation.slice(4)).toEqual([args, kwargs]);
  two.send(70, invocation[1], {}, args, kwargs);
  expect((await one.next()).slice(3)).toEqual([args, kwargs]);

  one.request(48, {}, "com.example.echo");
  const failing = await two.next();
  two.send(8, 68, failing[1], {}, "com.example.oops", args, kwargs);
  expect((await one.next()).slice(4)).toEqual(["com.example.oops", args, kwargs]);
});

it("carries binary between JSON and MessagePack", async () => {
  const router = memoryRouter();
  const json = await router.join();
  const msgpack = await router.join({}, "wamp.2.msgpack");
  for (const client of [json, msgpack]) await client.ask(32, {}, "com.example.topic");
  const inJson = "\0" + Buffer.from([1, 2, 255]).toString("base64");
  await json.ask(16, { acknowledge: true }, "com.example.topic", [inJson]);
  expect((await msgpack.next())[4]).toEqual([Uint8Array.of(1, 2, 255)]);
  await msgpack.ask(16, { acknowledge: true }, "com.example.topic", [Uint8Array.of(1, 2, 255)]);
  expect((await json.next())[4]).toEqual([inJson]);
});

it("forwards a payload byte for byte when both ends use the same serializer", async () => {
  const router = memoryRouter();
  const [one, two] = [await router.join(), await router.join()];
  await two.ask(32, {}, "com.example.topic");
  two.frames.splice(0);
  await one.sendFrame('[16,1,{},"com.example.topic",[1.0,  2e2],{"a" : 1}]');
  await two.next();
  expect(two.frames[0]).toMatch(/,\{\},\[1\.0, {2}2e2\],\{"a" : 1\}\]$/);
});

it("refuses only the call whose arguments the callee's serializer cannot represent", async () => {
  const router = memoryRouter();
  const caller = await router.join({}, "wamp.2.msgpack");
  const callee = await router.join();
  await callee.ask(64, {}, "com.example.echo");
  const answer = await caller.ask(48, {}, "com.example.echo", [NaN]);
  expect(answer[4]).toBe("wamp.error.invalid_argument");
  caller.request(48, {}, "com.example.echo", [1]);
  expect((await callee.next()).slice(1, 2)).toEqual([1]);
});

it("answers with ERROR for a result that the caller's serializer cannot represent", async () => {
  const router = memoryRouter();
  const caller = await router.join();
  const callee = await router.join({}, "wamp.2.msgpack");
  await callee.ask(64, {}, "com.example.echo");
  caller.request(48, {}, "com.example.echo");
  await callee.next();
  callee.send(70, 1, {}, [NaN]);
  expect((await caller.next())[4]).toBe("wamp.error.invalid_argument");
  expect(await callee.unread()).toEqual([]);
});

it("drops an event for subscribers whose serializer cannot represent it, and logs that", async () => {
  const lines: string[] = [];
  const router = memoryRouter({ log: (line) => lines.push(line) });
  const publisher = await router.join({}, "wamp.2.msgpack");
  const json = await router.join();
  const msgpack = await router.join({}, "wamp.2.msgpack");
  for (const client of [json, msgpack]) await client.ask(32, {}, "com.example.topic");
  await publisher.ask(16, { acknowledge: true }, "com.example.topic", [NaN]);
  expect((await msgpack.next())[4]).toEqual([NaN]);
  expect(await json.unread()).toEqual([]);
  expect(lines).toEqual([expect.stringContaining(`EVENT to session ${json.session} left out`)]);
});

it.each(["wamp.2.json", "wamp.2.msgpack", "wamp.2.cbor"])(
  "passes null for arguments on, as real routers do, in %s",
  async (name) => {
    const router = memoryRouter();
    const [one, two] = [await router.join({}, name), await router.join({}, name)];
    await two.ask(32, {}, "com.example.topic");
    await one.ask(16, { acknowledge: true }, "com.example.topic", null, null);
    expect((await two.next()).slice(3)).toEqual([{}, null, null]);

    await two.ask(64, null, "com.example.echo");
    one.request(48, null, "com.example.echo", null, { a: 1 });
    expect((await two.next()).slice(4)).toEqual([null, { a: 1 }]);
    two.send(70, 1, null, [3], null);
    expect((await one.next()).slice(2)).toEqual([{}, [3], null]);

    one.request(48, {}, "com.example.echo");
    await two.next();
    two.send(8, 68, 2, null, "\0bad", null);
    expect((await one.next()).slice(3)).toEqual([{}, "\0bad", null]);
  },
);

it("passes details on that the caller's serializer can represent, and answers the call otherwise", async () => {
  const router = memoryRouter();
  const caller = await router.join();
  const callee = await router.join({}, "wamp.2.msgpack");
  await callee.ask(64, {}, "com.example.echo");
  const answers: unknown[] = [];
  for (const [index, value] of ["\0bad", "\0AAAA", 2n ** 60n].entries()) {
    caller.request(48, {}, "com.example.echo");
    await callee.next();
    const error = [8, 68, index + 1, { value }, "com.example.error"];
    await callee.sendFrame(encode(error, { useBigInt64: true }));
    answers.push((await caller.next()).slice(3, 5));
  }
  expect(answers).toEqual([
    [{ value: "\0bad" }, "com.example.error"],
    [{}, "wamp.error.invalid_argument"],
    [{}, "wamp.error.invalid_argument"],
  ]);
});

it("answers a meta call for an id beyond 2^53", async () => {
  const client = await memoryRouter().join({}, "wamp.2.msgpack");
  await client.sendFrame(encode([48, 1, {}, "wamp.session.get", [2n ** 60n]], { useBigInt64: true }));
  expect((await client.next())[4]).toBe("wamp.error.no_such_session");
});
