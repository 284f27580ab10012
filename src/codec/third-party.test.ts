import { describe, expect, it } from "vitest";
import type { RouterMessage } from "../protocol/messages.js";
import { ProtocolError } from "../protocol/errors.js";
import { parseRouterMessage } from "../protocol/parse-router-message.js";
import { revocation } from "../protocol/revocation.js";
import { DecodeError } from "./errors.js";
import { jsonSerializer } from "./json.js";
import { msgpackSerializer } from "./msgpack.js";
import { MAX_DEPTH } from "./rewrite.js";
import type { Arguments, Frame, Serializer } from "./serializer.js";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

function serializerFor(frame: Frame): Serializer {
  return typeof frame === "string" ? jsonSerializer : msgpackSerializer;
}

function parse(frame: Frame): RouterMessage {
  return parseRouterMessage(serializerFor(frame).decode(frame));
}

function argumentsOf(frame: Frame): Arguments {
  const message = parse(frame);
  if (!("payload" in message)) throw new Error(`${message.type} has no arguments`);
  return serializerFor(frame).decodePayload(message.payload);
}

function nested(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}

describe("@G23 what a third party wrote in JSON", () => {
  it.each([
    ["null", "null"],
    ["true", "true"],
    ["text", '"a"'],
    ["binary data", '"\\u0000AA=="'],
    ["a number", "-1.5"],
    ["a number beyond 2^53", "9007199254740993"],
    ["a list", '[{"a":1}]'],
    ["a dictionary with NaN, as Python writes it", '{"a":NaN}'],
    ["a dictionary with infinities", '{"a":[Infinity,-Infinity]}'],
    ["a dictionary with a raw control character", '{"a":"\n"}'],
    ["a dictionary with an unknown escape", '{"a":"\\x"}'],
    ["a dictionary that is nested too deep", `{"a":${nested(MAX_DEPTH)}}`],
    ["a dictionary that is nested a hundred thousand levels deep", `{"a":${nested(100_000)}}`],
    ["a deep dictionary with brackets in its strings", `{"]}":${nested(MAX_DEPTH)},"\\"[":1}`],
  ])("is read as an empty dictionary where it is %s", (_what, details) => {
    expect(parse(`[36,1,2,${details},[3]]`)).toMatchObject({ type: "EVENT", publication: 2, details: {} });
    expect(parse(`[50,1,${details},[3]]`)).toMatchObject({ type: "RESULT", details: {} });
    expect(parse(`[68,1,2,${details}]`)).toMatchObject({ type: "INVOCATION", details: {} });
    expect(parse(`[8,48,1,${details},"a.b"]`)).toMatchObject({ type: "ERROR", error: "a.b", details: {} });
    expect(parse(`[69,1,${details}]`)).toMatchObject({ type: "INTERRUPT", options: {} });
    expect(parse(`[6,${details},"a.b"]`)).toMatchObject({ type: "GOODBYE", reason: "a.b", details: {} });
    expect(parse(`[3,${details},"a.b"]`)).toMatchObject({ type: "ABORT", reason: "a.b", details: {} });
    expect(argumentsOf(`[36,1,2,${details},[3],{"k":4}]`)).toEqual({ args: [3], kwargs: { k: 4 } });
  });

  it.each([
    ['"\\u0000bad"', "\0bad"],
    ['"\\u0000AA=="', "\0AA=="],
    ["null", "null"],
    ["true", "true"],
    ["1", "1"],
    ["-1", "-1"],
    ["1.5", "1.5"],
    ["9007199254740993", "9007199254740993"],
    ["1".repeat(100_000), "something unreadable"],
    ["NaN", "something unreadable"],
    ["1.0", "something unreadable"],
    [nested(300), "something unreadable"],
    ["[]", "a list"],
    ["{}", "an object"],
  ])("is a text where it is a URI (case %#)", (uri, shown) => {
    expect(parse(`[8,48,1,{},${uri},[1]]`)).toMatchObject({ type: "ERROR", error: shown });
    expect(parse(`[6,{},${uri}]`)).toMatchObject({ type: "GOODBYE", reason: shown });
    expect(parse(`[3,{},${uri},1.5,NaN]`)).toMatchObject({ type: "ABORT", reason: shown });
  });

  it("may contain binary data in a dictionary; a string that is no Base64 stays one", () => {
    const details = '{"a":"\\u0000AAE=","b":"\\u0000bad","c":["\\u0000!","\\u0000"],"d":"\\u0000bad!"}';
    for (const [field, rest] of [
      ["[36,1,2,", ""],
      ["[36,1,2,", ",[1],NaN"],
    ] as const) {
      expect(parse(`${field}${details}${rest}]`)).toMatchObject({
        details: { a: Uint8Array.of(0, 1), b: "\0bad", c: ["\0!", new Uint8Array()], d: "\0bad!" },
      });
    }
  });

  it("keeps a key __proto__ as a key", () => {
    const frame = '[36,1,2,{"__proto__":"\\u0000AA==","a":{"__proto__":["\\u0000AA=="]}},[],%]';
    const own = JSON.parse('{"__proto__":0,"a":{"__proto__":[0]}}', (_key, value: unknown) =>
      value === 0 ? Uint8Array.of(0) : value,
    ) as object;
    const message = parse(frame.replace("%", '{"__proto__":"\\u0000AA=="}'));
    expect(message).toMatchObject({ type: "EVENT" });
    if (message.type !== "EVENT") return;
    expect(JSON.stringify(message.details)).toBe(JSON.stringify(own));
    const { kwargs } = jsonSerializer.decodePayload(message.payload);
    expect(Object.keys(kwargs)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(kwargs)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(kwargs, "__proto__")?.value).toEqual(Uint8Array.of(0));
  });

  it.each([
    ["[50,1,null,[3]]", { args: [3], kwargs: {} }],
    ['[50,1,{},null,{"a":1}]', { args: [], kwargs: { a: 1 } }],
    ["[50,1,{},[3],null]", { args: [3], kwargs: {} }],
    ["[50,1,{}, null , null ]", { args: [], kwargs: {} }],
    ["[50,1,{},null]", { args: [], kwargs: {} }],
    ['[36,5,6,null,["x"]]', { args: ["x"], kwargs: {} }],
    ['[8,48,1,null,"wamp.error.no_such_procedure"]', { args: [], kwargs: {} }],
  ])("may be null: %s", (frame, expected) => {
    expect(argumentsOf(frame)).toEqual(expected);
  });

  it.each([
    ["text", '"a"', 1],
    ["binary data", '"\\u0000AA=="', 1],
    ["binary data and kwargs", '"\\u0000AA==",{"a":1}', 2],
    ["a number", "-1.5e3", 1],
    ["a dictionary", '{"a":[1,{}]}', 1],
    ["two dictionaries", '{"a":1},{}', 2],
    ["kwargs that are a list", "[],[1]", 2],
    ["kwargs that are text", '[1],"]}"', 2],
    ["kwargs that are false", "[1],false", 2],
    ["NaN", "[1,NaN]", 1],
    ["NaN as kwargs", "[1],NaN", 2],
    ["binary data that is no Base64", '["\\u0000!"]', 1],
    ["binary data nested too deep", `[${nested(100_000).replace("[]", '"\\u0000AA=="')}]`, 1],
  ])("fails one message where arguments are %s", (_what, data, count) => {
    const { payload } = jsonSerializer.decode(`[36,1,2,{},${data}]`);
    expect(payload).toEqual({ serializer: "json", count, data });
    if (payload === undefined) return;
    expect(() => jsonSerializer.decodePayload(payload)).toThrow(DecodeError);
    expectOthersUnharmed(jsonSerializer, payload);
  });

  it("does not fail a message for arguments that are only deep", () => {
    expect(() => argumentsOf(`[36,1,2,{},${nested(100_000)}]`)).not.toThrow(ProtocolError);
  });

  it.each([
    ["an id beyond 2^53", "[36,9007199254740993,2,{}]"],
    ["an id of 17 digits", "[36,10000000000000000,2,{}]"],
    ["an id that is a float", "[36,1.0,2,{}]"],
    ["an id with an exponent", "[36,1e3,2,{}]"],
    ["a negative id", "[36,-1,2,{}]"],
    ["an id with a leading zero", "[36,01,2,{}]"],
    ["null for an id", "[36,null,2,{}]"],
    ["NaN for an id", "[36,NaN,2,{}]"],
    ["a code that is a float", "[36.0,1,2,{}]"],
    ["a code in another base", "[0x24,1,2,{}]"],
    ["an id after unreadable details", "[8,48,NaN,{},1]"],
    ["a third payload element", "[36,1,2,null,null,null,null]"],
    ["a revocation without an id", '[35,0,{"reason":"a"}]'],
  ])("does not excuse the router's own: %s", (_what, frame) => {
    expect(() => receive(frame)).toThrow(ProtocolError);
  });
});

