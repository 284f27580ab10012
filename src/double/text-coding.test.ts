import { afterEach, expect, it, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const text = "a%é€😀\n" + "x".repeat(100);

it("uses the classes of the environment", async () => {
  const { TextDecoder, TextEncoder } = await import("./text-coding.js");
  expect([TextDecoder, TextEncoder]).toEqual([globalThis.TextDecoder, globalThis.TextEncoder]);
});

it("encodes and decodes UTF-8 where the environment has no classes", async () => {
  const bytes = new globalThis.TextEncoder().encode(text);
  const replaced = [...new globalThis.TextEncoder().encode("\uD800")];
  vi.stubGlobal("TextEncoder", undefined);
  vi.stubGlobal("TextDecoder", undefined);
  const { TextDecoder, TextEncoder } = await import("./text-coding.js");
  expect(new TextEncoder().encode(text)).toEqual(bytes);
  expect([...new TextEncoder().encode("\uD800")]).toEqual(replaced);
  const target = new Uint8Array(bytes.length + 2);
  new TextEncoder().encodeInto(text, target.subarray(1));
  expect(target).toEqual(Uint8Array.of(0, ...bytes, 0));
  expect(new TextDecoder().decode(bytes)).toBe(text);
});
