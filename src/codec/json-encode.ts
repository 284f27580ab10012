import { binaryOrString, binaryToString } from "./json-binary.js";
import { MAX_DEPTH, rewrite } from "./rewrite.js";
import type { LeafRewriter } from "./rewrite.js";

/**
 * Encodes a list or an object. Throws `EncodeError`, or any error of the application's getters and `toJSON`.
 * @param root the name of the value in the path of an error
 */
export function toJson(value: object, root: string): string {
  if (isPlain(value, MAX_DEPTH)) {
    const text = JSON.stringify(value);
    // The text is judged as well: a getter may return another value than it did before.
    if (!text.includes(ESCAPED_SURROGATE) && !text.includes(STRING_WITH_NUL)) return text;
  }
  return JSON.stringify(rewrite(value, root, jsonLeaf));
}

/**
 * Encodes the fields of an envelope as `parseFields` reads them: a string that begins with U+0000 may be a field, and stand in a dictionary
 * unless it would be read as binary data. Throws like {@link toJson}, with `message` as the root.
 */
export function fieldsToJson(fields: readonly unknown[]): string {
  if (isPlain(fields, MAX_DEPTH)) {
    const text = JSON.stringify(fields);
    if (!text.includes(ESCAPED_SURROGATE)) return text;
  }
  const copies = fields.map((field, index) =>
    rewrite(field, `message[${index}]`, typeof field === "string" ? (leaf) => leaf : detailsLeaf),
  );
  return JSON.stringify(copies);
}

/** The beginning of an unpaired surrogate as `JSON.stringify` escapes it. An escaped backslash before "ud" looks the same, but is valid. */
const ESCAPED_SURROGATE = "\\ud";
/** The beginning of a string that would be read as binary data. After an escaped quote inside a string it looks the same, but is valid. */
const STRING_WITH_NUL = '"\\u0000';

/**
 * Tells whether `JSON.stringify` encodes a value correctly without changes. The walk allocates nothing; binary data, `toJSON`, class
 * instances and all errors are left to `rewrite`. MessagePack has its own walk: a shared one with rules as parameters was measured to
 * be 10 to 40 % slower.
 */
function isPlain(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
      return value.charCodeAt(0) !== 0;
    case "number":
      return Number.isFinite(value);
    case "boolean":
    case "undefined":
      return true;
    case "object": {
      if (value === null) return true;
      if (depth === 0) return false;
      if (Array.isArray(value)) {
        for (let index = 0; index < value.length; index++) {
          if (!isPlain(value[index], depth - 1)) return false;
        }
        return true;
      }
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype !== Object.prototype && prototype !== null) return false;
      const object = value as Record<string, unknown>;
      for (const key in object) {
        if (!isPlain(object[key], depth - 1)) return false;
      }
      return true;
    }
    default:
      return false;
  }
}

const jsonLeaf: LeafRewriter = (leaf, refuse) => {
  switch (typeof leaf) {
    case "string":
      if (leaf.charCodeAt(0) === 0) refuse("in JSON a string that begins with U+0000 means binary data");
      return leaf;
    case "number":
      return Number.isFinite(leaf) ? leaf : refuse(`JSON has no ${leaf}`);
    case "bigint": {
      const number = Number(leaf);
      // Converted back to BigInt, because 2^53 + 1 is rounded to 2^53.
      return Math.abs(number) <= 2 ** 53 && BigInt(number) === leaf ? number : refuse("a bigint beyond 2^53");
    }
    case "boolean":
      return leaf;
    default:
      return binaryToString(leaf);
  }
};

const detailsLeaf: LeafRewriter = (leaf, refuse) =>
  typeof leaf === "string" && binaryOrString(leaf) === leaf ? leaf : jsonLeaf(leaf, refuse);
