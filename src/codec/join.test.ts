import { describe, expect, it } from "vitest";
import type { Payload } from "../protocol/payload.js";
import { DecodeError } from "./errors.js";
import { serializers } from "./serializers.js";

const contents = [
  { args: [1, "a]", [2]], kwargs: {} },
  { args: [], kwargs: {} },
  { args: [], kwargs: { "}": "," } },
  { args: [new Uint8Array([1, 2])], kwargs: { é: "☃" } },
];

const broken: Record<string, Payload> = {
  json: { serializer: "json", count: 1, data: "[1}" },
  msgpack: { serializer: "msgpack", count: 1, data: Uint8Array.from([0x91, 0xc1]) },
  cbor: { serializer: "cbor", count: 1, data: Uint8Array.from([0x81, 0xe0]) },
};

for (const serializer of serializers) {
  describe(`joined payloads in ${serializer.name}`, () => {
    const payloads = contents.map(({ args, kwargs }) => serializer.encodePayload(args, kwargs));

    it("decode at once, in order", () => {
      expect(serializer.decodeJoined(serializer.join(payloads))).toEqual(contents);
      expect(serializer.decodeJoined(serializer.join([]))).toEqual([]);
    });

    it("@G28 are taken apart as they were", () => {
      const all = [...payloads, broken[serializer.name] as Payload];
      const parts = serializer.split(serializer.join(all));
      expect(parts).toEqual(all);
      if (serializer.binary)
        expect(new Set(parts.map(({ data }) => (data as Uint8Array).buffer)).size).toBe(all.length);
    });

    it("decode without one that is malformed, for which there is the reason", () => {
      const joined = serializer.join([...payloads, broken[serializer.name] as Payload, ...payloads]);
      const failure = { failure: expect.any(DecodeError) as unknown };
      expect(serializer.decodeJoined(joined)).toEqual([...contents, failure, ...contents]);
    });

    it("decode one by one if their number differs from the number of ends", () => {
      const joined = serializer.join(payloads);
      const failure = { failure: expect.any(DecodeError) as unknown };
      expect(serializer.decodeJoined({ ...joined, ends: joined.ends.slice(1) })).toEqual([
        failure,
        ...contents.slice(2),
      ]);
    });

    it("do not decode if they are written by another serializer", () => {
      const joined = serializer.join(payloads);
      const data = serializer.binary ? "[[1]]" : Uint8Array.of(0x91, 1);
      const decoded = serializer.decodeJoined({ ...joined, data });
      expect(decoded).toEqual(payloads.map(() => ({ failure: expect.any(DecodeError) as unknown })));
    });
  });
}
