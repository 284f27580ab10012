import { describe, expect, it } from "vitest";
import { ProtocolError } from "../protocol/errors.js";
import { EncodeError } from "./errors.js";
import { jsonSerializer } from "./json.js";
import { msgpackSerializer } from "./msgpack.js";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

describe("a frame in JSON", () => {
  it("may have whitespace wherever JSON allows it; the payload is trimmed", () => {
    const { fields, payload } = jsonSerializer.decode(
      ' [ 36 ,\t1, 2 ,\r\n{ "a" : [ ] } , [ 1 , 2 ] , { "b" : 3 } ] \n',
    );
    expect(fields).toEqual([36, 1, 2, { a: [] }]);
    expect(payload).toEqual({ serializer: "json", count: 2, data: '[ 1 , 2 ] , { "b" : 3 }' });
  });

  it("may contain ids up to 2^53", () => {
    expect(jsonSerializer.decode("[17,1,9007199254740992]").fields).toEqual([17, 1, 2 ** 53]);
  });

  it.each([
    ["no JSON", "hello"],
    ["nothing", ""],
    ["only space", "  "],
    ["a dictionary", "{}"],
    ["a number", "36"],
    ["an empty list", "[]"],
    ["a code that is a string", '["36"'],
    ["truncated before the payload", "[36,1,2,{}"],
    ["truncated in the payload", '[36,1,2,{},["a"'],
    ["truncated in a string", '[36,1,2,{},["a'],
    ["truncated after an escape", '[36,1,2,{},["a\\"]]'],
    ["truncated after a comma", "[36,1,2,"],
    ["truncated before kwargs", "[36,1,2,{},[],"],
    ["followed by text", "[36,1,2,{}] x"],
    ["followed by text after its payload", "[36,1,2,{},[]] x"],
    ["a comma without a value", "[36,,2,{}]"],
    ["a comma without an argument", "[36,1,2,{},,{}]"],
    ["two words in one place", "[36,1,2,{},nu ll]"],
    ["two messages", "[36,1,2,{}][36,1,2,{}]"],
    ["three payload elements", "[36,1,2,{},[],{},[]]"],
    ["a comma missing", "[36 1,2,{}]"],
    ["a broken envelope", "[36,1,2,{]}]"],
    ["a trailing comma", "[36,1,2,{},]"],
    ["an envelope of opening brackets", "[1,".padEnd(100_000, "[")],
  ])("that is %s is a protocol error", (_what, frame) => {
    expect(() => jsonSerializer.decode(frame)).toThrow(ProtocolError);
  });

  it("that is binary is a protocol error", () => {
    expect(() => jsonSerializer.decode(bytes("93 24 01 02"))).toThrow(ProtocolError);
  });

  it("with a malformed payload is not a protocol error: only decoding the payload fails", () => {
    const { payload } = jsonSerializer.decode("[36,1,2,{},[nonsense}]");
    expect(payload).toEqual({ serializer: "json", count: 1, data: "[nonsense}" });
  });

  it("has all its elements as fields if its type carries no payload", () => {
    expect(jsonSerializer.decode('[3,{},"reason",[1],{"a":2}]')).toEqual({
      fields: [3, {}, "reason", [1], { a: 2 }],
      payload: undefined,
    });
  });

  it("is not written if a value cannot be encoded or the payload is of another serializer", () => {
    const refused = { fields: [16, 1, { exclude: [1, NaN] }, "a"], payload: undefined };
    expect(() => jsonSerializer.encode(refused)).toThrow(
      new EncodeError("message[2].exclude[1]", "JSON has no NaN"),
    );
    const payload = msgpackSerializer.encodePayload([1]);
    expect(() => jsonSerializer.encode({ fields: [16, 1, {}, "a"], payload })).toThrow(EncodeError);
  });
});

describe("a string that begins with U+0000 in the envelope of a JSON frame", () => {
  it("is written unless it would be read as binary data", () => {
    const fields = [8, 48, 1, { a: ["\0bad"], b: Uint8Array.of(1) }, "\0AAAA"];
    const frame = jsonSerializer.encode({ fields, payload: jsonSerializer.encodePayload([]) });
    expect(jsonSerializer.decode(frame).fields).toEqual(fields);
    const refused = { fields: [6, { a: "\0AAAA" }, "a"], payload: undefined };
    expect(() => jsonSerializer.encode(refused)).toThrow("message[1].a: in JSON a string that begins");
  });

  it("must not have an unpaired surrogate", () => {
    const refused = { fields: [6, {}, "\0\ud800"], payload: undefined };
    expect(() => jsonSerializer.encode(refused)).toThrow("message[2]");
  });
});

