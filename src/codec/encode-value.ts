import { EncodeError } from "./errors.js";
import type { Notation } from "./notation.js";
import { MAX_DEPTH, rewrite } from "./rewrite.js";

/**
 * Encodes a list or an object. Throws nothing but `EncodeError`.
 * @param root the name of the value in the path of an error
 */
export function encodeValue<Data extends string | Uint8Array>(
  value: object,
  root: string,
  notation: Notation<Data>,
): Data {
  return encoding(root, () => {
    if (isPlain(value, MAX_DEPTH, notation)) {
      const data = notation.write(value);
      if (!notation.isSuspect(data)) return data;
    }
    return notation.writeConverted(rewrite(value, root, notation.convert));
  });
}

/** Runs an encoder so that it throws nothing but `EncodeError`: getters and `toJSON` may throw, and the stack may overflow. */
export function encoding<Result>(root: string, encode: () => Result): Result {
  try {
    return encode();
  } catch (cause) {
    if (cause instanceof EncodeError) throw cause;
    throw new EncodeError(root, cause instanceof Error ? cause.message : "could not be encoded", { cause });
  }
}

/**
 * Tells whether the encoder of a notation encodes a value correctly without changes. The walk allocates nothing; `toJSON`, class instances
 * and all errors are left to `rewrite`.
 */
export function isPlain(
  value: unknown,
  depth: number,
  notation: Pick<Notation, "isPlain" | "hasBytes">,
): boolean {
  switch (typeof value) {
    case "string":
    case "number":
    case "undefined":
      return notation.isPlain(value);
    case "boolean":
      return true;
    case "object": {
      if (value === null) return true;
      if (depth === 0) return false;
      if (Array.isArray(value)) {
        for (let index = 0; index < value.length; index++) {
          if (!isPlain(value[index], depth - 1, notation)) return false;
        }
        return true;
      }
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype !== Object.prototype && prototype !== null)
        return notation.hasBytes && prototype === Uint8Array.prototype;
      const object = value as Record<string, unknown>;
      for (const key in object) {
        if (!notation.isPlain(key) || !isPlain(object[key], depth - 1, notation)) return false;
      }
      return true;
    }
    default:
      return false;
  }
}
