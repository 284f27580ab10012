import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonPayloads } from "../../codec/json-payload.js";
import { jsonSerializer } from "../../codec/json.js";
import { msgpackSerializer } from "../../codec/msgpack.js";
import type { Serializer } from "../../codec/serializer.js";
import { optionsTable } from "../../contract/request-options.js";
import type { OptionedRequest } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import { routerFeatures } from "../../protocol/features.js";
import type { WireRequestId } from "../../protocol/ids.js";
import type { ClientMessage } from "../../protocol/messages.js";
import type { Payload } from "../../protocol/payload.js";
import { parseClientMessage } from "../../protocol/parse-client-message.js";
import { toRaw } from "../../protocol/write-message.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { WELCOME_DETAILS } from "../../testing/fake-sockets.js";
import { json } from "../../testing/harness.js";
import { violation } from "../../testing/strictness.js";
import { Gate } from "./gate.js";
import { isRefused } from "./refusal.js";
import { SizeLimit } from "./size-limit.js";
import { cancelModeOr, judgeRequest } from "./judge-request.js";

const { codecs } = createFakeEnvironment().env;
const LIMIT = 2_000;
const request = 1 as WireRequestId;

const gateFor = (serializer: Serializer, details: Dict = WELCOME_DETAILS, limit = LIMIT): Gate =>
  new Gate(
    { uriRules: "loose", sizeLimit: new SizeLimit(limit) },
    codecs,
    serializer,
    routerFeatures(details),
  );

/** Texts in which something may be wrong, and texts in which nothing is. */
const text = fc.oneof(
  fc.constantFrom("com.x", "a", "a.b-c", "a..b", "a.", ".a", "", ".", "a b", "a#", "\0", "a\x1cb", "a\x85b"),
  fc.constantFrom(
    "com.ü",
    "a\u2003b",
    "a\ufeffb",
    "\ud800",
    "a\n",
    "exact",
    "prefix",
    "wildcard",
    "last",
    "kill",
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
);

const anything = fc.oneof(
  fc.boolean(),
  fc.constantFrom(null, 0, 1, -1, 1.5, 2 ** 53, 2 ** 60, NaN, Infinity, 1n, undefined),
  text,
  fc.array(fc.oneof(text, fc.integer(), fc.constant(null)), { maxLength: 3 }),
  fc.dictionary(text, fc.oneof(text, fc.integer()), { maxKeys: 2 }),
  fc.anything({ withBigInt: true, withMap: true, withTypedArray: true, withDate: true, maxDepth: 3 }),
);

/** Names that the specification or a router gives a meaning, and others. */
const namesOf = (...known: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...known, "forward_for", "callee", "callee_authid", "caller", "caller_authrole"),
    fc.constantFrom("transaction_hash", "enc_algo", "enc_key", "ppt_scheme", "_custom", "__proto__", "mode"),
    text,
  );

const dictOf = (...known: readonly string[]): fc.Arbitrary<Dict> =>
  fc.dictionary(namesOf(...known), anything, { maxKeys: 4, noNullPrototype: true });

/** Returns the message as a router reads it. */
const onTheWire = (message: ClientMessage, serializer: Serializer): ClientMessage =>
  parseClientMessage(serializer.decode(serializer.encode(toRaw(message))));

function messageFor(
  kind: OptionedRequest,
  uri: string,
  { options, payload }: { readonly options: Dict; readonly payload: ReturnType<typeof json> },
): ClientMessage {
  switch (kind) {
    case "call":
      return { type: "CALL", request, options, procedure: uri, payload };
    case "publish":
      return { type: "PUBLISH", request, options, topic: uri, payload };
    case "subscribe":
      return { type: "SUBSCRIBE", request, options, topic: uri };
    case "register":
      return { type: "REGISTER", request, options, procedure: uri };
  }
}

/** Judges a request as it arrives from a tab, and then before the wire. */
function judge(
  gate: Gate,
  kind: OptionedRequest,
  uri: string,
  fields: { readonly options: Dict; readonly payload: Payload },
) {
  const { options } = fields;
  const request = { kind, request: 1, timeout: 0, offline: "wait", options, topic: uri } as unknown;
  const judged = judgeRequest(request as AnsweredRequest, "loose");
  return isRefused(judged) ? judged : gate.request(kind, uri, fields);
}

