import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { result, WampError } from "../index.js";
import type { Session, WampEvent } from "../index.js";
import { createTestRouter } from "../../double/index.js";
import type { TestRouter } from "../../double/index.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { passthruOn } from "./create-passthru.js";
import { createEncryption } from "./encryption.js";
import type { PassthruConfig } from "./passthru-config.js";
import { keyRing } from "./key-provider.js";
import type { KeyProvider } from "./key-provider.js";

const KEY = new Uint8Array(32).fill(7);
const OTHER = new Uint8Array(32).fill(8);
const rules = [{ uri: "com.secret.", match: "prefix" }] as const;
const TIMEOUT = 10_000;

let router: TestRouter;
let errors: unknown[];
let clock: FakeClock;

beforeEach(() => {
  errors = [];
  clock = new FakeClock();
  router = createTestRouter({ onError: (error) => errors.push(error) });
});

afterEach(async () => {
  await router.stop();
  expect({ errors, timers: clock.pending }).toEqual({ errors: [], timers: 0 });
});

const ring = (key = KEY, id = "k1") => keyRing({ [id]: key }, () => id);
const passthru = (config: Partial<PassthruConfig["encryption"]> & object = {}) =>
  passthruOn(clock, { encryption: { rules, keys: ring(), ...config } });

/** A tab that encrypts, and a peer that does, each with its session of the router. */
async function setUp(mine = passthru(), theirs = passthru()) {
  const tab = await router.connect({ passthru: mine });
  const peer = await router.connectPeer({ passthru: theirs });
  const warnings: unknown[] = [];
  tab.on("warning", (error) => warnings.push(error));
  return { tab, peer, warnings };
}

/** A peer that knows nothing of encryption. */
const plainPeer = (): Promise<Session> => router.connectPeer();

async function heardBy(session: Session, topic: string, match?: "prefix") {
  const events: WampEvent[] = [];
  const heard = (event: WampEvent): void => void events.push(event);
  await (match === undefined ? session.subscribe(topic, heard) : session.subscribe(topic, heard, { match }));
  return events;
}

