import { bytesFromBase64, bytesToBase64 } from "./binary.js";
import { DecodeError } from "./errors.js";

// Binary data in JSON is a string of U+0000 and Base64 (WAMP, "Binary support in JSON").

/** How a JSON text spells U+0000; a text without it holds no binary data. */
const ESCAPED_NUL = "\\u0000";

export function binaryToString(bytes: Uint8Array): string {
  return `\0${bytesToBase64(bytes)}`;
}

/** Parses JSON, with binary data in it as `Uint8Array`. Throws what `JSON.parse` throws, or `DecodeError`. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes(ESCAPED_NUL) ? restoreBinary(value) : value;
}

/** In place: several times faster than a reviver, and only messages with binary data pay. */
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
    throw new DecodeError("a string begins with U+0000 and does not go on in Base64", { cause });
  }
}