const serializers = [jsonSerializer, msgpackSerializer];

describe.each(serializers)("the gate before a wire in $name", (serializer) => {
  const gate = gateFor(serializer);
  const payload = fc.constantFrom(
    json(),
    json(1, { a: "ü" }),
    jsonPayloads.encodePayload([], { key: [null] }),
    msgpackSerializer.encodePayload(["text", new Uint8Array([1])]),
    msgpackSerializer.encodePayload([NaN]),
    json("x".repeat(LIMIT)),
  );

  it.each(["call", "publish", "subscribe", "register"] as const)(
    "@G23 lets no %s pass that would end the session",
    (kind) => {
      let passed = 0;
      fc.assert(
        fc.property(text, dictOf(...Object.keys(optionsTable(kind))), payload, (uri, options, given) => {
          const judged = judge(gate, kind, uri, { options, payload: given });
          if (isRefused(judged)) return;
          passed += 1;
          const message = onTheWire(messageFor(kind, uri, judged), serializer);
          expect(violation(message)).toBeUndefined();
        }),
        { numRuns: 1_000 },
      );
      expect(passed).toBeGreaterThan(10);
    },
  );

  it("@G23 lets no error of a handler pass that would end the session", () => {
    let passed = 0;
    const details = fc.oneof(
      dictOf("message", "publisher", "publisher_authid"),
      anything,
    ) as fc.Arbitrary<Dict>;
    fc.assert(
      fc.property(
        fc.oneof(text, anything) as fc.Arbitrary<string>,
        details,
        payload,
        (uri, given, content) => {
          const judged = gate.answer({
            type: "ERROR",
            requestType: "INVOCATION",
            request,
            details: given,
            error: uri,
            payload: content,
          });
          if (isRefused(judged)) return;
          passed += 1;
          expect(violation(onTheWire(judged, serializer))).toBeUndefined();
        },
      ),
      { numRuns: 1_000 },
    );
    expect(passed).toBeGreaterThan(10);
  });

  it("@G23 lets no result of a handler pass that would end the session", () => {
    fc.assert(
      fc.property(fc.boolean(), payload, (progress, content) => {
        const options = progress ? { progress } : {};
        const judged = gate.answer({ type: "YIELD", request, options, payload: content });
        if (!isRefused(judged)) expect(violation(onTheWire(judged, serializer))).toBeUndefined();
      }),
    );
  });

  it("@G23 has a mode for every CANCEL that does not end the session", () => {
    fc.assert(
      fc.property(fc.oneof(text, anything), (given) => {
        const message = { type: "CANCEL", request, options: { mode: cancelModeOr(given) } } as const;
        expect(violation(onTheWire(message, serializer))).toBeUndefined();
      }),
    );
  });

  it("@G23 refuses every URI that breaks the rules, by the rules of its use", () => {
    for (const kind of ["call", "publish", "subscribe", "register"] as const) {
      for (const uri of ["", "a..b", "a.", "a b", "a#", "\0", "a\x1cb", "\ud800"])
        expect(judge(gate, kind, uri, { options: {}, payload: json() })).toHaveProperty(
          "refused.name",
          "InvalidArgumentError",
        );
    }
    const wildcard = { options: { match: "wildcard" }, payload: json() };
    expect(judge(gate, "subscribe", "a..b", wildcard)).toHaveProperty("options", wildcard.options);
  });
});

