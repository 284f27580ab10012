import { expect, it } from "vitest";
import { DecodeError, EncodeError } from "./errors.js";
import { jsonPayloads } from "./json-payload.js";
import { msgpackSerializer } from "./msgpack.js";
import { serializers } from "./serializers.js";
import { transcode } from "./transcode.js";

it("a payload has the same meaning in another serializer", () => {
  const args = [1, "☃", 2 ** 53, { bytes: new Uint8Array([1, 2]) }];
  const kwargs = { a: null };
  for (const from of serializers) {
    for (const to of serializers)
      expect(transcode(from.encodePayload(args, kwargs), from, to)).toEqual(to.encodePayload(args, kwargs));
  }
});

it("a payload stays unchanged for its own serializer", () => {
  const payload = jsonPayloads.encodePayload([1]);
  expect(transcode(payload, jsonPayloads, jsonPayloads)).toBe(payload);
});

it("a value that the other serializer cannot encode causes an EncodeError, a broken payload a DecodeError", () => {
  expect(() => transcode(msgpackSerializer.encodePayload([NaN]), msgpackSerializer, jsonPayloads)).toThrow(
    EncodeError,
  );
  expect(() =>
    transcode({ serializer: "json", count: 1, data: "[" }, jsonPayloads, msgpackSerializer),
  ).toThrow(DecodeError);
});