describe("@G23 a dictionary of which a part is unreadable is read without that part", () => {
  it.each([
    ["NaN", '{"a":NaN,"b":{"c":1}}', { b: { c: 1 } }],
    ["infinity in a member of a member", '{"b":{"c":1,"d":[Infinity]}}', { b: { c: 1 } }],
    ["NaN among features", '{"b":{"c":{"d":{"e":true,"f":NaN}}}}', { b: { c: { d: { e: true } } } }],
    ["a value that is nested too deep", `{"a":${nested(MAX_DEPTH)},"b":1}`, { b: 1 }],
    ["text with a raw control character", '{ "a" : "}\n" , "b" : 1 }', { b: 1 }],
    ["a key with an unknown escape", '{"\\x":1,"b":2}', { b: 2 }],
    ["mismatched brackets", '{"a":[},"b":1}', { b: 1 }],
    ["a key __proto__ beside it", '{"__proto__":{"b":1},"a":NaN}', JSON.parse('{"__proto__":{"b":1}}')],
    ["a missing value", '{"b":1,"a":}', {}],
    ["a value of control characters", '{"a":\u0001,"b":1}', {}],
    ["a missing colon", '{"a" 1}', {}],
    ["a key that is no text", "{a:1}", {}],
    ["a dictionary below many levels", '{"b":{"c":{"d":{"e":{"f":{"g":NaN}}}}}}', { b: { c: { d: {} } } }],
  ])("in JSON: %s", (_what, details, expected: unknown) => {
    expect(parse(`[2,1,${details}]`)).toEqual({ type: "WELCOME", session: 1, details: expected });
  });

  it.each([
    ["an extension", "82 a161 d40500 a162 01", { b: 1 }],
    ["an extension in a member of a member", "81 a162 82 a163 01 a164 91d40500", { b: { c: 1 } }],
    ["a value that is nested too deep", `82 a161 ${"91".repeat(MAX_DEPTH)}00 a162 01`, { b: 1 }],
    ["a key that is no string", "82 c0 01 a162 01", { b: 1 }],
    ["a key __proto__", `82 a9${Buffer.from("__proto__").toString("hex")}80 a162 01`, { b: 1 }],
    ["an extension in a long map", "de0002 a161 d40500 a162 01", { b: 1 }],
  ])("in MessagePack: %s", (_what, details, expected: unknown) => {
    expect(parse(bytes(`93 02 01 ${details}`))).toEqual({ type: "WELCOME", session: 1, details: expected });
  });
});