describe("the gate", () => {
  const gate = gateFor(jsonSerializer);

  it("@G23 returns a request unchanged if nothing is wrong with it", () => {
    const fields = { options: { _custom: 1 }, payload: json(1) };
    expect(gate.request("call", "com.x", fields)).toEqual(fields);
  });

  it("@G23 transcodes the arguments of requests and answers", () => {
    const payload = msgpackSerializer.encodePayload([1, "a"]);
    expect(gate.request("publish", "com.x", { options: {}, payload })).toEqual({
      options: {},
      payload: json(1, "a"),
    });
    expect(gate.answer({ type: "YIELD", request, options: {}, payload })).toMatchObject({
      payload: json(1, "a"),
    });
  });

  it("@G23 refuses a message over the limit as it is now", () => {
    const sizeLimit = new SizeLimit(LIMIT);
    const judge = new Gate({ uriRules: "loose", sizeLimit }, codecs, jsonSerializer, routerFeatures({}));
    const fields = { options: {}, payload: json("x".repeat(1_500)) };
    expect(isRefused(judge.request("call", "com.x", fields))).toBe(false);
    sizeLimit.learn({ payload: 1_504, message: 1_570 }, "");
    expect(judge.request("call", "com.x", fields)).toMatchObject({
      refused: { name: "OverflowError", fields: { limit: "maxMessageSize", maximum: 1_569 } },
    });
    expect(judge.request("subscribe", `com.${"x".repeat(1_000)}`, { options: {} })).toMatchObject({
      refused: { name: "OverflowError" },
    });
  });

  it.each([
    ["publish", { eligible: [1] }],
    ["publish", { exclude_authid: [] }],
    ["subscribe", { match: "prefix" }],
    ["register", { invoke: "last" }],
    ["register", { match: "wildcard" }],
    ["call", { receive_progress: true }],
  ] as const)("@G23 refuses %s with %j if the router would do something else", (kind, options) => {
    expect(gateFor(jsonSerializer, {}).request(kind, "com.x", { options })).toMatchObject({
      refused: { name: "FeatureNotSupportedError" },
    });
    expect(gate.request(kind, "com.x", { options })).toEqual({ options });
  });

  it.each([
    ["a URI", { error: "not a uri" }, "wamp.error.invalid_uri"],
    ["arguments", { payload: msgpackSerializer.encodePayload([NaN]) }, "wamp.error.invalid_argument"],
    ["a size", { payload: json("x".repeat(LIMIT)) }, "wamp.error.payload_size_exceeded"],
    ["details", { details: { trace: "x".repeat(LIMIT) } }, "wamp.error.payload_size_exceeded"],
  ])(
    "@G23 says what a caller gets instead of an error with %s that no router accepts",
    (_, wrong, instead) => {
      const error = {
        type: "ERROR",
        requestType: "INVOCATION",
        request,
        details: {},
        error: "com.error",
        payload: json(),
        ...wrong,
      } as const;
      expect(gate.answer(error)).toMatchObject({ instead });
    },
  );
});

describe("the size of a message on the wire", () => {
  it.each([
    ["ASCII", "x", 1],
    ["two bytes", "\u0080", 2],
    ["two bytes, the last of them", "\u07ff", 2],
    ["three bytes", "\u0800", 3],
    ["three bytes, beyond the surrogates", "\ue000", 3],
    ["a surrogate pair", "😀", 4],
  ])("@G23 is exact in UTF-8 near the limit (%s)", (_name, character, bytes) => {
    const payload: Payload = { serializer: "json", count: 1, data: character.repeat(1_000) };
    // The envelope: 64 bytes, and at most three for each character of URI and options.
    const size = 1_000 * bytes + 64 + 3 * 5 + 3 * 2;
    const judge = (limit: number) =>
      gateFor(jsonSerializer, {}, limit).request("call", "com.x", { options: {}, payload });
    expect(judge(size)).toHaveProperty("payload", payload);
    expect(judge(size - 1)).toEqual({
      refused: {
        name: "OverflowError",
        message: `maxMessageSize: ${size} is more than ${size - 1}`,
        fields: { limit: "maxMessageSize", value: size, maximum: size - 1 },
      },
    });
  });

  it("@G23 is the number of its bytes in binary", () => {
    const payload: Payload = { serializer: "msgpack", count: 1, data: new Uint8Array(1_000) };
    const judge = (limit: number) =>
      gateFor(msgpackSerializer, {}, limit).request("call", "com.x", { options: {}, payload });
    const size = 1_000 + 64 + 3 * 5 + 3 * 2;
    expect(judge(size)).toHaveProperty("payload", payload);
    expect(judge(size - 1)).toHaveProperty("refused.fields.value", size);
  });

  it("@G23 is that of its envelope without arguments", () => {
    const size = 64 + 3 * 5 + 3 * 10;
    const judge = (limit: number) =>
      gateFor(jsonSerializer, {}, limit).request("subscribe", "com.x", { options: { _abc: 1 } });
    expect(judge(size)).toEqual({ options: { _abc: 1 } });
    expect(judge(size - 1)).toHaveProperty("refused.fields", {
      limit: "maxMessageSize",
      value: size,
      maximum: size - 1,
    });
  });
});
