import { expect, it } from "vitest";
import { fullRoles } from "../testing/raw-client.js";
import { memoryRouter } from "../testing/memory-router.js";

const inSession: Record<string, unknown[]> = {
  "a request id that skips one": [32, 2, {}, "com.example.topic"],
  "a message only a router sends": [36, 1, 1, {}],
  "an unknown message code": [99, 1],
  "a missing field": [48, 1, {}],
  "a field too many": [32, 1, {}, "com.example.topic", 1],
  "a request id that is no id": [48, 0, {}, "com.example.add"],
  "options that are no dictionary": [48, 1, [], "com.example.add"],
  "a second HELLO": [1, "realm1", { roles: fullRoles }],
  "AUTHENTICATE in a session": [5, "secret", {}],
  "an unknown match policy": [32, 1, { match: "glob" }, "com.example.topic"],
  "an unknown invocation policy": [64, 1, { invoke: "all" }, "com.example.add"],
  "a concurrency below 1": [64, 1, { concurrency: 0 }, "com.example.add"],
  "a negative timeout": [48, 1, { timeout: -1 }, "com.example.add"],
  "an exclude that is no list": [16, 1, { exclude: "x" }, "com.example.topic"],
  "an acknowledge that is no boolean": [16, 1, { acknowledge: "yes" }, "com.example.topic"],
  "an unknown cancel mode": [49, 1, { mode: "gently" }],
  "an error URI with a space, whatever it answers": [8, 68, 1, {}, "no uri"],
};

it.each(Object.keys(inSession))("aborts with protocol_violation and closes for %s", async (name) => {
  const router = memoryRouter();
  const client = await router.join();
  client.send(...(inSession[name] ?? []));
  const [code, details, reason] = await client.next();
  expect([code, reason]).toEqual([3, "wamp.error.protocol_violation"]);
  expect(details).toHaveProperty("message");
  expect(await client.closed).toBe(1002);
  expect(router.sessions()).toEqual([]);
});

it("names the given and the expected request id when one is used twice", async () => {
  const router = memoryRouter();
  const client = await router.join();
  client.send(32, 1, {}, "com.example.topic");
  await client.next();
  client.send(32, 1, {}, "com.example.topic");
  expect(await client.next()).toEqual([
    3,
    { message: "SUBSCRIBE with request id 1, expected 2" },
    "wamp.error.protocol_violation",
  ]);
});

it("aborts a session that sends a message before HELLO, or a HELLO without roles", async () => {
  const router = memoryRouter();
  for (const first of [
    [48, 1, {}, "com.example.add"],
    [1, "realm1", {}],
    [1, "realm1", { roles: {} }],
  ]) {
    const client = router.connect();
    client.send(...first);
    expect((await client.next())[2]).toBe("wamp.error.protocol_violation");
    expect(await client.closed).toBe(1002);
  }
});

it.each([
  ["wamp.2.json", "{ not json"],
  ["wamp.2.json", "[]"],
  ["wamp.2.json", Uint8Array.of(0x91, 0x01)],
  ["wamp.2.msgpack", "[1]"],
  ["wamp.2.msgpack", Uint8Array.of(0xc1)],
])("aborts a session that sends a malformed frame on %s: %j", async (subprotocol, frame) => {
  const router = memoryRouter();
  const client = await router.join({}, subprotocol);
  await client.sendFrame(frame);
  expect((await client.next())[2]).toBe("wamp.error.protocol_violation");
  expect(await client.closed).toBe(1002);
});

it("keeps other sessions when one violates the protocol", async () => {
  const router = memoryRouter();
  const [good, bad] = [await router.join(), await router.join()];
  bad.send(99);
  await bad.closed;
  expect(await good.unread()).toEqual([]);
});

it("ignores unknown options", async () => {
  const router = memoryRouter();
  const client = await router.join();
  expect((await client.ask(32, { x_colour: 7 }, "com.example.topic"))[0]).toBe(33);
});
