import { describe, expect, it } from "vitest";
import { cborSerializer } from "./cbor.js";
import { DecodeError, EncodeError } from "./errors.js";
import { jsonPayloads } from "./json-payload.js";
import { msgpackSerializer } from "./msgpack.js";
import { MAX_DEPTH } from "./rewrite.js";
import type { PayloadCodec } from "./serializer.js";
import { serializers } from "./serializers.js";

function roundTrip(codec: PayloadCodec, args: readonly unknown[], kwargs?: Record<string, unknown>) {
  return codec.decodePayload(codec.encodePayload(args, kwargs));
}

function failure(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level++) value = level % 2 === 0 ? [value] : { inner: value };
  return value;
}

for (const codec of serializers) {
  describe(`payloads in ${codec.name}`, () => {
    it("leave out empty kwargs, and then empty args as well", () => {
      expect(codec.encodePayload([], {}).count).toBe(0);
      expect(codec.encodePayload([1], {}).count).toBe(1);
      expect(codec.encodePayload([], { a: 1 }).count).toBe(2);
      expect(roundTrip(codec, [])).toEqual({ args: [], kwargs: {} });
      expect(roundTrip(codec, [1])).toEqual({ args: [1], kwargs: {} });
      expect(roundTrip(codec, [], { a: 1 })).toEqual({ args: [], kwargs: { a: 1 } });
    });

    it("carry binary data in any place, also as ArrayBuffer, of every length modulo 3 and longer than a chunk", () => {
      for (const length of [0, 1, 2, 3, 255, 256, 20_000, 70_000]) {
        const bytes = Uint8Array.from({ length }, (_, index) => (index * 7) % 256);
        expect(roundTrip(codec, [bytes, [bytes.buffer]], { deep: [{ bytes }] })).toEqual({
          args: [bytes, [bytes]],
          kwargs: { deep: [{ bytes }] },
        });
      }
    });

    it("give binary data a buffer of its own, which can be transferred", () => {
      const { args } = roundTrip(codec, [new Uint8Array([1, 2]), "other"]);
      expect((args[0] as Uint8Array).buffer.byteLength).toBe(2);
    });

    it.each([1, 100, 10_000])(
      "never share a buffer between two binary values of %i bytes and fewer",
      (length) => {
        const data = [new Uint8Array(length), { small: new Uint8Array(1) }, new Uint8Array(length)];
        const { args } = codec.decodePayload(codec.encodePayload(data));
        const [first, { small }, last] = args as [Uint8Array, { small: Uint8Array }, Uint8Array];
        expect(new Set([first.buffer, small.buffer, last.buffer]).size).toBe(3);
      },
    );

    it("do not copy binary data that fills most of a message", () => {
      const payload = codec.encodePayload([new Uint8Array(10_000).fill(7)]);
      const { args } = codec.decodePayload(payload);
      const [bytes] = args as [Uint8Array];
      expect(bytes).toEqual(new Uint8Array(10_000).fill(7));
      if (typeof payload.data !== "string") expect(bytes.buffer).toBe(payload.data.buffer);
    });

    it("carry only the viewed part of a larger buffer", () => {
      const view = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
      expect(roundTrip(codec, [view]).args).toEqual([new Uint8Array([2, 3])]);
    });

    it("leave undefined out of objects and turn it into null in lists", () => {
      expect(roundTrip(codec, [undefined, [undefined, 1], { a: undefined, b: 2 }]).args).toEqual([
        null,
        [null, 1],
        { b: 2 },
      ]);
    });

    it("call toJSON with the key, also that of a Date", () => {
      const date = new Date(86_400_000);
      const keyed = { toJSON: (key: string) => `key ${key}` };
      const itself = {
        a: 1,
        toJSON() {
          return this;
        },
      };
      expect(roundTrip(codec, [date, { keyed }, [keyed]]).args).toEqual([
        "1970-01-02T00:00:00.000Z",
        { keyed: "key keyed" },
        ["key 0"],
      ]);
      expect(failure(() => codec.encodePayload([itself]))).toMatchObject({ path: "args[0].toJSON" });
    });

    it("carry the own properties of a class instance, and an object without prototype", () => {
      class Point {
        constructor(
          readonly x: number,
          readonly y: number,
        ) {}
      }
      const bare = Object.assign(Object.create(null) as object, { a: [1] });
      expect(roundTrip(codec, [new Point(1, 2), bare]).args).toEqual([{ x: 1, y: 2 }, { a: [1] }]);
    });

    it("carry integers up to 2^53 exactly, including bigints", () => {
      const integers = [2 ** 53, -(2 ** 53), 2 ** 53 - 1, 2 ** 32, 2 ** 32 - 1, -(2 ** 31) - 1, 0, -1];
      expect(roundTrip(codec, integers).args).toEqual(integers);
      expect(roundTrip(codec, [integers.map(BigInt), 2n ** 53n, 5n]).args).toEqual([integers, 2 ** 53, 5]);
      expect(roundTrip(codec, [1.5, 1e300, 2 ** 60, 2 ** 53]).args).toEqual([1.5, 1e300, 2 ** 60, 2 ** 53]);
    });

    it.each([
      ["a function", [() => 1], "args[0]"],
      ["a symbol", [1, { a: Symbol("s") }], "args[1].a"],
      ["a bigint of more than 255 bytes", [[2n ** 2040n]], "args[0][0]"],
      ["a negative bigint of more than 255 bytes", [-(2n ** 2040n) - 1n], "args[0]"],
      ["a Map", [{ "not an identifier": new Map() }], 'args[0]["not an identifier"]'],
      ["a Set", [new Set()], "args[0]"],
      ["an Error", [new Error("lost")], "args[0]"],
      ["a Promise", [Promise.resolve()], "args[0]"],
      ["other typed arrays", [new Float64Array(2)], "args[0]"],
    ])("refuse %s with its path", (_what, args, path) => {
      const error = failure(() => codec.encodePayload(args));
      expect(error).toBeInstanceOf(EncodeError);
      expect(error).toMatchObject({ path });
      expect((error as Error).message.startsWith(`${path}: `)).toBe(true);
    });

    // Crossbar.io closes the socket for one in MessagePack, and loses the message in JSON.
    it.each([
      ["a string", [["a\ud800b"]], "args[0][0]"],
      ["a long string", ["x".repeat(1000) + "\udc00"], "args[0]"],
      ["a key", [{ a: { "\ud800": 1 } }], "args[0].a"],
    ])("@G23 refuse %s with an unpaired surrogate", (_what, args, path) => {
      expect(failure(() => codec.encodePayload(args))).toMatchObject({ name: "EncodeError", path });
    });

    it("name kwargs in the path of an error", () => {
      expect(failure(() => codec.encodePayload([], { a: [{ b: () => 1 }] }))).toMatchObject({
        path: "kwargs.a[0].b",
      });
    });

    it("refuse a cycle, but not a repeated object", () => {
      const cycle: { list: unknown[] } = { list: [] };
      cycle.list.push(cycle);
      expect(failure(() => codec.encodePayload([cycle]))).toMatchObject({
        name: "EncodeError",
        path: "args[0].list[0]",
      });
      const shared = { bytes: new Uint8Array([1]) };
      expect(roundTrip(codec, [shared, shared]).args).toEqual([shared, shared]);
    });

    it("may be nested exactly as deep as the limit", () => {
      const deepest = nested(MAX_DEPTH - 1);
      expect(roundTrip(codec, [deepest], { deepest }).args).toEqual([deepest]);
      expect(failure(() => codec.encodePayload([nested(MAX_DEPTH)]))).toBeInstanceOf(EncodeError);
      expect(failure(() => codec.encodePayload([], { a: nested(100_000) }))).toBeInstanceOf(EncodeError);
    });

    it("turn the errors of getters and toJSON into an EncodeError", () => {
      const cause = new TypeError("not today");
      const thrower = {
        get value(): number {
          throw cause;
        },
      };
      expect(failure(() => codec.encodePayload([thrower]))).toMatchObject({ name: "EncodeError", cause });
    });

    it.each([
      ["a Map", new Map([["a", 1]])],
      ["a list", [1]],
      ["a string", "kwargs"],
      ["null", null],
      ["something with toJSON", { a: 1, toJSON: () => [] }],
    ])("refuse kwargs that are %s", (_what, kwargs) => {
      expect(failure(() => codec.encodePayload([], kwargs as never))).toMatchObject({ path: "kwargs" });
    });

    it("refuse args that are not a list", () => {
      expect(failure(() => codec.encodePayload("args" as never))).toMatchObject({ path: "args" });
    });

    it("refuse a payload of the other serializer", () => {
      const other = codec.name === "json" ? msgpackSerializer : jsonPayloads;
      expect(() => codec.decodePayload(other.encodePayload([1]))).toThrow(DecodeError);
    });
  });
}

