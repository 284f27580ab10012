import { describe, expect, it } from "vitest";
import { jsonSerializer } from "../../codec/json.js";
import { msgpackPayloads } from "../../codec/msgpack-payload.js";
import { msgpackSerializer } from "../../codec/msgpack.js";
import type { RegistrationHandle, RequestId, SubscriptionHandle } from "../../contract/ids.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Payload } from "../../protocol/payload.js";
import { toWirePayload, queuedSize, refuseTooLarge, requestSize } from "./wire-payload.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import type { WireSession } from "../../connection/wire-session.js";

const { env } = createFakeEnvironment();
const textLine = { serializer: jsonSerializer } as WireSession;
const binaryLine = { serializer: msgpackSerializer } as WireSession;

const text = (data: string): Payload => ({ serializer: "json", count: 1, data });
const common = { request: 1 as RequestId, timeout: 0, offline: "wait" } as const;
const options = { _a: 1 };

/** One of each kind, with what it weighs in a queue. */
const requests: [AnsweredRequest, number][] = [
  [{ kind: "call", ...common, procedure: "com.x", options, payload: text('"ab"') }, 5 + 8 + 4],
  [{ kind: "publish", ...common, topic: "com.x", options, payload: text('"ab"') }, 5 + 8 + 4],
  [{ kind: "subscribe", ...common, topic: "com.x", options, subscription: 1 as SubscriptionHandle }, 5 + 8],
  [
    { kind: "register", ...common, procedure: "com.x", options, registration: 1 as RegistrationHandle },
    5 + 8,
  ],
  [{ kind: "unsubscribe", request: common.request, subscription: 1 as SubscriptionHandle }, 0],
  [{ kind: "unregister", request: common.request, registration: 1 as RegistrationHandle }, 0],
];

describe("what a message weighs", () => {
  it.each(requests)("@G23 in a queue: its URI, options and arguments (case %#)", (request, size) => {
    expect(requestSize(request)).toBe(size);
  });

  it("@G23 in a queue, without arguments", () => {
    expect(queuedSize("com.x", {})).toBe(5 + 2);
  });

  it.each([
    ["ASCII", "x", 1],
    ["two bytes", "\u0080", 2],
    ["two bytes, the last of them", "\u07ff", 2],
    ["three bytes", "\u0800", 3],
    ["three bytes, beyond the surrogates", "\ue000", 3],
    ["a surrogate pair", "😀", 4],
  ])("@G23 on the wire, near the limit: exactly its UTF-8 (%s)", (_name, character, bytes) => {
    const message = { payload: text(character.repeat(1_000)), uri: "com.x", options: {} };
    // The envelope: 64 bytes, and at most three a character of URI and options.
    const size = 1_000 * bytes + 64 + 3 * 5 + 3 * 2;
    expect(toWirePayload(message, textLine, env, size)).toBe(message.payload);
    expect(toWirePayload(message, textLine, env, size - 1)).toEqual({
      refused: {
        name: "OverflowError",
        message: `maxMessageSize: ${size} is more than ${size - 1}`,
        fields: { limit: "maxMessageSize", value: size, maximum: size - 1 },
      },
    });
  });

  it("@G23 on the wire, in binary: its bytes", () => {
    const payload: Payload = { serializer: "msgpack", count: 1, data: new Uint8Array(1_000) };
    const message = { payload, uri: "com.x", options: {} };
    const size = 1_000 + 64 + 3 * 5 + 3 * 2;
    expect(toWirePayload(message, binaryLine, env, size)).toBe(payload);
    expect(toWirePayload(message, binaryLine, env, size - 1)).toHaveProperty("refused.fields.value", size);
  });

  it.each(requests)("@G23 before its serializer is known: its envelope alone (case %#)", (request) => {
    const undoing = request.kind === "unsubscribe" || request.kind === "unregister";
    const size = 64 + 3 * 5 + 3 * 8;
    expect(refuseTooLarge(request, size)).toBeUndefined();
    expect(refuseTooLarge(request, size - 1)?.fields).toEqual(
      undoing ? undefined : { limit: "maxMessageSize", value: size, maximum: size - 1 },
    );
  });
});

describe("arguments", () => {
  it("are carried over to the serializer of the connection", () => {
    const message = { payload: msgpackPayloads.encodePayload([1, "a"]), uri: "com.x", options: {} };
    expect(toWirePayload(message, textLine, env, 1_000)).toEqual(text('[1,"a"]'));
  });

  it("@G23 that it cannot carry are refused with the reason", () => {
    const message = { payload: msgpackPayloads.encodePayload([NaN]), uri: "com.x", options: {} };
    const fitted = toWirePayload(message, textLine, env, 1_000);
    expect("refused" in fitted && fitted.refused.message).toMatch(
      /^The arguments is ".*NaN.*", expected values that json can carry$/,
    );
  });
});
