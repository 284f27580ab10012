import { describe, expect, it } from "vitest";
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
    ["a bigint beyond 64 bits", [2n ** 64n], "args[0]: a bigint beyond 64 bits"],
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

  it("are exact integers, and own their binary data", () => {
    const { args } = decodeContent(body("a16461726773831b001fffffffffffff1bffffffffffffffff4101"));
    expect(args).toEqual([2 ** 53 - 1, 2n ** 64n - 1n, new Uint8Array([1])]);
    expect((args[2] as Uint8Array).buffer.byteLength).toBe(1);
  });
});
