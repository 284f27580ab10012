import { afterEach, describe, expect, it } from "vitest";
import { createCodecs } from "../../codec/codecs.js";
import { serializers } from "../../codec/serializers.js";
import type { OwnSerializerName } from "../../protocol/payload.js";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

async function setUp(serializer: OwnSerializerName = "json") {
  const tabs = await startTabs({ serializers: [serializer] });
  const { world, a, b } = tabs;
  for (const tab of world.tabs) tab.codec = createCodecs(serializers).get(serializer);
  a.register("com.do");
  await world.settle();
  const call = async (uri: string, details: unknown) => {
    a.onInvocation = (invocation) => a.fail(invocation, uri, details as never);
    const asked = b.call("com.do");
    await world.settle();
    return asked;
  };
  return { ...tabs, call };
}

describe("an error that a handler throws", () => {
  it.each(["json", "msgpack", "cbor"] as const)(
    "@G23 reaches the caller without the details that a router has written into it (%s)",
    async (serializer) => {
      const { world, router, call } = await setUp(serializer);
      const { session } = world.session;
      const asked = await call("com.error", {
        callee: "not an id",
        callee_authid: null,
        callee_authrole: 5,
        caller: {},
        publisher: [],
        forward_for: {},
        enc_algo: 7,
        ppt_scheme: "x",
        reason: "its own",
        nested: { callee: 5 },
      });
      expect(asked.error).toMatchObject({ name: "WampError", fields: { uri: "com.error" } });
      expect(router.got("ERROR").map(({ details }) => details)).toEqual([
        { reason: "its own", nested: { callee: 5 } },
      ]);
      expect(world.session).toMatchObject({ session, state: "online" });
    },
  );

  it.each([
    ["null", null],
    ["text", "text"],
    ["a number", 5],
    ["a list", [1]],
    ["a map", new Map([["a", 1]])],
    ["an integer without bounds", { big: 1n }],
    ["a prototype", JSON.parse('{"__proto__":{"a":1}}') as unknown],
    ["undefined", undefined],
  ])("@G23 reaches the caller if its details are %s", async (_, details) => {
    const { world, router, call } = await setUp();
    const asked = await call("com.error", details);
    expect(asked.error).toMatchObject({ name: "WampError", fields: { uri: "com.error" } });
    expect(router.got("ERROR").map((message) => message.details)).toEqual([{}]);
    expect(world.fake.logged).toEqual([]);
  });

  it.each(["json", "msgpack", "cbor"] as const)(
    "@G23 reaches the caller with all details that the serializer carries (%s)",
    async (serializer) => {
      const { router, a, call } = await setUp(serializer);
      const id = 2n ** 53n + 1n;
      await call("com.error", { reason: "why", id, far: 2n ** 64n });
      expect(router.got("ERROR").map(({ details }) => details)).toEqual([
        serializer === "json" ? { reason: "why" } : { reason: "why", id },
      ]);
      expect(a.of("warning")).toEqual([]);
    },
  );

  it("@G23 can be thrown again as it came from another call", async () => {
    const { world, router, a, b, c } = await setUp();
    c.register("com.inner");
    c.onInvocation = (invocation) => c.fail(invocation, "com.inner.error", { reason: "x" }, json("why"));
    await world.settle();
    router.override = (message) => {
      if (message.type !== "ERROR" || message.error !== "com.inner.error") return false;
      // As Crossbar.io adds them; the value of one of them is wrong if it comes back.
      const details = { reason: "x", callee: 5, callee_authid: null, callee_authrole: "user" };
      const [call] = router.got("CALL").slice(-1);
      if (call === undefined || message.details["callee"] !== undefined || router.got("ERROR").length > 1)
        return false;
      const { error, payload } = message;
      router.send({ type: "ERROR", requestType: "CALL", request: call.request, details, error, payload });
      return true;
    };
    a.onInvocation = (invocation) => {
      const inner = a.call("com.inner");
      void world.settle().then(() => {
        if (inner.error?.name !== "WampError") return;
        const { uri, details } = inner.error.fields;
        a.fail(invocation, uri, details, inner.error.payload);
      });
    };
    const asked = b.call("com.do");
    await world.settle();
    await world.settle();
    expect(router.got("ERROR").at(-1)).toMatchObject({ details: { reason: "x" }, payload: json("why") });
    expect(router.got("ERROR").at(-1)?.details).not.toHaveProperty("callee_authid");
    expect(asked.error).toMatchObject({ name: "WampError", fields: { uri: "com.inner.error" } });
  });
});
