import { describe, expect, it } from "vitest";
import { jsonSerializer } from "../../codec/json.js";
import { msgpackPayloads, msgpackSerializer } from "../../codec/msgpack.js";
import type { Payload } from "../../protocol/payload.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { isRefused } from "./refusal.js";
import { toWirePayload } from "./wire-payload.js";

const { codecs } = createFakeEnvironment().env;

const text = (data: string): Payload => ({ serializer: "json", count: 1, data });

describe("the size of a message on the wire", () => {
  it.each([
    ["ASCII", "x", 1],
    ["two bytes", "\u0080", 2],
    ["two bytes, the last of them", "\u07ff", 2],
    ["three bytes", "\u0800", 3],
    ["three bytes, beyond the surrogates", "\ue000", 3],
    ["a surrogate pair", "😀", 4],
  ])("@G23 is exact in UTF-8 near the limit (%s)", (_name, character, bytes) => {
    const message = { payload: text(character.repeat(1_000)), uri: "com.x", options: {} };
    // The envelope: 64 bytes, and at most three for each character of URI and options.
    const size = 1_000 * bytes + 64 + 3 * 5 + 3 * 2;
    expect(toWirePayload(message, jsonSerializer, codecs, size)).toBe(message.payload);
    expect(toWirePayload(message, jsonSerializer, codecs, size - 1)).toEqual({
      refused: {
        name: "OverflowError",
        message: `maxMessageSize: ${size} is more than ${size - 1}`,
        fields: { limit: "maxMessageSize", value: size, maximum: size - 1 },
      },
    });
  });

  it("@G23 is the number of its bytes in binary", () => {
    const payload: Payload = { serializer: "msgpack", count: 1, data: new Uint8Array(1_000) };
    const message = { payload, uri: "com.x", options: {} };
    const size = 1_000 + 64 + 3 * 5 + 3 * 2;
    expect(toWirePayload(message, msgpackSerializer, codecs, size)).toBe(payload);
    expect(toWirePayload(message, msgpackSerializer, codecs, size - 1)).toHaveProperty(
      "refused.fields.value",
      size,
    );
  });
});

describe("arguments", () => {
  it("are transcoded to the serializer of the connection", () => {
    const message = { payload: msgpackPayloads.encodePayload([1, "a"]), uri: "com.x", options: {} };
    expect(toWirePayload(message, jsonSerializer, codecs, 1_000)).toEqual(text('[1,"a"]'));
  });

  it("@G23 that it cannot carry are refused with the reason", () => {
    const message = { payload: msgpackPayloads.encodePayload([NaN]), uri: "com.x", options: {} };
    const result = toWirePayload(message, jsonSerializer, codecs, 1_000);
    expect(isRefused(result) && result.refused.message).toMatch(
      /^The arguments is ".*NaN.*", expected values that json can carry$/,
    );
  });
});
