import { describe, expect, it } from "vitest";
import { createCodecs } from "../../codec/codecs.js";
import { customSerializer } from "../../codec/custom.js";
import { jsonSerializer } from "../../codec/json.js";
import { msgpackSerializer } from "../../codec/msgpack.js";
import type { Payload } from "../../protocol/payload.js";
import { packed } from "../../testing/custom-modules.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { isRefused } from "./refusal.js";
import { toWirePayload } from "./wire-payload.js";

const { codecs } = createFakeEnvironment().env;

const text = (data: string): Payload => ({ serializer: "json", count: 1, data });

describe("arguments", () => {
  it("are transcoded to the serializer of the connection", () => {
    const payload = msgpackSerializer.encodePayload([1, "a"]);
    expect(toWirePayload(payload, jsonSerializer, codecs)).toEqual(text('[1,"a"]'));
  });

  it("@G23 that it cannot carry are refused with the reason", () => {
    const result = toWirePayload(msgpackSerializer.encodePayload([NaN]), jsonSerializer, codecs);
    expect(isRefused(result) && result.refused.message).toMatch(
      /^The arguments is ".*NaN.*", expected values that json can carry$/,
    );
  });

  it("@G28 that an application's serializer cannot encode again are refused, before the message has an id", () => {
    const packedSerializer = customSerializer("packed", packed);
    const own = createCodecs([jsonSerializer, packedSerializer]);
    const judge = (payload: Payload) => toWirePayload(payload, packedSerializer, own);
    const payload = packedSerializer.encodePayload([1], { a: 2 });
    expect(judge(payload)).toBe(payload);
    expect(judge(text("[1]"))).toEqual(packedSerializer.encodePayload([1]));
    for (const data of [Uint8Array.of(0xc1), "[1]", packed.encode([[1], {}, 3]), packed.encode([5])])
      expect(judge({ serializer: "packed", count: 1, data })).toMatchObject({
        refused: { name: "InvalidArgumentError" },
      });
    expect(judge({ serializer: "unknown", count: 1, data: "[1]" })).toMatchObject({
      refused: { message: expect.stringContaining('"unknown\\" has not been loaded') as unknown },
    });
  });
});