describe("@G23 what a third party wrote in MessagePack", () => {
  it.each([
    ["nil", "c0"],
    ["true", "c3"],
    ["text", "a161"],
    ["binary data", "c40100"],
    ["a float", "cb3ff8000000000000"],
    ["an integer beyond 2^53", "cfffffffffffffffff"],
    ["a list", "9181a16101"],
    ["an extension", "d40500"],
    ["a timestamp", "d6ff00000001"],
    ["a dictionary with an extension", "81a161d40500"],
    ["a dictionary with a key that is no string", "818000"],
    ["a dictionary with the key nil", "81c000"],
    ["a dictionary with the key __proto__", `81a9${Buffer.from("__proto__").toString("hex")}01`],
    ["a dictionary that is nested too deep", `81a161${"91".repeat(MAX_DEPTH)}00`],
    ["a dictionary that is nested a hundred thousand levels deep", `81a161${"91".repeat(100_000)}00`],
  ])("is read as an empty dictionary where it is %s", (_what, details) => {
    expect(parse(bytes(`95 24 01 02 ${details} 9103`))).toMatchObject({ type: "EVENT", details: {} });
    expect(parse(bytes(`94 32 01 ${details} 9103`))).toMatchObject({ type: "RESULT", details: {} });
    expect(parse(bytes(`94 44 01 02 ${details}`))).toMatchObject({ type: "INVOCATION", details: {} });
    expect(parse(bytes(`95 08 30 01 ${details} a161`))).toMatchObject({ error: "a", details: {} });
    expect(parse(bytes(`93 45 01 ${details}`))).toMatchObject({ type: "INTERRUPT", options: {} });
    expect(parse(bytes(`93 06 ${details} a161`))).toMatchObject({ reason: "a", details: {} });
    expect(parse(bytes(`93 03 ${details} a161`))).toMatchObject({ reason: "a", details: {} });
    expect(argumentsOf(bytes(`96 24 01 02 ${details} 9103 81a16b04`))).toEqual({
      args: [3],
      kwargs: { k: 4 },
    });
  });

  it.each([
    ["c403626164", "binary data of 3 bytes"],
    ["a400626164", "\0bad"],
    ["c0", "null"],
    ["c2", "false"],
    ["07", "7"],
    ["d3ffffffffffffffff", "-1"],
    ["cfffffffffffffffff", String(2n ** 64n - 1n)],
    ["cb3ff8000000000000", "1.5"],
    ["cb3ff0000000000000", "something unreadable"],
    ["d40500", "something unreadable"],
    ["90", "a list"],
    ["80", "an object"],
  ])("is a text where it is a URI (case %#)", (uri, shown) => {
    expect(parse(bytes(`95 08 30 01 80 ${uri}`))).toMatchObject({ type: "ERROR", error: shown });
    expect(parse(bytes(`93 06 80 ${uri}`))).toMatchObject({ type: "GOODBYE", reason: shown });
  });

  it("keeps large integers in details exact, and gives binary data a buffer of its own", () => {
    const frame = bytes("94 24 01 02 83 a161 cf0020000000000001 a162 c40107 a163 cf0020000000000000");
    const message = parse(frame);
    expect(message).toMatchObject({ details: { a: 2n ** 53n + 1n, b: Uint8Array.of(7), c: 2 ** 53 } });
    if (message.type === "EVENT") expect((message.details["b"] as Uint8Array).buffer.byteLength).toBe(1);
  });

  it.each([
    ["95 24 01 02 c0 9103", { args: [3], kwargs: {} }],
    ["96 24 01 02 80 c0 81a16101", { args: [], kwargs: { a: 1 } }],
    ["96 24 01 02 80 9103 c0", { args: [3], kwargs: {} }],
    ["96 24 01 02 80 c0 c0", { args: [], kwargs: {} }],
    ["95 24 01 02 80 c0", { args: [], kwargs: {} }],
  ])("may be nil: %s", (frame, expected) => {
    expect(argumentsOf(bytes(frame))).toEqual(expected);
  });

  it.each([
    ["text", "a161", 1],
    ["binary data", "c40100", 1],
    ["binary data and kwargs", "c40100 80", 2],
    ["a float", "cb3ff8000000000000", 1],
    ["a dictionary", "80", 1],
    ["kwargs that are a list", "90 90", 2],
    ["kwargs that are a float", "90 cb3ff8000000000000", 2],
    ["an extension", "91 d40500", 1],
    ["a key that is no string", "91 818000", 1],
    ["a key __proto__", `91 81a9${Buffer.from("__proto__").toString("hex")}01`, 1],
    ["nested too deep", `${"91".repeat(100_000)} c0`, 1],
  ])("fails one message where arguments are %s", (_what, data, count) => {
    const frame = bytes(`9${4 + count} 24 01 02 80 ${data}`);
    const { payload } = msgpackSerializer.decode(frame);
    expect(payload).toEqual({ serializer: "msgpack", count, data: bytes(data) });
    if (payload === undefined) return;
    expect(() => msgpackSerializer.decodePayload(payload)).toThrow(DecodeError);
    expectOthersUnharmed(msgpackSerializer, payload);
  });

  it.each([
    ["an id beyond 2^53", "94 24 cf0020000000000001 02 80"],
    ["an id far beyond 2^53", "94 24 cfffffffffffffffff 02 80"],
    ["a negative id of 64 bits", "94 24 d3ffffffffffffffff 02 80"],
    ["an id that is a float", "94 24 cb3ff0000000000000 02 80"],
    ["an id that is a short float", "94 24 ca3f800000 02 80"],
    ["an id that is an extension", "94 24 d40500 02 80"],
    ["a code that is a float", "94 cb4042000000000000 01 02 80"],
    ["a code that is an extension", "94 d40500 01 02 80"],
    ["a third payload element", "97 24 01 02 80 90 80 90"],
  ])("does not excuse the router's own: %s", (_what, frame) => {
    expect(() => receive(bytes(frame))).toThrow(ProtocolError);
  });
});

