import { isText } from "../protocol/text.js";
import type { Rule } from "./rules.js";

export { isText };

/** Nesting depth that the parser of every router accepts. */
const MAX_DEPTH = 32;

/** The rule for a value that every serializer can write and every port can carry, such as a custom option, which may be a secret. */
export const plainData: Rule = {
  expected: "null, a boolean, number, string, array or plain object",
  isSecret: true,
  accepts: (value): value is unknown => isPlainData(value),
};

/**
 * Tells whether every serializer can write a value: null, a boolean, a finite number, text, or an array or plain object of these.
 * @param with64Bits true if the value may also hold bigints of 64 bits, which MessagePack and CBOR can write
 */
export function isPlainData(value: unknown, with64Bits = false, depth = 0): boolean {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "string") return isText(value);
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "bigint") return with64Bits && value >= -(2n ** 63n) && value < 2n ** 64n;
  if (typeof value !== "object" || depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isPlainData(item, with64Bits, depth + 1));
  return (
    isPlainObject(value) &&
    Object.entries(value).every(([key, member]) => isKey(key) && isPlainData(member, with64Bits, depth + 1))
  );
}

/** Tells whether a key is safe: decoders in JavaScript, the development router's among them, refuse a message that names a prototype. */
export function isKey(key: string): boolean {
  return isText(key) && key !== "__proto__";
}

export function isPlainObject(value: object): value is { readonly [key: string]: unknown } {
  return Object.prototype.toString.call(value) === "[object Object]";
}
