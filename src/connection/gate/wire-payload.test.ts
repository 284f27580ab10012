import { describe, expect, it } from "vitest";
import { jsonSerializer } from "../../codec/json.js";
import { msgpackSerializer } from "../../codec/msgpack.js";
import type { Payload } from "../../protocol/payload.js";
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
});