describe("a large integer in MessagePack", () => {
  const integers = [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 64n - 1n, -(2n ** 63n)];

  it("arrives as a bigint, among others that arrive as numbers", () => {
    const others = [2 ** 53, -(2 ** 53), 2 ** 40, 1e300, -Infinity, 7];
    const data = Uint8Array.of(1, 2);
    const args = [...integers, others, { integers, data }];
    const payload = msgpackSerializer.encodePayload(args, { integers, others });
    expect(msgpackSerializer.decodePayload(payload)).toEqual({ args, kwargs: { integers, others } });
    expect(msgpackSerializer.decodeJoined(msgpackSerializer.join([payload, payload]))[1]?.args).toEqual(args);
  });

  it("may also be the key of a dictionary", () => {
    const data = bytes("92 cf0020000000000001 82 cf0020000000000001 01 07 02");
    const { args } = msgpackSerializer.decodePayload({ serializer: "msgpack", count: 1, data });
    expect(args).toEqual([2n ** 53n + 1n, { "9007199254740993": 1, "7": 2 }]);
  });

  it("does not make other keys valid", () => {
    const data = bytes("92 cf0020000000000001 81 c0 01");
    expect(() => msgpackSerializer.decodePayload({ serializer: "msgpack", count: 1, data })).toThrow(
      DecodeError,
    );
  });
});

/** Reads a message as a session does. */
function receive(frame: Frame): void {
  const message = parse(frame);
  if (message.type === "UNSUBSCRIBED" && message.details !== undefined)
    revocation(message.type, message.details);
}

/** Joins a payload that cannot be decoded with others, which must come out whole. */
function expectOthersUnharmed(serializer: Serializer, bad: Parameters<Serializer["decodePayload"]>[0]): void {
  const good = serializer.encodePayload(["good"], { a: 1 });
  const joined = serializer.join([good, bad, good]);
  const whole = { args: ["good"], kwargs: { a: 1 } };
  expect(serializer.decodeJoined(joined)).toEqual([
    whole,
    { failure: expect.any(DecodeError) as unknown },
    whole,
  ]);
}
