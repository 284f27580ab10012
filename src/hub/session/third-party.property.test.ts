import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { jsonPayloads } from "../../codec/json-payload.js";
import { serializers } from "../../codec/serializers.js";
import type { Arguments, PayloadCodec } from "../../codec/serializer.js";
import { carriers, thirdPartyContent, thirdPartyFrame } from "../../codec/third-party-frames.suite.js";
import { MessageCode } from "../../protocol/message-table.js";
import type { OwnSerializerName } from "../../protocol/payload.js";
import type { WireRequestId } from "../../protocol/ids.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { leftovers, startWorld } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";
import { runs } from "../../testing/property-runs.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

/** Decodes as a tab's coder does: what is malformed fails alone. */
function tolerant(codec: PayloadCodec): PayloadCodec {
  const decodePayload: PayloadCodec["decodePayload"] = (payload) => {
    try {
      return codec.decodePayload(payload);
    } catch {
      return { args: ["malformed"], kwargs: {} } satisfies Arguments;
    }
  };
  return {
    ...codec,
    decodePayload,
    decodeJoined: (joined) =>
      codec
        .decodeJoined(joined)
        .map((decoded) => ("failure" in decoded ? { args: ["malformed"], kwargs: {} } : decoded)),
  };
}

/** Returns the id of the last CALL of the hub, which the router leaves to the test. */
function lastCall({ router }: World): WireRequestId {
  const call = router.received.findLast((message) => message.type === "CALL");
  if (call === undefined) throw new Error("the hub has called nothing");
  return call.request;
}

async function setUp(codec: PayloadCodec) {
  const world = await startWorld(2, { serializers: [codec.name as OwnSerializerName] });
  const [tab, sibling] = world.tabs as [FakeTab, FakeTab];
  for (const each of world.tabs) each.codec = tolerant(codec);
  const topics = [
    tab.subscribe("com.t"),
    sibling.subscribe("com.t"),
    sibling.subscribe("com", { match: "prefix" }),
  ];
  sibling.register("com.f");
  sibling.onInvocation = (invocation) => sibling.yield(invocation);
  world.router.override = (message) => message.type === "CALL" && message.procedure === "com.foreign";
  await world.settle();
  return { world, tab, sibling, topics };
}

const emptyDictionary = { json: "{}", msgpack: "80", cbor: "a0" };

for (const codec of serializers) {
  const name = codec.name as OwnSerializerName;
  describe(`third parties on a session in ${codec.name}`, () => {
    it("@G23 do not end it with anything that they write", async () => {
      const { world, tab, sibling } = await setUp(codec);
      const { router } = world;
      const { session } = world.session;
      expect(session).not.toBeNull();
      let invocation = 1_000;

      await fc.assert(
        fc.asyncProperty(
          thirdPartyContent(name),
          fc.constantFrom(...carriers),
          fc.constantFrom<"exact" | "prefix">("exact", "prefix"),
          async (content, type, match) => {
            const call = tab.call("com.foreign");
            await world.settle();
            const own = {
              subscription: router.subscriptionId(match === "exact" ? "com.t" : "com", match),
              registration: router.registrationId("com.f"),
              call: lastCall(world),
              invocation: type === "INVOCATION" ? ++invocation : invocation,
            };
            router.socket.receiveRaw(thirdPartyFrame(name, type, own, content));
            // The call is over, unless another message was sent or the result was a progressive one.
            const result = thirdPartyFrame(name, "RESULT", own, {
              details: emptyDictionary[name],
              uri: "",
              elements: [],
            });
            router.socket.receiveRaw(result);
            await world.settle();
            expect(call.settlements).toHaveLength(1);
            expect(world.session).toMatchObject({ state: "online", session });
          },
        ),
        runs(150),
      );

      expect(router.connections).toBe(1);
      expect(sibling.invocations.length).toBeGreaterThan(0);
      const works = sibling.call("com.f", ["still"]);
      await world.settle();
      expect(works.outcome).toMatchObject({ kind: "result" });
      expect(world.session).toMatchObject({ state: "online", session });
    });
  });
}

describe("a third party", () => {
  it.each([
    ["null details", `[${MessageCode.EVENT},%,7,null,[1]]`, [1]],
    ["null args", `[${MessageCode.EVENT},%,7,{},null,{"a":1}]`, []],
    ["details that are not JSON", `[${MessageCode.EVENT},%,7,{"a":NaN},[1]]`, [1]],
    ["arguments that are not JSON", `[${MessageCode.EVENT},%,7,{},[NaN]]`, ["malformed"]],
    ["arguments that are no list", `[${MessageCode.EVENT},%,7,{},5]`, ["malformed"]],
  ])(
    "@G23 publishes with %s: the session goes on, and so do the other events",
    async (_what, frame, args) => {
      const { world, tab, sibling } = await setUp(jsonPayloads);
      const { session } = world.session;
      const id = world.router.subscriptionId("com.t");
      world.router.publish("com.t", jsonPayloads.encodePayload(["before"]));
      world.router.socket.receiveRaw(frame.replace("%", String(id)));
      world.router.publish("com.t", jsonPayloads.encodePayload(["after"]));
      await world.settle();
      expect(tab.events.map((event) => event.args)).toEqual([["before"], args, ["after"]]);
      expect(sibling.events.length).toBeGreaterThanOrEqual(3);
      expect(world.session).toMatchObject({ state: "online", session });
      expect(world.router.connections).toBe(1);
    },
  );

  it.each([
    [
      '[8,48,%,null,"wamp.error.no_such_procedure"]',
      "wamp.error.no_such_procedure",
      "wamp.error.no_such_procedure",
    ],
    ['[8,48,%,{},"\\u0000bad"]', "\0bad", "\\u0000bad"],
    ["[8,48,%,{},null]", "null", "null"],
    ["[8,48,%,{},[1]]", "a list", "a list"],
  ])("@G23 answers a call with %s: only that call fails", async (frame, uri, message) => {
    const { world, tab } = await setUp(jsonPayloads);
    const { session } = world.session;
    const call = tab.call("com.foreign");
    await world.settle();
    world.router.socket.receiveRaw(frame.replace("%", String(lastCall(world))));
    await world.settle();
    expect(call.error).toMatchObject({ name: "WampError", message, fields: { uri, details: {} } });
    expect(world.session).toMatchObject({ state: "online", session });
  });

  it("@G23 revokes a subscription for a reason that is no text: only that subscription ends", async () => {
    const { world, tab } = await setUp(jsonPayloads);
    const { session } = world.session;
    const id = world.router.subscriptionId("com.t");
    world.router.socket.receiveRaw(`[35,0,{"subscription":${id},"reason":["\\u0000bad!"]}]`);
    await world.settle();
    expect(tab.of("subscription-ended")).toMatchObject([{ error: { fields: { uri: "a list" } } }]);
    world.router.socket.receiveRaw(`[35,0,{"subscription":${id},"reason":NaN}]`);
    await world.settle();
    expect(world.session).toMatchObject({ state: "online", session });
  });
});