describe("encrypted payloads", () => {
  it.each(["json", "msgpack"] as const)(
    "@G30 reach the peer, and nothing else does (%s)",
    async (serializer) => {
      await router.stop();
      router = createTestRouter({ serializers: [serializer], onError: (error) => errors.push(error) });
      const { tab, peer } = await setUp();
      const spy = await heardBy(await plainPeer(), "com.secret.", "prefix");
      const events = await heardBy(peer, "com.secret.chat");
      await tab.publish("com.secret.chat", ["hello", new Uint8Array([1])], {
        kwargs: { n: 2 ** 40 },
        acknowledge: true,
      });
      await router.settle();
      expect(events).toMatchObject([
        {
          args: ["hello", new Uint8Array([1])],
          kwargs: { n: 2 ** 40 },
          details: {
            ppt_scheme: "wamp",
            ppt_serializer: "cbor",
            ppt_cipher: "xsalsa20poly1305",
            ppt_keyid: "k1",
          },
        },
      ]);
      expect(spy).toMatchObject([{ args: [expect.any(Uint8Array) as Uint8Array], kwargs: {} }]);
      expect(new TextDecoder().decode(spy[0]?.args[0] as Uint8Array)).not.toContain("hello");
    },
  );

  it.each(["xsalsa20poly1305", "aes256gcm"] as const)(
    "@G30 are calls, progressive results, results and errors (%s)",
    async (cipher) => {
      const config = passthru({ rules: [{ uri: "com.secret.work", cipher }] });
      const { tab, peer } = await setUp(config, config);
      await peer.register("com.secret.work", ([what], { progress, details, kwargs }) => {
        if (what === "fail") throw new WampError("com.secret.no", ["really"], { why: 1 });
        progress?.(["half"]);
        return result([what, details["ppt_cipher"], kwargs], { done: true });
      });
      const parts = [];
      for await (const part of tab.callProgressive("com.secret.work", ["go"], { kwargs: { a: 1 } }))
        parts.push(part);
      expect(parts).toMatchObject([
        { args: ["half"], progress: true },
        { args: ["go", cipher, { a: 1 }], kwargs: { done: true }, details: { ppt_cipher: cipher } },
      ]);
      await expect(tab.call("com.secret.work", ["fail"])).rejects.toMatchObject({
        uri: "com.secret.no",
        args: ["really"],
        kwargs: { why: 1 },
      });
    },
  );

  it("@G30 with a key that cannot be read out of the browser", async () => {
    const key = await crypto.subtle.importKey("raw", KEY, "AES-GCM", false, ["encrypt", "decrypt"]);
    const keys = keyRing({ k1: key }, () => "k1");
    const mine = passthru({ keys, rules: [{ uri: "com.secret.a", cipher: "aes256gcm" }] });
    const { tab, peer } = await setUp(mine);
    const events = await heardBy(peer, "com.secret.a");
    await tab.publish("com.secret.a", [1], { acknowledge: true });
    await vi.waitFor(() => expect(events).toMatchObject([{ args: [1] }]));
  });

  it("@G30 are answered with encryption, even if the callee has no rule for it", async () => {
    const { tab, peer } = await setUp(undefined, passthru({ rules: [] }));
    await peer.register("com.secret.echo", ([given]) => given);
    await peer.register("com.secret.fail", () => {
      throw new WampError("com.no", ["secret words"]);
    });
    expect(await tab.callResult("com.secret.echo", [1])).toMatchObject({
      args: [1],
      details: { ppt_scheme: "wamp" },
    });
    await expect(tab.call("com.secret.fail")).rejects.toMatchObject({ args: ["secret words"] });
  });

  it("@G30 keep the tab's order with what is not encrypted", async () => {
    const keys: KeyProvider = {
      ...ring(),
      toEncrypt: (use) => Promise.resolve().then(() => ring().toEncrypt(use)),
    };
    const { tab, peer } = await setUp(passthru({ keys }));
    const order: unknown[] = [];
    await peer.subscribe("com.", ({ args }) => void order.push(args[0]), { match: "prefix" });
    const all = [1, 2, 3, 4, 5, 6].map((n) =>
      tab.publish(n % 2 === 1 ? "com.secret.x" : "com.open.x", [n], { acknowledge: true }),
    );
    await Promise.all(all);
    await router.settle();
    expect(order).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("@G10 @G30 hold the later events of the tab while a key is looked up", async () => {
    let give: (key: Uint8Array) => void = () => undefined;
    const keys: KeyProvider = { ...ring(), toDecrypt: () => new Promise((resolve) => (give = resolve)) };
    const { tab, peer } = await setUp(passthru({ keys }));
    const order: unknown[] = [];
    await tab.subscribe("com.secret.x", ({ args }) => void order.push(args[0]));
    await tab.subscribe("com.open.x", ({ args }) => void order.push(args[0]));
    await peer.publish("com.secret.x", [1], { acknowledge: true });
    await peer.publish("com.open.x", [2], { acknowledge: true });
    await router.settle();
    expect(order).toEqual([]);
    give(KEY);
    await vi.waitFor(() => expect(order).toEqual([1, 2]));
  });

  it("@G30 are read with the former key after a rotation", async () => {
    let current = "k1";
    const mine = keyRing({ k1: KEY, k2: OTHER }, () => current);
    const theirs = keyRing({ k1: KEY }, () => "k1");
    const { tab, peer, warnings } = await setUp(passthru({ keys: mine }), passthru({ keys: theirs }));
    const events = await heardBy(tab, "com.secret.x");
    current = "k2";
    await peer.publish("com.secret.x", ["old"], { acknowledge: true });
    theirs.add("k2", OTHER);
    await peer.publish("com.secret.x", ["new"], { acknowledge: true, pptKeyid: "k2" });
    mine.remove("k1");
    await peer.publish("com.secret.x", ["too late"], { acknowledge: true });
    await router.settle();
    await vi.waitFor(() => expect(events.map(({ args }) => args[0])).toEqual(["old", "new"]));
    expect(warnings).toMatchObject([{ name: "EncryptionError", reason: "unknown-key" }]);
  });

  it("@G30 ask for keys with the URI, the direction and the peer", async () => {
    const uses: unknown[] = [];
    const keys: KeyProvider = {
      toEncrypt: (use) => (uses.push(use), ring().toEncrypt(use)),
      toDecrypt: (use) => (uses.push(use), ring().toDecrypt(use)),
    };
    const { tab, peer } = await setUp(undefined, passthru({ keys }));
    await peer.register("com.secret.work", () => 1);
    await tab.call("com.secret.work", [], { discloseMe: true });
    const common = {
      uri: "com.secret.work",
      cipher: "xsalsa20poly1305",
      peer: { session: expect.any(Number) as number, authid: expect.any(String) as string },
    };
    expect(uses).toMatchObject([
      { ...common, content: "call", direction: "receive", keyId: "k1" },
      { ...common, content: "result", direction: "send" },
    ]);
  });
});

describe("a payload that must be encrypted", () => {
  it("@G30 is never delivered in clear, and only that message fails", async () => {
    const { tab, warnings } = await setUp();
    const plain = await plainPeer();
    const events = await heardBy(tab, "com.secret.x");
    const called: unknown[] = [];
    await tab.register("com.secret.work", (args) => void called.push(args));
    await plain.register("com.secret.other", () => "in clear");
    await plain.publish("com.secret.x", ["in clear"], { acknowledge: true });
    await expect(plain.call("com.secret.work", ["in clear"])).rejects.toMatchObject({
      uri: "wamp.error.invalid_argument",
    });
    await router.settle();
    expect({ events, called }).toEqual({ events: [], called: [] });
    const refused = { name: "EncryptionError", reason: "not-encrypted" };
    expect(warnings).toMatchObject([refused, refused]);
    expect(tab.status.state).toBe("online");
  });

  it.each([
    ["the result in clear", () => "in clear"],
    [
      "an error in clear",
      () => {
        throw new WampError("com.no", ["in clear"]);
      },
    ],
    [
      "a result that says it is not encrypted",
      () => result([new Uint8Array([0xa0])], {}, { pptScheme: "wamp", pptSerializer: "cbor" }),
    ],
  ])("@G30 rejects a call for %s", async (_, handler) => {
    const { tab } = await setUp();
    const plain = await plainPeer();
    await plain.register("com.secret.work", handler);
    await expect(tab.call("com.secret.work")).rejects.toMatchObject({
      name: "EncryptionError",
      reason: "not-encrypted",
    });
  });

  it("@G30 leaves the router its own errors", async () => {
    const { tab } = await setUp();
    await expect(tab.call("com.secret.none")).rejects.toMatchObject({ uri: "wamp.error.no_such_procedure" });
  });

  it("@G30 is refused through a pattern too", async () => {
    const { tab, warnings } = await setUp();
    const plain = await plainPeer();
    const events = await heardBy(tab, "com.secret.", "prefix");
    await plain.publish("com.secret.x", ["in clear"], { acknowledge: true });
    await router.settle();
    expect({ events, warnings }).toMatchObject({ events: [], warnings: [{ reason: "not-encrypted" }] });
  });

  it("@G30 may come in clear while `required` is false, and is never sent in clear", async () => {
    const mine = passthru({ rules: [{ uri: "com.secret.x", required: false }] });
    const { tab } = await setUp(mine);
    const plain = await plainPeer();
    const events = await heardBy(tab, "com.secret.x");
    const spied = await heardBy(plain, "com.secret.x");
    await plain.publish("com.secret.x", ["in clear"], { acknowledge: true });
    await tab.publish("com.secret.x", ["not"], { acknowledge: true });
    await router.settle();
    expect(events).toMatchObject([{ args: ["in clear"] }]);
    expect(spied).toMatchObject([{ args: [expect.any(Uint8Array) as Uint8Array] }]);
  });

  it("@G30 is not sent through a router without the feature", async () => {
    await router.stop();
    router = createTestRouter({
      features: { payload_passthru_mode: false },
      onError: (error) => errors.push(error),
    });
    const { tab } = await setUp();
    const refused = { name: "FeatureNotSupportedError", feature: "payload_passthru_mode" };
    await expect(tab.call("com.secret.work", ["x"])).rejects.toMatchObject(refused);
    await expect(tab.publish("com.secret.x", ["x"], { acknowledge: true })).rejects.toMatchObject(refused);
    expect(tab.status.state).toBe("online");
  });

  it.each([
    ["no key", { toEncrypt: () => undefined }, "no-key"],
    ["null instead of a key", { toEncrypt: () => null as never }, "no-key"],
    ["a key of another size", { toEncrypt: () => ({ id: "k1", key: new Uint8Array(31) }) }, "bad-key"],
    [
      "a provider that throws",
      {
        toEncrypt: (): never => {
          throw new Error("no network");
        },
      },
      "provider-failed",
    ],
    [
      "a provider that rejects",
      { toEncrypt: () => Promise.reject(new Error("no network")) },
      "provider-failed",
    ],
  ] satisfies [string, Partial<KeyProvider>, string][])(
    "@G30 is not sent with %s, and only that message fails",
    async (_, some: Partial<KeyProvider>, reason) => {
      const { tab, peer } = await setUp(passthru({ keys: { ...ring(), ...some } }));
      const spied = await heardBy(peer, "com.", "prefix");
      await expect(tab.publish("com.secret.x", ["x"])).rejects.toMatchObject({
        name: "EncryptionError",
        reason,
      });
      await expect(tab.call("com.secret.x", ["x"])).rejects.toMatchObject({
        name: "EncryptionError",
        reason,
      });
      await tab.publish("com.open", [1], { acknowledge: true });
      await router.settle();
      expect(spied).toMatchObject([{ topic: "com.open" }]);
    },
  );

  it("@G30 waits for a provider only until the deadline, and for the same question not again", async () => {
    const asked = vi.fn(() => new Promise<never>(() => undefined));
    const { tab } = await setUp(passthru({ keys: { ...ring(), toEncrypt: asked } }));
    const first = tab.publish("com.secret.x", ["x"]);
    const open = tab.publish("com.open.x", [1], { acknowledge: true });
    await router.settle();
    clock.advance(TIMEOUT);
    await expect(first).rejects.toMatchObject({ reason: "provider-timeout" });
    await open;
    await expect(tab.publish("com.secret.x", ["x"])).rejects.toMatchObject({ reason: "provider-timeout" });
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("@G30 is a named error to the caller's side if the answer cannot be encrypted", async () => {
    const broken = passthru({ keys: { ...ring(), toEncrypt: () => undefined } });
    const { tab, peer, warnings } = await setUp(broken);
    await tab.register("com.secret.work", () => "secret words");
    await tab.register("com.secret.fail", () => {
      throw new WampError("com.no", ["secret words"]);
    });
    for (const procedure of ["com.secret.work", "com.secret.fail"]) {
      const error: unknown = await peer.call(procedure).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        uri: "wamp.error.runtime_error",
        args: ["The answer could not be encrypted"],
      });
    }
    expect(warnings).toMatchObject([{ reason: "no-key" }, { reason: "no-key" }]);
  });

  it("@G30 refuses another scheme for it", async () => {
    const { tab } = await setUp();
    const sent = tab.publish("com.secret.x", [new Uint8Array([1])], { pptScheme: "x_clear" });
    await expect(sent).rejects.toMatchObject({ name: "EncryptionError", reason: "conflict" });
  });
});

describe("a payload that cannot be decrypted", () => {
  const wamp = { pptScheme: "wamp", pptSerializer: "cbor", pptKeyid: "k1" };
  it.each([
    ["another key", { ...wamp, pptCipher: "xsalsa20poly1305" }, new Uint8Array(60), "not-authentic"],
    ["a changed one", { ...wamp, pptCipher: "aes256gcm" }, new Uint8Array(60), "not-authentic"],
    [
      "an unknown key id",
      { ...wamp, pptCipher: "aes256gcm", pptKeyid: "k9" },
      new Uint8Array(60),
      "unknown-key",
    ],
    ["a truncated one", { ...wamp, pptCipher: "aes256gcm" }, new Uint8Array(27), "truncated"],
    ["an unknown cipher", { ...wamp, pptCipher: "rot13" }, new Uint8Array(60), "unknown-cipher"],
    [
      "an unknown serializer",
      { ...wamp, pptSerializer: "flatbuffers" },
      new Uint8Array(60),
      "unknown-serializer",
    ],
    ["no cipher and no CBOR", wamp, new Uint8Array([1]), "malformed"],
    // `{args: [28([1])]}`: the decoder would act on the tag.
    ["no cipher and shared values", wamp, Buffer.from("a1646172677381d81c8101", "hex"), "malformed"],
  ])("@G30 fails alone, by name: %s", async (_, options, payload, reason) => {
    const { tab, peer, warnings } = await setUp(passthru({ rules: [] }), passthru({ rules: [] }));
    const plain = await plainPeer();
    const events = await heardBy(tab, "com.x");
    await plain.publish("com.x", [payload], { ...options, acknowledge: true });
    await plain.publish("com.x", ["next"], { acknowledge: true });
    await plain.register("com.work", () => result([payload], {}, options));
    await router.settle();
    await expect(tab.call("com.work")).rejects.toMatchObject({ name: "EncryptionError", reason });
    expect(events).toMatchObject([{ args: ["next"] }]);
    expect(warnings).toMatchObject([{ name: "EncryptionError", reason }]);
    await tab.register("com.mine", () => 1);
    await expect(plain.call("com.mine", [payload], options)).rejects.toMatchObject({
      uri: "wamp.error.invalid_argument",
    });
    expect(peer.status.state).toBe("online");
  });

  it.each([
    ["null", null, "unknown-key"],
    ["an object that is no key", { algorithm: undefined }, "bad-key"],
  ])("@G30 fails alone, by name, if the provider returns %s", async (_, key, reason) => {
    const { tab, warnings } = await setUp(passthru({ keys: { ...ring(), toDecrypt: () => key as never } }));
    const plain = await plainPeer();
    await heardBy(tab, "com.secret.x");
    const options = { ...wamp, pptCipher: "aes256gcm", acknowledge: true };
    await plain.publish("com.secret.x", [new Uint8Array(60)], options);
    await router.settle();
    expect(warnings).toMatchObject([{ name: "EncryptionError", reason }]);
  });

  it.each([
    ["a cipher that is no text", { ppt_cipher: 2n ** 63n }, "unknown-cipher"],
    ["a list with a cipher", { ppt_cipher: ["aes256gcm"] }, "unknown-cipher"],
    ["an endless cipher", { ppt_cipher: "x".repeat(100_000) }, "unknown-cipher"],
    ["an endless key id", { ppt_cipher: "aes256gcm", ppt_keyid: "x".repeat(100_000) }, "unknown-key"],
  ])("@G30 fails by name, in few words, whatever a peer has written: %s", async (_, attributes, reason) => {
    const details = { ppt_scheme: "wamp", ppt_serializer: "cbor", ...attributes };
    const message = { content: "event", uri: "com.x", options: {}, details } as const;
    const received = () => ({ args: [new Uint8Array(60)], kwargs: {} });
    const encryption = createEncryption({ rules, keys: ring() }, clock);
    const error: unknown = await encryption.open(message, received, true).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "EncryptionError", reason });
    expect((error as Error).message.length).toBeLessThan(300);
  });

  it("@G30 is given up with a provider that hangs", async () => {
    const keys = { ...ring(), toDecrypt: () => new Promise<never>(() => undefined) };
    const { tab, peer, warnings } = await setUp(passthru({ keys }));
    const events = await heardBy(tab, "com.", "prefix");
    await peer.publish("com.secret.x", [1], { acknowledge: true });
    await peer.publish("com.open", [2], { acknowledge: true });
    await router.settle();
    clock.advance(TIMEOUT);
    await vi.waitFor(() => expect(events).toMatchObject([{ args: [2] }]));
    expect(warnings).toMatchObject([{ reason: "provider-timeout" }]);
  });
});

