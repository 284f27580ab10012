import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { result, WampError } from "../index.js";
import type { WampEvent } from "../index.js";
import { createTestRouter } from "../../double/index.js";
import type { TestRouter, TestRouterOptions } from "../../double/index.js";
import { createPassthru } from "./index.js";
import type { PayloadScheme } from "./index.js";

const bytes = new Uint8Array([0, 1, 255]);
const raw = { pptScheme: "x_raw", pptSerializer: "custom", pptCipher: "rot13", pptKeyid: "k1" };
const onTheWire = { ppt_scheme: "x_raw", ppt_serializer: "custom", ppt_cipher: "rot13", ppt_keyid: "k1" };

/** A serializer of the application's own. */
const reversed: PayloadScheme = {
  serializer: "reversed",
  encode: (content) => new TextEncoder().encode(JSON.stringify(content)).reverse(),
  decode: (payload) =>
    JSON.parse(new TextDecoder().decode(payload.slice().reverse())) as ReturnType<PayloadScheme["decode"]>,
};

let router: TestRouter;
let errors: unknown[];

const start = (options: TestRouterOptions = {}): void => {
  router = createTestRouter({ onError: (error) => errors.push(error), ...options });
};
beforeEach(() => {
  errors = [];
  start();
});
afterEach(async () => {
  await router.stop();
  expect(errors).toEqual([]);
});

describe.each(["json", "msgpack"] as const)("a payload of the application's own (%s)", (serializer) => {
  beforeEach(async () => {
    await router.stop();
    start({ serializers: [serializer] });
  });

  it("@G30 passes the router as it is, with its attributes, in every message", async () => {
    const session = await router.connect();
    const peer = await router.connectPeer();
    const events: WampEvent[] = [];
    await peer.subscribe("com.topic", (event) => void events.push(event));
    await session.publish("com.topic", [bytes], { ...raw, acknowledge: true });
    const called: unknown[] = [];
    await peer.register("com.work", ([given], { details, progress }) => {
      called.push(given, details);
      progress?.();
      if (details["ppt_keyid"] === "fail")
        throw new WampError("com.no", [bytes], {}, { details: { ...onTheWire, own: 1 } });
      return result([bytes], {}, raw);
    });
    const answer = await session.callResult("com.work", [bytes], raw);
    await router.settle();
    expect(events).toMatchObject([{ args: [bytes], details: onTheWire }]);
    expect(called).toMatchObject([bytes, onTheWire]);
    expect(answer).toMatchObject({ args: [bytes], details: onTheWire });
    await expect(session.call("com.work", [bytes], { ...raw, pptKeyid: "fail" })).rejects.toMatchObject({
      args: [bytes],
      details: { ...onTheWire, own: 1 },
    });
  });

  it("@G30 is encoded and decoded by the application's pair", async () => {
    const passthru = createPassthru({ schemes: { x_rev: reversed } });
    const session = await router.connect({ passthru });
    const peer = await router.connectPeer({ passthru: createPassthru({ schemes: { x_rev: reversed } }) });
    const plain = await router.connectPeer();
    const events: WampEvent[] = [];
    const seen: WampEvent[] = [];
    await peer.subscribe("com.topic", (event) => void events.push(event));
    await plain.subscribe("com.topic", (event) => void seen.push(event));
    await session.publish("com.topic", [1], { kwargs: { a: 2 }, pptScheme: "x_rev", acknowledge: true });
    await session.publish("com.topic", [2], { acknowledge: true });
    await router.settle();
    const details = { ppt_scheme: "x_rev", ppt_serializer: "reversed" };
    expect(events).toMatchObject([{ args: [1], kwargs: { a: 2 }, details }, { args: [2] }]);
    expect(seen).toMatchObject([
      { args: [reversed.encode({ args: [1], kwargs: { a: 2 } })], details },
      { args: [2] },
    ]);
    await peer.register("com.work", ([given]) => {
      if (given === "fail") throw new WampError("com.no", ["why"]);
      return given;
    });
    // The call had the scheme, so that its answer has it too.
    expect(await session.callResult("com.work", [3], { pptScheme: "x_rev" })).toMatchObject({
      args: [3],
      details,
    });
    await expect(session.call("com.work", ["fail"], { pptScheme: "x_rev" })).rejects.toMatchObject({
      args: ["why"],
      details,
    });
  });
});

