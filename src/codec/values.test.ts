import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DecodeError, EncodeError } from "./errors.js";
import type { Serializer } from "./serializer.js";
import { serializers } from "./serializers.js";

class Point {
  constructor(readonly x: number) {}
}
const cycle: unknown[] = [];
cycle.push(cycle);
const nested = (levels: number): unknown => (levels === 1 ? [{ a: 1 }] : [nested(levels - 1)]);
const date = new Date(86_400_000);

/** The values of each row. */
const rows: Record<string, readonly unknown[]> = {
  "`null`, a boolean, a finite number, a text": [
    null,
    true,
    false,
    1.5,
    -2.25e-7,
    1e300,
    2 ** 60,
    "",
    "grüße 🌍",
  ],
  "an integer up to ±2^53": [0, -1, 2 ** 31, 2 ** 32, -(2 ** 32) - 1, 2 ** 53, -(2 ** 53)],
  "a `bigint` up to ±2^53": [0n, 5n, -(2n ** 40n), 2n ** 53n, -(2n ** 53n)],
  "a `bigint` beyond ±2^53, of 64 bits": [2n ** 53n + 1n, 2n ** 64n - 1n, -(2n ** 63n)],
  "a `bigint` beyond 64 bits, up to 255 bytes": [
    2n ** 64n,
    -(2n ** 63n) - 1n,
    2n ** 2040n - 1n,
    -(2n ** 2040n),
  ],
  "a `bigint` of more than 255 bytes": [2n ** 2040n, -(2n ** 2040n) - 1n],
  "`NaN`, `Infinity`, `-Infinity`": [NaN, Infinity, -Infinity],
  "`-0`": [-0],
  // eslint-disable-next-line no-sparse-arrays -- the table names it
  "`undefined` in a list, a hole in one": [[undefined], [,]],
  "`undefined` in an object": [{ a: undefined }],
  "`Date`": [date],
  "an invalid `Date`": [new Date(NaN)],
  "`Uint8Array`, `ArrayBuffer`, `Buffer`": [Uint8Array.of(1, 2), Uint8Array.of(1, 2).buffer, Buffer.of(1, 2)],
  "any other typed array, `DataView`": [
    Int8Array.of(1),
    new Uint8ClampedArray(1),
    Float64Array.of(1),
    BigInt64Array.of(1n),
    new DataView(new ArrayBuffer(1)),
  ],
  "`Map`, `Set`": [new Map([["a", 1]]), new Set([1])],
  "a text that begins with U+0000": ["\0", "\0AAAA"],
  "a text with an unpaired surrogate": ["\ud800", { "\udc00": 1 }, `${"x".repeat(100)}\ud800`],
  "a list, an object, at most 200 levels deep": [[], {}, [[1], { a: [{}] }], nested(196)],
  "an object with keys such as `__proto__`": [JSON.parse('{"__proto__":{"a":1}}')],
  "an object with `toJSON`": [{ toJSON: () => ({ b: 2 }) }],
  "an instance of the application's own class": [new Point(3)],
  "`Error`, `Promise`, `RegExp`, a boxed value": [
    new Error("lost"),
    Promise.resolve(),
    /a/,
    Object(1) as unknown,
    Object("a") as unknown,
  ],
  "a function, a symbol": [() => 1, Symbol("s")],
  "a value that contains itself": [cycle],
};

/** Returns the value that arrives, alone and within others. */
function carried(serializer: Serializer, value: unknown): unknown {
  const { args, kwargs } = serializer.decodePayload(serializer.encodePayload([value], { deep: [{ value }] }));
  expect(kwargs).toEqual({ deep: [{ value: args[0] }] });
  return args[0];
}

const arrives = (expected: (value: unknown) => unknown) => (serializer: Serializer, value: unknown) => {
  // Unlike `toEqual`, it tells -0 from 0 and a hole from undefined.
  expect(carried(serializer, value)).toStrictEqual(expected(value));
};

/** The meaning of each cell. */
const cells: Record<string, (serializer: Serializer, value: unknown) => void> = {
  "the same": arrives((value) => value),
  "a number": arrives(Number),
  "0": arrives(() => 0),
  "`null`": arrives((value) => (Array.isArray(value) ? [null] : null)),
  "left out": arrives(() => ({})),
  "its text in ISO 8601": arrives(() => date.toISOString()),
  "a `Uint8Array`": arrives(() => Uint8Array.of(1, 2)),
  "what `toJSON` returns": arrives(() => ({ b: 2 })),
  "its own properties": arrives((value) => ({ ...(value as object) })),
  refused: (serializer, value) => {
    expect(() => serializer.encodePayload([value])).toThrow(EncodeError);
    expect(() => serializer.encodePayload([], { deep: [{ value }] })).toThrow(/^kwargs\.deep\[0\]\.value/);
  },
  "not readable": (serializer, value) => {
    expect(() => carried(serializer, value)).toThrow(DecodeError);
  },
};

const text = readFileSync(new URL("../../docs/values.md", import.meta.url), "utf8");
const [head = [], ...table] = text
  .slice(0, text.indexOf("In bytes:"))
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
  .map((line) =>
    line
      .slice(2, -2)
      .split("|")
      .map((cell) => cell.trim()),
  );

describe("@G28 the table of values", () => {
  it("has a column for each serializer, and a row for each kind of value", () => {
    expect(head.slice(1)).toEqual(serializers.map(({ name }) => `\`${name}\``));
    expect(table.map(([value]) => value)).toEqual(Object.keys(rows));
  });

  for (const [value = "", ...columns] of table) {
    for (const [index, cell] of columns.entries()) {
      const serializer = serializers[index];
      if (serializer === undefined) continue;
      it(`is right: ${value} in ${serializer.name}: ${cell}`, () => {
        const check = cells[cell];
        if (check === undefined) throw new Error(`The cell "${cell}" has no meaning`);
        for (const sample of rows[value] ?? []) check(serializer, sample);
      });
    }
  }
});