it("@G30 a provider that hangs for one URI is still asked for another", async () => {
  const hanging = new Promise<never>(() => undefined);
  const toDecrypt: KeyProvider["toDecrypt"] = (use) =>
    use.uri === "com.secret.x" ? hanging : ring().toDecrypt(use);
  const { tab, peer, warnings } = await setUp(passthru({ keys: { ...ring(), toDecrypt } }));
  const events = await heardBy(tab, "com.secret.", "prefix");
  await peer.publish("com.secret.x", [1], { acknowledge: true });
  await peer.publish("com.secret.y", [2], { acknowledge: true });
  await router.settle();
  clock.advance(TIMEOUT);
  await vi.waitFor(() => expect(events).toMatchObject([{ args: [2] }]));
  expect(warnings).toMatchObject([{ reason: "provider-timeout" }]);
});

describe("keys and clear text", () => {
  it("@G30 are in no error, warning or inspection, nor in what leaves the tab", async () => {
    const secret = Buffer.from("the-secret-key-of-32-bytes-......").subarray(0, 32);
    const { tab, peer, warnings } = await setUp(passthru({ keys: ring(new Uint8Array(secret)) }));
    const errorsSeen: unknown[] = [];
    await heardBy(tab, "com.secret.x");
    await peer.publish("com.secret.x", ["clear-text"], { acknowledge: true });
    await router.settle();
    errorsSeen.push(
      await tab.publish("com.secret.y", ["clear-text", () => 1]).catch((error: unknown) => error),
    );
    await peer.register("com.secret.work", ([text]) => text);
    errorsSeen.push(await tab.call("com.secret.work", ["clear-text"]).catch((error: unknown) => error));
    expect(warnings).toHaveLength(1);
    const inspected = await tab.inspect();
    const everything = JSON.stringify(
      [...warnings, ...errorsSeen, inspected, tab.status],
      (_key, value: unknown) =>
        value instanceof Error
          ? { ...value, message: value.message, stack: value.stack, cause: value.cause }
          : value,
    );
    for (const form of [
      "the-secret-key",
      secret.toString("hex"),
      secret.toString("base64").slice(0, 12),
      "clear-text",
    ])
      expect(everything).not.toContain(form);
  });
});

describe("several connect() of a page", () => {
  it("@G30 have the same passthru, or none of their own", async () => {
    const { connect } = router.openTab();
    const mine = passthru();
    await connect({ passthru: mine });
    const again = await connect();
    const peer = await router.connectPeer({ passthru: passthru() });
    const events = await heardBy(peer, "com.secret.x");
    await again.publish("com.secret.x", [1], { acknowledge: true });
    await router.settle();
    expect(events).toMatchObject([{ args: [1] }]);
    await expect(connect({ passthru: passthru() })).rejects.toMatchObject({ name: "InvalidArgumentError" });
    const { connect: other } = router.openTab();
    await other();
    await expect(other({ passthru: mine })).rejects.toMatchObject({ name: "InvalidArgumentError" });
  });
});