describe("a payload of the application's own", () => {
  it("@G30 that cannot be decoded fails alone", async () => {
    const session = await router.connect({ passthru: createPassthru({ schemes: { x_rev: reversed } }) });
    const peer = await router.connectPeer();
    const warnings: unknown[] = [];
    const events: WampEvent[] = [];
    session.on("warning", (error) => warnings.push(error));
    await session.subscribe("com.topic", (event) => void events.push(event));
    await peer.publish("com.topic", [bytes], { pptScheme: "x_rev", acknowledge: true });
    await peer.publish("com.topic", ["next"], { acknowledge: true });
    await router.settle();
    expect(events).toMatchObject([{ args: ["next"] }]);
    expect(warnings).toMatchObject([
      { name: "PayloadDecodeError", message: expect.stringContaining("com.topic") as string },
    ]);
  });

  it.each([
    ["a number", 7],
    ["nothing", undefined],
    ["null, such as a peer's JSON can be", null],
    ["a list", [1]],
    ["args that are none", { args: "1", kwargs: {} }],
    ["kwargs that are none", { args: [1], kwargs: [] }],
  ])("@G30 whose function returns %s fails alone, and its caller is answered", async (_, made) => {
    const odd: PayloadScheme = { encode: () => bytes, decode: () => made as never };
    const session = await router.connect({ passthru: createPassthru({ schemes: { x_odd: odd } }) });
    const peer = await router.connectPeer();
    const [warnings, delivered]: [unknown[], unknown[]] = [[], []];
    session.on("warning", (error) => warnings.push(error));
    await session.subscribe("com.topic", (event) => void delivered.push(event));
    await session.register("com.work", (...given) => void delivered.push(given));
    await peer.register("com.theirs", () => result([bytes], {}, { pptScheme: "x_odd" }));
    await peer.publish("com.topic", [bytes], { pptScheme: "x_odd", acknowledge: true });
    await expect(peer.call("com.work", [bytes], { pptScheme: "x_odd" })).rejects.toMatchObject({
      uri: "wamp.error.invalid_argument",
    });
    const failure = { name: "PayloadDecodeError" };
    await expect(session.call("com.theirs", [1], { pptScheme: "x_odd" })).rejects.toMatchObject(failure);
    await router.settle();
    expect(delivered).toEqual([]);
    expect(warnings).toMatchObject([failure, failure]);
  });

  it("@G30 may leave out args or kwargs", async () => {
    const brief: PayloadScheme = { encode: () => bytes, decode: () => ({}) as never };
    const session = await router.connect({ passthru: createPassthru({ schemes: { x_brief: brief } }) });
    const peer = await router.connectPeer();
    const events: WampEvent[] = [];
    await session.subscribe("com.topic", (event) => void events.push(event));
    await peer.publish("com.topic", [bytes], { pptScheme: "x_brief", acknowledge: true });
    await router.settle();
    expect(events).toMatchObject([{ args: [], kwargs: {} }]);
  });

  it("@G30 is refused in any other form, for that request alone", async () => {
    const session = await router.connect();
    for (const [args, options] of [
      [["clear"], raw],
      [[bytes], { ...raw, kwargs: { a: 1 } }],
      [[bytes], { ...raw, pptScheme: "own" }],
      [[bytes], { pptKeyid: "k1" }],
    ] as const)
      await expect(session.publish("com.topic", args, options)).rejects.toMatchObject({
        name: "InvalidArgumentError",
      });
    expect(session.status.state).toBe("online");
  });

  it("@G30 @G23 needs a router with the feature", async () => {
    await router.stop();
    start({ features: { payload_passthru_mode: false } });
    const session = await router.connect();
    const peer = await router.connectPeer();
    const lacking = { name: "FeatureNotSupportedError", feature: "payload_passthru_mode" };
    await expect(session.call("com.work", [bytes], raw)).rejects.toMatchObject(lacking);
    const warnings: unknown[] = [];
    session.on("warning", (error) => warnings.push(error));
    await session.register("com.work", () => result([bytes], {}, raw));
    await expect(peer.call("com.work")).rejects.toMatchObject({ uri: "wamp.error.feature_not_supported" });
    expect(warnings).toMatchObject([lacking]);
    expect(session.status.state).toBe("online");
  });

  it.each([{}, { features: { publisher_exclusion: false } }])(
    "@G30 @G4 reaches the other tabs with its attributes, on routers with and without publisher exclusion (%j)",
    async (options) => {
      await router.stop();
      start(options);
      const [one, other] = [await router.connect(), await router.connect()];
      const events: WampEvent[] = [];
      await other.subscribe("com.topic", (event) => void events.push(event));
      await one.publish("com.topic", [bytes], { ...raw, acknowledge: true });
      await router.settle();
      expect(events).toMatchObject([{ args: [bytes], details: onTheWire }]);
    },
  );

  it("@G30 of an error that was decoded does not describe the error when a handler throws it on", async () => {
    const session = await router.connect();
    const peer = await router.connectPeer();
    await session.register("com.work", () => {
      throw new WampError("com.no", ["decoded"], {}, { details: { ...onTheWire, own: 1 } });
    });
    const error: unknown = await peer.call("com.work").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ args: ["decoded"], details: { own: 1 } });
    expect((error as WampError).details).not.toHaveProperty("ppt_scheme");
  });

  it.each([
    ["a scheme's name", { schemes: { rev: reversed } }, "schemes is rev"],
    ["a scheme's functions", { schemes: { x_rev: { encode: reversed.encode } } }, "schemes.x_rev is"],
    ["a scheme that is none", { schemes: { x_rev: null } }, "schemes.x_rev is object"],
    ["no rules", { encryption: { keys: {} } }, "encryption.rules is undefined"],
    ["no keys", { encryption: { rules: [] } }, "encryption.keys is undefined"],
    [
      "a timeout of 0",
      {
        encryption: {
          rules: [],
          keys: { toEncrypt: reversed.encode, toDecrypt: reversed.decode },
          timeout: 0,
        },
      },
      "encryption.timeout is 0",
    ],
    ["a rule's field", { encryption: { rules: [{ url: "com.x" }] } }, "rules[0] is with the field url"],
    ["a rule's URI", { encryption: { rules: [{ uri: "" }] } }, 'rules[0] is with uri: ""'],
    [
      "a rule's match",
      { encryption: { rules: [{ uri: "a", match: "wildcard" }] } },
      "rules[0] is with match",
    ],
    ["a rule's content", { encryption: { rules: [{ uri: "a", content: [] }] } }, "rules[0] is with content"],
    [
      "a rule's cipher",
      { encryption: { rules: [{ uri: "a", cipher: "rot13" }] } },
      "rules[0] is with cipher",
    ],
  ])("@G30 of a configuration with a mistake is refused: %s", (_, options, message) => {
    expect(() => createPassthru(options as never)).toThrow(message);
  });

  it("of another maker is refused", async () => {
    await expect(router.connect({ passthru: {} as never })).rejects.toThrow("connect(): options.passthru is");
  });
});
