import { describe, expect, it } from "vitest";
import type { Dict } from "../../protocol/dict.js";
import { decodeContent, encodeContent } from "./cbor-content.js";

const hex = (args: readonly unknown[], kwargs = {}): string =>
  Buffer.from(encodeContent({ args, kwargs })).toString("hex");
const body = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

describe("encrypted arguments", () => {
  it.each([
    [
      "integers beyond 32 bits",
      [2 ** 32, -(2 ** 33), 2 ** 53 - 1],
      "831b00000001000000003b00000001ffffffff1b001fffffffffffff",
    ],
    ["bigints", [1n, 2n ** 64n - 1n, -(2n ** 63n)], "83011bffffffffffffffff3b7fffffffffffffff"],
    ["undefined in lists and objects", [undefined, { a: undefined, b: 1 }], "82f6a1616201"],
    ["objects with toJSON", [new Date(0)], "817818313937302d30312d30315430303a30303a30302e3030305a"],
    ["binary data", [new Uint8Array([1, 2]), new Uint8Array([3]).buffer], "824201024103"],
  ])("are the CBOR of any decoder for %s", (_, args, expected) => {
    expect(hex(args)).toBe(`a26461726773${expected}666b7761726773a0`);
  });

  it.each([
    ["a function", [() => 1], "args[0]: a function has no encoding"],
    ["a Map", [{ a: new Map() }], "args[0].a: Map has no encoding"],
    ["an unpaired surrogate", ["\ud800"], "args[0]: "],
    ["a bigint of 256 bytes", [2n ** 2040n], "args[0]: a bigint of more than 255 bytes"],
  ])("are refused with their path: %s", (_, args, message) => {
    expect(() => hex(args)).toThrow(message);
  });

  it.each([
    ["a list", "80"],
    ["no CBOR", "a2"],
    ["two values", "0101"],
    ["args that are a map", "a16461726773a0"],
    ["kwargs that are a list", "a1666b776172677380"],
  ])("are malformed without a quotation of them: %s", (_, text) => {
    expect(() => decodeContent(body(text))).toThrow(/^its? /);
  });

  it.each([
    ["values that are shared", "a16461726773d81c8281d81d0081d81d00", "tag 28"],
    ["a reference to another value", "a1646172677381d81d00", "tag 29"],
    ["an integer of 256 bytes", `a1646172677381c2590100${"ff".repeat(256)}`, "with tag 2"],
    ["an object of a class", "a1646172677381d81b82654572726f726161", "tag 27"],
    ["a set", "a1646172677381d901028101", "tag 258"],
  ])("are refused with %s, which would occupy the tab or have no meaning in WAMP", (_, text, named) => {
    expect(() => decodeContent(body(text))).toThrow(named);
  });

  it("may have any key, which is an own one", () => {
    const { args } = decodeContent(body("a1646172677381a1695f5f70726f746f5f5f01"));
    expect(Object.entries(args[0] as object)).toEqual([["__proto__", 1]]);
    const given: unknown = JSON.parse('{"__proto__":{"constructor":1}}');
    const { args: read, kwargs } = decodeContent(encodeContent({ args: [given], kwargs: given as Dict }));
    expect(JSON.stringify([read, kwargs])).toBe(JSON.stringify([[given], given]));
  });

  it("are exact integers, and own their binary data", () => {
    const { args } = decodeContent(body("a16461726773831b001fffffffffffff1bffffffffffffffff4101"));
    expect(args).toEqual([2 ** 53 - 1, 2n ** 64n - 1n, new Uint8Array([1])]);
    expect((args[2] as Uint8Array).buffer.byteLength).toBe(1);
  });
});
