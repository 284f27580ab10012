import { binaryToString } from "./json-binary.js";
import { MAX_DEPTH, rewrite } from "./rewrite.js";
import type { LeafRewriter } from "./rewrite.js";

/**
 * Encodes a list or an object. Throws `EncodeError`, or what the application's getters and `toJSON` throw.
 * @param root what to call the value in the path of an error
 */
export function toJson(value: object, root: string): string {
  if (isPlain(value, MAX_DEPTH)) {
    const text = JSON.stringify(value);
    if (!text.includes(ESCAPED_SURROGATE)) return text;
  }
  return JSON.stringify(rewrite(value, root, jsonLeaf));
}

/** Only unpaired surrogates are written as escapes; or it is an escaped backslash before "ud", which nothing is wrong with. */
const ESCAPED_SURROGATE = "\\ud";

/**
 * Whether `JSON.stringify` does the right thing with a value as it is. One walk that allocates nothing: what is left to the
 * slow way is binary data, `toJSON`, instances of classes, and everything that is an error.
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
      // Through BigInt and back, as a comparison with 2^53 alone would take 2^53 + 1 for equal after rounding.
      return Math.abs(number) <= 2 ** 53 && BigInt(number) === leaf ? number : refuse("a bigint beyond 2^53");
    }
    case "boolean":
      return leaf;
    default:
      return binaryToString(leaf);
  }
};
