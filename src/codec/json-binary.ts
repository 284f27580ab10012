import { bytesFromBase64, bytesToBase64 } from "./binary.js";
import { DecodeError } from "./errors.js";

// In JSON, binary data is a string of U+0000 and Base64 (WAMP, "Binary support in JSON").

/** U+0000 as escaped in JSON text; a text without it contains no binary data. */
const ESCAPED_NUL = "\\u0000";

export function binaryToString(bytes: Uint8Array): string {
  return `\0${bytesToBase64(bytes)}`;
}

/** Parses arguments and turns binary data into `Uint8Array`. Throws the error of `JSON.parse`, or `DecodeError`. */
export function parseArguments(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes(ESCAPED_NUL) ? restoreBinary(value, binaryFromString) : value;
}

/**
 * Parses the fields of an envelope. Only strings inside dictionaries and lists may be binary data: the fields themselves are URIs and
 * names, and never binary. Throws the error of `JSON.parse`.
 */
export function parseFields(text: string): unknown[] {
  // The scanner has checked that the text is a list.
  const fields = JSON.parse(text) as unknown[];
  if (!text.includes(ESCAPED_NUL)) return fields;
  return fields.map((field) => (typeof field === "string" ? field : restoreBinary(field, binaryOrString)));
}

/** Replaces binary data in place, which is several times faster than a reviver and costs messages without binary data nothing. */
function restoreBinary(value: unknown, restored: (text: string) => unknown): unknown {
  if (typeof value === "string") return value.charCodeAt(0) === 0 ? restored(value) : value;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) value[index] = restoreBinary(item, restored);
  } else if (typeof value === "object" && value !== null) {
    const object = value as Record<string, unknown>;
    for (const key of Object.keys(object)) {
      const item = object[key];
      const replacement = restoreBinary(item, restored);
      if (replacement !== item) setOwn(object, key, replacement);
    }
  }
  return value;
}

/** Sets an own property. An assignment to `__proto__` would change the prototype instead. */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

function binaryFromString(text: string): Uint8Array {
  try {
    return bytesFromBase64(text.slice(1));
  } catch (cause) {
    throw new DecodeError("a string begins with U+0000 but does not continue with Base64", { cause });
  }
}

/** Returns the string itself if it is not Base64: in details, any name that a third party has chosen may begin with U+0000. */
export function binaryOrString(text: string): Uint8Array | string {
  // `atob` also accepts Base64 without its padding, which no serializer writes.
  if (text.length % 4 !== 1) return text;
  try {
    return bytesFromBase64(text.slice(1));
  } catch {
    return text;
  }
}
