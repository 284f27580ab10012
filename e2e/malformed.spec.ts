import { expect, test } from "./support/fixtures.js";
import { ForeignInvocations } from "./support/foreign-invocations.js";
import { needsFaults } from "./support/needs.js";

const malformed = {
  json: {
    "no JSON": "no JSON at all",
    "truncated JSON": '[36, 1, 2, {"a": ',
    "an empty frame": "",
    "an object": '{"type": 36}',
    "an empty list": "[]",
    "an unknown code": "[9999, 1, {}]",
    "a code that is text": '["EVENT", 1, 2, {}]',
    "too few fields": "[36, 1]",
    "a negative id": "[36, -1, 2, {}]",
    "an id that is no integer": "[36, 1.5, 2, {}]",
    "an id above 2^53": "[36, 1, 9007199254740994, {}]",
    "an id that is null": "[36, null, 2, {}]",
    "an element after kwargs": "[36, 1, 2, {}, [], {}, []]",
    "a client's message": '[48, 1, {}, "com.example.p"]',
    "an answer to a request never made": "[33, 4711, 1]",
    "a second WELCOME": '[2, 1, {"roles": {}}]',
    "binary in a text serializer": Uint8Array.of(0x94, 36, 1, 2, 0x80),
    "a million brackets": "[".repeat(1_000_000),
  },
  msgpack: {
    "text in a binary serializer": "[36, 1, 2, {}]",
    "truncated MessagePack": Uint8Array.of(0x94, 36, 1),
    "a reserved byte": Uint8Array.of(0xc1),
    "a map": Uint8Array.of(0x80),
    "an unknown code": Uint8Array.of(0x91, 127),
    "an empty frame": new Uint8Array(),
  },
  cbor: {
    "text in a binary serializer": "[36, 1, 2, {}]",
    "truncated CBOR": Uint8Array.of(0x84, 0x18, 36, 1),
    "a reserved byte": Uint8Array.of(0x1c),
    "a break without a list": Uint8Array.of(0xff),
    "a map": Uint8Array.of(0xa0),
    "an unknown code": Uint8Array.of(0x81, 0x18, 127),
    "an empty frame": new Uint8Array(),
  },
} as const;

for (const serializer of ["json", "msgpack", "cbor"] as const) {
  test(`${serializer}: a malformed message ends the session with ABORT, and a new one works`, async ({
    tabs,
    router,
    foreign,
    uri,
  }) => {
    const dev = needsFaults(router);
    const [tab, sibling] = await tabs.two({
      serializers: [serializer],
      retry: { initialDelay: 1, maxDelay: 10 },
    });
    await sibling.register(uri("sum"), "sum");
    let count = 0;

    for (const [what, frame] of Object.entries(malformed[serializer])) {
      await test.step(what, async () => {
        count += 1;
        // Always the same call would be suspected of being the reason.
        const held = await ForeignInvocations.register(foreign, uri(`held-${count}`));
        await tab.startCall(what, uri(`held-${count}`));
        await held.waitForCount(1);
        const id = await tab.sessionId();
        const waiting = [await tab.listenForStatus("waiting"), await sibling.listenForStatus("waiting")];

        dev.faults.sendRaw(frame, id);

        for (const reached of waiting) {
          expect(await reached(), what).toMatchObject({ reason: { name: "ProtocolError" } });
        }
        expect(await tab.settled(what), what).toMatchObject({
          ok: false,
          error: { name: "ConnectionLostError", sent: true },
        });
        await dev.faults.waitFor("ABORT", count);
        await Promise.all([tab.waitForStatus("online"), sibling.waitForStatus("online")]);
        expect(await tab.sessionId()).not.toBe(id);
        // The hub restores the registration before it sends a later request of the same tab.
        await sibling.call("wamp.session.count");
        expect(await tab.call(uri("sum"), [1, count])).toBe(1 + count);
      });
    }
  });
}

test("an event whose payload does not decode affects no other", async ({ tabs, router, foreign, uri }) => {
  const dev = needsFaults(router);
  const tab = await tabs.open({ serializers: ["json"] });
  const id = await tab.sessionId();
  await tab.subscribe(uri("topic"));
  await tab.page.evaluate(() => {
    window.session.on("warning", ({ name }) => window.kit.recorder("warnings").add(name));
  });
  // The id of the subscription is not public, but an EVENT carries it.
  let subscription = 0;
  const watch = dev.faults.hold("EVENT", (message) => {
    subscription = message.subscription;
    return false;
  });
  await foreign.publish(uri("topic"), ["before"]);
  await tab.events(uri("topic"), 1);
  watch.release();

  dev.faults.sendRaw(`[36, ${subscription}, 4711, {}, [1, tru]]`, id);
  await foreign.publish(uri("topic"), ["after"]);

  expect(await tab.firstArgs(uri("topic"), 2)).toEqual(["before", "after"]);
  expect(await tab.sessionId()).toBe(id);
  expect(await tab.events("warnings", 1)).toEqual(["PayloadDecodeError"]);
});
