import { describe, expect, it } from "vitest";
import type { Payload } from "../protocol/payload.js";
import { DecodeError } from "./errors.js";
import { jsonSerializer } from "./json.js";
import { msgpackSerializer } from "./msgpack.js";

const contents = [
  { args: [1, "a]", [2]], kwargs: {} },
  { args: [], kwargs: {} },
  { args: [], kwargs: { "}": "," } },
  { args: [new Uint8Array([1, 2])], kwargs: { é: "☃" } },
];

const broken: Record<string, Payload> = {
  json: { serializer: "json", count: 1, data: "[1}" },
  msgpack: { serializer: "msgpack", count: 1, data: Uint8Array.from([0x91, 0xc1]) },
};

for (const serializer of [jsonSerializer, msgpackSerializer]) {
  describe(`joined payloads in ${serializer.name}`, () => {
    const payloads = contents.map(({ args, kwargs }) => serializer.encodePayload(args, kwargs));

    it("decode at once, in order", () => {
      expect(serializer.decodeJoined(serializer.join(payloads))).toEqual(contents);
      expect(serializer.decodeJoined(serializer.join([]))).toEqual([]);
    });

    it("split into the original payloads", () => {
      expect(serializer.split(serializer.join(payloads))).toEqual(payloads);
      expect(serializer.split(serializer.join([]))).toEqual([]);
    });

    it("do not decode at once if one is malformed, but split, so that the others decode", () => {
      const joined = serializer.join([...payloads, broken[serializer.name] as Payload, ...payloads]);
      expect(() => serializer.decodeJoined(joined)).toThrow(DecodeError);
      const decoded = serializer.split(joined).map((payload) => {
        try {
          return serializer.decodePayload(payload);
        } catch (error) {
          return (error as Error).name;
        }
      });
      expect(decoded).toEqual([...contents, "DecodeError", ...contents]);
    });

    it("cause a DecodeError if their number differs from the number of ends", () => {
      const joined = serializer.join(payloads);
      expect(() => serializer.decodeJoined({ ...joined, ends: joined.ends.slice(1) })).toThrow(DecodeError);
    });
  });
}
