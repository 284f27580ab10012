import { bytesFromBase64, bytesToBase64 } from "./binary.js";
import { DecodeError } from "./errors.js";

// In JSON, binary data is a string of U+0000 and Base64 (WAMP, "Binary support in JSON").

/** U+0000 as escaped in JSON text; a text without it contains no binary data. */
const ESCAPED_NUL = "\\u0000";

export function binaryToString(bytes: Uint8Array): string {
  return `\0${bytesToBase64(bytes)}`;
}

/** Parses JSON and turns binary data into `Uint8Array`. Throws the error of `JSON.parse`, or `DecodeError`. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes(ESCAPED_NUL) ? restoreBinary(value) : value;
}

/** Replaces binary data in place, which is several times faster than a reviver and costs messages without binary data nothing. */
function restoreBinary(value: unknown): unknown {
  if (typeof value === "string") return value.charCodeAt(0) === 0 ? stringToBinary(value) : value;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) value[index] = restoreBinary(item);
  } else if (typeof value === "object" && value !== null) {
    const object = value as Record<string, unknown>;
    for (const key of Object.keys(object)) object[key] = restoreBinary(object[key]);
  }
  return value;
}

function stringToBinary(text: string): Uint8Array {
  try {
    return bytesFromBase64(text.slice(1));
  } catch (cause) {
    throw new DecodeError("a string begins with U+0000 but does not continue with Base64", { cause });
  }
}
