import { describe, expect, it } from "vitest";
import { ProtocolError } from "../protocol/errors.js";
import { parseRouterMessage } from "../protocol/parse-router-message.js";
import { cborSerializer } from "./cbor.js";
import { DecodeError, EncodeError } from "./errors.js";
import { MAX_DEPTH } from "./rewrite.js";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const hex = (data: string | Uint8Array) => Buffer.from(data as Uint8Array).toString("hex");
const encodePayload: typeof cborSerializer.encodePayload = (...given) =>
  cborSerializer.encodePayload(...given);
const decodePayload: typeof cborSerializer.decodePayload = (payload) => cborSerializer.decodePayload(payload);

/** Reads one argument. */
function read(value: string): unknown {
  const { args } = decodePayload({ serializer: "cbor", count: 1, data: bytes(`81 ${value}`) });
  return args[0];
}

/** Writes one argument. */
function write(value: unknown): string {
  return hex(encodePayload([value]).data).slice(2);
}

describe("an example of RFC 8949, appendix A,", () => {
  it.each<[string, unknown]>([
    ["00", 0],
    ["01", 1],
    ["0a", 10],
    ["17", 23],
    ["1818", 24],
    ["1819", 25],
    ["1864", 100],
    ["1903e8", 1000],
    ["1a000f4240", 1000000],
    ["1b000000e8d4a51000", 1000000000000],
    ["1bffffffffffffffff", 18446744073709551615n],
    ["c249010000000000000000", 18446744073709551616n],
    ["3b7fffffffffffffff", -9223372036854775808n],
    ["c349010000000000000000", -18446744073709551617n],
    ["20", -1],
    ["29", -10],
    ["3863", -100],
    ["3903e7", -1000],
    ["fb3ff199999999999a", 1.1],
    ["fb7e37e43c8800759c", 1.0e300],
    ["fbc010666666666666", -4.1],
    ["fb7ff0000000000000", Infinity],
    ["fb7ff8000000000000", NaN],
    ["fbfff0000000000000", -Infinity],
    ["f4", false],
    ["f5", true],
    ["f6", null],
    ["40", new Uint8Array()],
    ["4401020304", Uint8Array.of(1, 2, 3, 4)],
    ["60", ""],
    ["6161", "a"],
    ["6449455446", "IETF"],
    ["62225c", '"\\'],
    ["62c3bc", "\u00fc"],
    ["63e6b0b4", "\u6c34"],
    ["64f0908591", "\ud800\udd51"],
    ["80", []],
    ["83010203", [1, 2, 3]],
    ["8301820203820405", [1, [2, 3], [4, 5]]],
    [
      "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
      Array.from({ length: 25 }, (_, index) => index + 1),
    ],
    ["a0", {}],
    ["a26161016162820203", { a: 1, b: [2, 3] }],
    ["826161a161626163", ["a", { b: "c" }]],
    ["a56161614161626142616361436164614461656145", { a: "A", b: "B", c: "C", d: "D", e: "E" }],
  ])("is read and written: %s", (encoded, value) => {
    expect(read(encoded)).toEqual(value);
    expect(write(value)).toBe(encoded);
  });

  it.each<[string, unknown]>([
    // Floats of other lengths.
    ["f90000", 0],
    ["f98000", -0],
    ["f93c00", 1],
    ["f93e00", 1.5],
    ["f97bff", 65504],
    ["fa47c35000", 100000],
    ["fa7f7fffff", 3.4028234663852886e38],
    ["f90001", 5.960464477539063e-8],
    ["f90400", 0.00006103515625],
    ["f9c400", -4],
    ["f97c00", Infinity],
    ["f97e00", NaN],
    ["f9fc00", -Infinity],
    ["fa7f800000", Infinity],
    ["3bffffffffffffffff", -18446744073709551616n],
    ["f7", undefined],
    ["c074323031332d30332d32315432303a30343a30305a", new Date("2013-03-21T20:04:00Z")],
    ["c11a514b67b0", new Date(1363896240000)],
    ["c1fb41d452d9ec200000", new Date(1363896240500)],
    // Lists and maps without a length.
    ["9fff", []],
    ["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
    ["9f01820203820405ff", [1, [2, 3], [4, 5]]],
    ["83018202039f0405ff", [1, [2, 3], [4, 5]]],
    ["83019f0203ff820405", [1, [2, 3], [4, 5]]],
    ["bf61610161629f0203ffff", { a: 1, b: [2, 3] }],
    ["826161bf61626163ff", ["a", { b: "c" }]],
    ["bf6346756ef563416d7421ff", { Fun: true, Amt: -2 }],
    // Keys that are integers, as text.
    ["a201020304", { "1": 2, "3": 4 }],
  ])("is read: %s", (encoded, value) => {
    expect(read(encoded)).toEqual(value);
  });

  it.each([
    ["simple(16)", "f0"],
    ["simple(255)", "f8ff"],
    ["a string of Base16", "d74401020304"],
    ["CBOR inside CBOR", "d818456449455446"],
    ["a URI", "d82076687474703a2f2f7777772e6578616d706c652e636f6d"],
    ["binary data in pieces", "5f42010243030405ff"],
    ["text in pieces", "7f657374726561646d696e67ff"],
  ])("that has no meaning in WAMP fails what it is in: %s", (_what, encoded) => {
    expect(() => read(encoded)).toThrow(DecodeError);
  });
});

describe("@G28 an integer in CBOR", () => {
  it("is never written as a float up to 2^53, nor is a bigint", () => {
    expect([2 ** 32 - 1, 2 ** 32, -(2 ** 32), -(2 ** 32) - 1, 2 ** 53, -(2 ** 53)].map(write)).toEqual([
      "1affffffff",
      "1b0000000100000000",
      "3affffffff",
      "3b0000000100000000",
      "1b0020000000000000",
      "3b001fffffffffffff",
    ]);
    expect([5n, 2n ** 53n + 1n, 2n ** 64n].map(write)).toEqual([
      "05",
      "1b0020000000000001",
      "c249010000000000000000",
    ]);
    expect(write(2 ** 60)).toBe("fb43b0000000000000");
  });

  it("arrives as a bigint beyond 2^53, of up to 255 bytes", () => {
    const largest = 2n ** (8n * 255n) - 1n;
    const integers = [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 64n, -(2n ** 64n), largest, -largest];
    expect(decodePayload(encodePayload(integers, { integers }))).toEqual({
      args: integers,
      kwargs: { integers },
    });
    expect(() => encodePayload([largest + 1n])).toThrow(
      new EncodeError("args[0]", "a bigint of more than 255 bytes"),
    );
    // Its decoder would be busy for hours.
    expect(() => read(`c2 5a 00100000 ${"ff".repeat(0x100000)}`)).toThrow("another type with tag 2");
  });
});

describe("a dictionary in CBOR", () => {
  it("may have keys that mean something to the encoder or the decoder", () => {
    const keys = ["constructor", "toJSON", "__proto__", "hasOwnProperty", "length", ""];
    const dictionary = Object.fromEntries(keys.map((key) => [key, 1]));
    expect(Object.keys(dictionary)).toEqual(keys);
    const { args, kwargs } = decodePayload(
      encodePayload([dictionary, { list: [dictionary] }], { a: dictionary }),
    );
    expect(args).toEqual([dictionary, { list: [dictionary] }]);
    expect(kwargs).toEqual({ a: dictionary });
  });

  it.each([
    ["null", "a1 f6 01"],
    ["true", "a1 f5 01"],
    ["a list", "a1 80 01"],
    ["binary data", "a1 4100 01"],
  ])("has no key that is %s", (_what, encoded) => {
    expect(() => read(encoded)).toThrow("a key is neither a string nor a number");
  });
});

describe("@G28 a tag that means something only to the decoder", () => {
  it.each([
    ["a shared value", "d81c 80"],
    ["a reference to itself", "d81c 81 d81d 00"],
    ["an error", "d81b 82 654572726f72 6161"],
    ["a regular expression", "d81b 82 66526567457870 6161"],
    ["a set", "d90102 80"],
    ["a map", "d90103 a0"],
    ["a typed array", "d845 42ffff"],
    ["a record", "d9dfff 83 19e000 81 6161 01"],
    ["packed values", "d833 84 81 01 80 80 c6 00"],
    ["bundled strings", "d9dff9 82 00 80"],
    ["a decimal fraction", "c4 82 21 196ab3"],
    ["a date that is a list", "c1 80"],
    ["a date as text that is a number", "c0 01"],
    ["an integer that is text", "c2 6161"],
  ])("is not read: %s", (_what, value) => {
    expect(() => read(value)).toThrow(
      /^WAMP has no meaning for (tag|a value of another type with tag) \d+ in CBOR$/,
    );
    expect(() => read(`a1 6161 81 ${value}`)).toThrow(DecodeError);
  });

  it("is read without the mark of CBOR itself", () => {
    expect(read("d9d9f7 83 010203")).toEqual([1, 2, 3]);
  });
});

describe("a frame in CBOR", () => {
  it("is read with headers of any width, and without lengths", () => {
    const wide = bytes("9b0000000000000005 1b0000000000000024 1a00000001 1b0020000000000000 b900 00 9800");
    expect(cborSerializer.decode(wide).fields).toEqual([36, 1, 2 ** 53, {}]);
    const endless = cborSerializer.decode(bytes("9f 1824 01 02 bf ff 9f 01 ff bf 6161 02 ff ff"));
    expect(endless.fields).toEqual([36, 1, 2, {}]);
    expect(endless.payload).toEqual({ serializer: "cbor", count: 2, data: bytes("9f 01 ff bf 6161 02 ff") });
    expect(endless.payload && decodePayload(endless.payload)).toEqual({ args: [1], kwargs: { a: 2 } });
  });

  it.each([
    ["nothing", ""],
    ["a map", "a0"],
    ["an empty list", "80"],
    ["an empty list without a length", "9f ff"],
    ["a list without an end", "9f 1824 01 02 a0"],
    ["truncated in the envelope", "84 1824 01 02"],
    ["truncated in a header", "85 1824 01 02 a0 99 00"],
    ["truncated in a string", "84 10 01 a0 65 61"],
    ["truncated in the payload", "85 1824 01 02 a0 82 01"],
    ["truncated after a tag", "85 1824 01 02 a0 c1"],
    ["a list of four thousand million elements", "85 1824 01 02 a0 9a ffffffff"],
    ["a list of more elements than any number", "85 1824 01 02 a0 9b ffffffffffffffff"],
    ["a string of more bytes than any number", "85 1824 01 02 a0 7b ffffffffffffffff"],
    ["a map of four thousand million entries", "85 1824 01 02 ba ffffffff 80"],
    ["a message of four thousand million elements", "9a ffffffff 1824 01"],
    ["followed by bytes", "84 1824 01 02 a0 00"],
    ["a reserved header", "84 1824 01 1c a0"],
    ["an integer without a length", "84 1824 01 1f a0"],
    ["a break in a list with a length", "84 1824 01 ff a0"],
    ["a break in a list within one without a length", "85 1824 01 02 a0 9f 82 01 ff ff"],
    ["three payload elements", "87 1824 01 02 a0 80 a0 80"],
    ["three payload elements without a length", "9f 1824 01 02 a0 80 a0 80 ff"],
    ["a negative code", "85 3824 01 02 a0 80 80"],
  ])("that is %s is a protocol error", (_what, frame) => {
    expect(() => parseRouterMessage(cborSerializer.decode(bytes(frame)))).toThrow(ProtocolError);
  });

  it.each([
    ["an id beyond 2^53", "84 1824 1b0020000000000001 02 a0"],
    ["an id that is a float", "84 1824 f93c00 02 a0"],
    ["an id with a tag", "84 1824 c101 02 a0"],
    ["a code that is a float", "84 f95080 01 02 a0"],
    ["a negative code of one byte", "85 24 01 02 a0 80"],
  ])("does not excuse the router's own: %s", (_what, frame) => {
    expect(() => parseRouterMessage(cborSerializer.decode(bytes(frame)))).toThrow(ProtocolError);
  });

  it.each([
    ["a tag", "a2 6161 d81c80 6162 01", { b: 1 }],
    ["a tag in a map without a length", "bf 6161 d81c80 6162 bf 6163 01 ff ff", { b: { c: 1 } }],
    ["a simple value", "a2 6161 f0 6162 01", { b: 1 }],
    ["text in pieces", "a2 6161 7f6161ff 6162 01", { b: 1 }],
    ["a value that is nested too deep", `a2 6161 ${"81".repeat(MAX_DEPTH)}00 6162 01`, { b: 1 }],
    ["a key that is no string", "a2 f6 01 6162 01", { b: 1 }],
  ])("@G23 is read without the part of a dictionary that is unreadable: %s", (_what, details, expected) => {
    expect(parseRouterMessage(cborSerializer.decode(bytes(`83 02 01 ${details}`)))).toMatchObject({
      type: "WELCOME",
      details: expected,
    });
  });

  it("@G23 with a payload nested a hundred thousand levels deep is passed on, and fails that message alone", () => {
    for (const [open, close] of [
      ["81", ""],
      ["9f", "ff"],
      ["a16161", ""],
    ] as const) {
      const data = bytes(`${open.repeat(100_000)} 00 ${close.repeat(100_000)}`);
      const frame = Uint8Array.from([...bytes("85 1824 01 02 a0"), ...data]);
      const { payload } = cborSerializer.decode(frame);
      expect(hex(payload?.data ?? "")).toBe(hex(data));
      expect(() => payload && decodePayload(payload)).toThrow(DecodeError);
    }
  });

  it("does not share memory with the encoder, nor leave anything in what it reads", () => {
    const first = cborSerializer.encode({ fields: [6, {}, "first"], payload: undefined });
    const copy = first.slice();
    cborSerializer.encode({ fields: [6, {}, "other"], payload: undefined });
    expect(first).toEqual(copy);
    expect(Object.getPrototypeOf(first)).toBe(Uint8Array.prototype);
    const payload = encodePayload([1]);
    decodePayload(payload);
    expect(Object.keys(payload.data)).toEqual(["0", "1"]);
  });
});
