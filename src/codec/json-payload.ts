import { binaryToString, parseArguments } from "./json-binary.js";
import type { LeafConverter, Notation } from "./notation.js";
import { payloadCodec } from "./payload-codec.js";

/** The beginning of an unpaired surrogate as `JSON.stringify` escapes it. An escaped backslash before "ud" looks the same, but is valid. */
export const ESCAPED_SURROGATE = "\\ud";
/** The beginning of a string that would be read as binary data. After an escaped quote inside a string it looks the same, but is valid. */
const STRING_WITH_NUL = '"\\u0000';

export const convertForJson: LeafConverter = (leaf, refuse) => {
  switch (typeof leaf) {
    case "string":
      return leaf.charCodeAt(0) === 0
        ? refuse("in JSON a string that begins with U+0000 means binary data")
        : leaf;
    case "number":
      return Number.isFinite(leaf) ? leaf : refuse(`JSON has no ${leaf}`);
    case "bigint": {
      const number = Number(leaf);
      // Converted back to BigInt, because 2^53 + 1 is rounded to 2^53.
      return Math.abs(number) <= 2 ** 53 && BigInt(number) === leaf ? number : refuse("a bigint beyond 2^53");
    }
    default:
      return binaryToString(leaf);
  }
};

export const jsonNotation: Notation<string> = {
  name: "json",
  empty: "",
  before: ",[".length,
  after: "]".length,
  isPlain: (leaf) =>
    typeof leaf === "string" ? leaf.charCodeAt(0) !== 0 : leaf === undefined || Number.isFinite(leaf),
  hasBytes: false,
  write: JSON.stringify,
  isSuspect: (text) => text.includes(ESCAPED_SURROGATE) || text.includes(STRING_WITH_NUL),
  convert: convertForJson,
  writeConverted: JSON.stringify,
  concat: (args, kwargs) => `${args},${kwargs}`,
  read: (text) => parseArguments(`[${text}]`) as unknown[],
  readJoined: (text) => parseArguments(text) as unknown[],
};

/**
 * Encodes arguments as JSON. `Uint8Array` and `ArrayBuffer` become binary data, and an object with `toJSON` (such as a `Date`) becomes
 * the value that this method returns; `undefined` is omitted from objects and becomes null in lists. Values that JSON would silently drop
 * or change cause an `EncodeError`: functions, symbols, Map and Set, NaN, bigints beyond 2^53, strings that begin with U+0000 or contain
 * unpaired surrogates.
 */
export const jsonPayloads = payloadCodec(jsonNotation);