describe("the differences between them", () => {
  it.each([
    ["NaN", NaN],
    ["an infinity", -Infinity],
    ["a string that begins with U+0000", "\0abc"],
    ["a bigint beyond 2^53", 2n ** 53n + 1n],
    ["a negative bigint beyond 2^53", -(2n ** 53n) - 1n],
    ["the largest bigint of 64 bits", 2n ** 64n - 1n],
    ["the smallest bigint of 64 bits", -(2n ** 63n)],
  ])("JSON refuses %s, the others carry it", (_what, value) => {
    expect(failure(() => jsonPayloads.encodePayload([{ value }]))).toMatchObject({ path: "args[0].value" });
    for (const codec of [msgpackSerializer, cborSerializer])
      expect(roundTrip(codec, [{ value }]).args).toEqual([{ value }]);
  });

  it.each([2n ** 64n, -(2n ** 63n) - 1n])(
    "MessagePack refuses a bigint beyond 64 bits, CBOR carries it",
    (value) => {
      expect(failure(() => msgpackSerializer.encodePayload([[value]]))).toMatchObject({ path: "args[0][0]" });
      expect(roundTrip(cborSerializer, [value]).args).toEqual([value]);
    },
  );

  it("JSON reads an escaped backslash before u0000 and ud800 as a backslash", () => {
    const text = ["\\u0000", "\\ud800", "a\0b", "\\\\u0000AA=="];
    expect(roundTrip(jsonPayloads, text).args).toEqual(text);
  });

  it("MessagePack reads a timestamp of another implementation, and no other extension", () => {
    const timestamp = Uint8Array.from([0x91, 0xd6, 0xff, 0, 0, 0, 1]);
    const extension = Uint8Array.from([0x91, 0xd6, 0x05, 0, 0, 0, 1]);
    const payload = (data: Uint8Array) => ({ serializer: "msgpack", count: 1, data }) as const;
    expect(msgpackSerializer.decodePayload(payload(timestamp)).args).toEqual([new Date(1000)]);
    expect(() => msgpackSerializer.decodePayload(payload(extension))).toThrow(DecodeError);
  });
});

