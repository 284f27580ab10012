import { afterEach, describe, expect, it } from "vitest";
import { json, leftovers, startTabs } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const bytes = new Uint8Array([1, 2, 255]);
const given = { pptScheme: "x_my", pptSerializer: "custom", pptCipher: "rot13", pptKeyid: "k1" };
const onTheWire = { ppt_scheme: "x_my", ppt_serializer: "custom", ppt_cipher: "rot13", ppt_keyid: "k1" };

/** Lets a tab answer a call of another with these options, as an attacker's page may. */
async function answered(kind: "yield" | "fail", options: unknown, args: readonly unknown[] = [bytes]) {
  const { world, router, a, b } = await startTabs();
  a.register("com.do");
  await world.settle();
  a.onInvocation = ({ invocation }) => {
    const payload = json(...args);
    a.post(
      kind === "yield"
        ? { kind, invocation, progress: false, payload, options: options as never }
        : { kind, invocation, uri: "com.no", details: {}, payload, options: options as never },
    );
  };
  const asked = b.call("com.do");
  await world.settle();
  expect(world.session.state).toBe("online");
  return { asked, router };
}

describe("an answer with a payload that the router does not look into", () => {
  it("@G30 has its attributes by their names on the wire", async () => {
    const { router } = await answered("yield", given);
    expect(router.got("YIELD").map(({ options }) => options)).toEqual([onTheWire]);
  });

  it("@G30 has them in an ERROR too", async () => {
    const { asked, router } = await answered("fail", given);
    expect(router.got("ERROR").map(({ details }) => details)).toEqual([onTheWire]);
    expect(asked.error).toMatchObject({ name: "WampError", fields: { uri: "com.no", details: onTheWire } });
  });

  it.each([null, "text", 5, [], { pptScheme: 5 }, { unknown: () => 1 }, { exclude: [1] }])(
    "@G23 @G30 is one without them for options that are none: %j",
    async (options) => {
      const { router } = await answered("yield", options);
      expect(router.got("YIELD").map((message) => message.options)).toEqual([{}]);
    },
  );

  it("@G23 @G30 is an ERROR if the payload is another one", async () => {
    const { asked, router } = await answered("yield", given, ["clear"]);
    expect(router.got("YIELD")).toEqual([]);
    expect(asked.error).toMatchObject({ fields: { uri: "wamp.error.invalid_argument" } });
  });
});