describe("a frame in MessagePack", () => {
  it("is read with headers of any width", () => {
    const wide = bytes("dd 00000005 cd 0024 d3 0000000000000001 cf 0020000000000000 df 00000000 dc 0001 c3");
    const { fields, payload } = msgpackSerializer.decode(wide);
    expect(fields).toEqual([36, 1, 2 ** 53, {}]);
    expect(payload && msgpackSerializer.decodePayload(payload).args).toEqual([true]);
  });

  it("contains 2^53 as an integer, also in its options", () => {
    const frame = msgpackSerializer.encode({
      fields: [16, 2 ** 53, { exclude: [2 ** 53] }, "a"],
      payload: undefined,
    });
    expect(frame).toEqual(bytes("94 10 cf0020000000000000 81 a7 6578636c756465 91 cf0020000000000000 a1 61"));
  });

  it.each([
    ["nothing", ""],
    ["a map", "80"],
    ["an empty list", "90"],
    ["an empty list and a byte", "90 01"],
    ["truncated in the envelope", "94 24 01 02"],
    ["truncated in a header", "95 24 01 02 80 dc 00"],
    ["truncated in a string", "94 10 01 80 a5 61"],
    ["truncated in the payload", "95 24 01 02 80 92 01"],
    ["a list of four thousand million elements", "95 24 01 02 80 dd ffffffff"],
    ["a map of four thousand million entries", "95 24 01 02 df ffffffff 90"],
    ["a message of four thousand million elements", "dd ffffffff 24 01"],
    ["followed by bytes", "94 24 01 02 80 00"],
    ["an unused header", "94 24 01 c1 80"],
    ["three payload elements", "97 24 01 02 80 90 80 90"],
  ])("that is %s is a protocol error", (_what, frame) => {
    expect(() => msgpackSerializer.decode(bytes(frame))).toThrow(ProtocolError);
  });

  it("that ends too early is distinguished from a malformed one", () => {
    for (const frame of ["95 24 01 02 80 92 01", "95 24 01 02 80 91 a5 61", "95 24 01 02 80 91 c9 00"]) {
      expect(() => msgpackSerializer.decode(bytes(frame))).toThrow("truncated");
    }
  });

  // The bytes that belong to a header are filled with one that is no header: a wrong width is an error, not another reading.
  it.each([
    ["nil, booleans and small integers", "c0 c2 c3 00 7f e0 ff", 7],
    ["wide integers", "cc c1 cd c1c1 ce c1c1c1c1 cf c1c1c1c1c1c1c1c1", 4],
    ["wide signed integers", "d0 c1 d1 c1c1 d2 c1c1c1c1 d3 c1c1c1c1c1c1c1c1", 4],
    ["floats", "ca c1c1c1c1 cb c1c1c1c1c1c1c1c1", 2],
    ["strings", "a0 a1 c1 d9 02 c1c1 da 0002 c1c1 db 00000002 c1c1", 5],
    ["binary data", "c4 02 c1c1 c5 0002 c1c1 c6 00000002 c1c1", 3],
    [
      "extensions of a fixed size",
      `d4 c1 c1 d5 c1 c1c1 d6 c1 c1c1c1c1 d7 c1 ${"c1".repeat(8)} d8 c1 ${"c1".repeat(16)}`,
      5,
    ],
    ["extensions", "c7 02 c1 c1c1 c8 0002 c1 c1c1 c9 00000002 c1 c1c1", 3],
    ["lists", "90 91 c0 dc 0002 c0c0 dd 00000002 c0c0", 4],
    ["maps", "80 81 a0 c0 de 0002 a0c0 a0c0 df 00000002 a0c0 a0c0", 4],
  ])("may contain in its payload: %s", (_what, values, count) => {
    const frame = bytes(`96 24 01 02 80 9${count} ${values} 81 a0 c0`);
    expect(msgpackSerializer.decode(frame).payload).toMatchObject({ count: 2, data: frame.subarray(5) });
  });

  it("that is text is a protocol error", () => {
    expect(() => msgpackSerializer.decode("[36,1,2,{}]")).toThrow(ProtocolError);
  });

  it("with a payload nested a hundred thousand levels deep is passed on", () => {
    const depth = 100_000;
    const frame = new Uint8Array(depth + 6).fill(0x91);
    frame.set([0x95, 0x24, 0x01, 0x02, 0x80]);
    frame[frame.length - 1] = 0x90;
    expect(msgpackSerializer.decode(frame).payload?.data).toHaveLength(depth + 1);
  });

  it("is not written if a value cannot be encoded or the payload is of another serializer", () => {
    const refused = { fields: [16, 1, { a: () => 1 }, "a"], payload: undefined };
    expect(() => msgpackSerializer.encode(refused)).toThrow(EncodeError);
    const payload = jsonSerializer.encodePayload([1]);
    expect(() => msgpackSerializer.encode({ fields: [16, 1, {}, "a"], payload })).toThrow(EncodeError);
  });

  it("does not share memory with the encoder", () => {
    const first = msgpackSerializer.encode({ fields: [6, {}, "first"], payload: undefined });
    const copy = first.slice();
    msgpackSerializer.encode({ fields: [6, {}, "other"], payload: undefined });
    expect(first).toEqual(copy);
  });
});