describe("broken payloads", () => {
  it.each(["[1,}", "[1],[2]", "{}", '"\\u0000AA=="', "[1],{},{}", '["\\u0000not base64!"]', "[1", "[01]"])(
    "JSON %s is a DecodeError",
    (data) => {
      const payload = { serializer: "json", count: 1, data } as const;
      expect(() => jsonPayloads.decodePayload(payload)).toThrow(DecodeError);
    },
  );

  it.each([
    [0xc1],
    [0x92, 0x01],
    [0x81, 0x01],
    [0x90, 0x90],
    [0xc4, 0x01, 0x00],
    [0xdd, 0xff, 0xff, 0xff, 0xff],
  ])("MessagePack %s… cause a DecodeError", (...data) => {
    const payload = { serializer: "msgpack", count: 1, data: Uint8Array.from(data) } as const;
    expect(() => msgpackSerializer.decodePayload(payload)).toThrow(DecodeError);
  });

  it("nested too deep for the stack decode or cause a DecodeError, in both", () => {
    const depth = 200_000;
    const text = `[${"[".repeat(depth)}"\\u0000"${"]".repeat(depth)}]`;
    const bytes = new Uint8Array(depth + 2).fill(0x91);
    bytes.set([0xc4, 0x00], depth);
    for (const run of [
      () => jsonPayloads.decodePayload({ serializer: "json", count: 1, data: text }),
      () => msgpackSerializer.decodePayload({ serializer: "msgpack", count: 1, data: bytes }),
    ]) {
      expect(failure(run)).toBeInstanceOf(DecodeError);
    }
  });
});
