import { expect, it } from "vitest";
import { DecodeError, EncodeError } from "./errors.js";
import { jsonPayloads } from "./json-payload.js";
import { msgpackPayloads } from "./msgpack.js";
import { transcode } from "./transcode.js";

it("a payload has the same meaning in another serializer", () => {
  const args = [1, "☃", 2 ** 53, { bytes: new Uint8Array([1, 2]) }];
  const kwargs = { a: null };
  const json = jsonPayloads.encodePayload(args, kwargs);
  const msgpack = msgpackPayloads.encodePayload(args, kwargs);
  expect(transcode(json, jsonPayloads, msgpackPayloads)).toEqual(msgpack);
  expect(transcode(msgpack, msgpackPayloads, jsonPayloads)).toEqual(json);
});

it("a payload stays unchanged for its own serializer", () => {
  const payload = jsonPayloads.encodePayload([1]);
  expect(transcode(payload, jsonPayloads, jsonPayloads)).toBe(payload);
});

it("a value that the other serializer cannot encode causes an EncodeError, a broken payload a DecodeError", () => {
  expect(() => transcode(msgpackPayloads.encodePayload([NaN]), msgpackPayloads, jsonPayloads)).toThrow(
    EncodeError,
  );
  expect(() => transcode({ serializer: "json", count: 1, data: "[" }, jsonPayloads, msgpackPayloads)).toThrow(
    DecodeError,
  );
});
