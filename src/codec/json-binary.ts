import { bytesFromBase64, bytesToBase64 } from "../protocol/base64.js";
import { DecodeError } from "./errors.js";
import { replaceLeaves } from "./replace-leaves.js";

// In JSON, binary data is a string of U+0000 and Base64 (WAMP, "Binary support in JSON").

/** U+0000 as escaped in JSON text; a text without it contains no binary data. */
const ESCAPED_NUL = "\\u0000";

export function binaryToString(bytes: Uint8Array): string {
  return `\0${bytesToBase64(bytes)}`;
}

/** Parses arguments and turns binary data into `Uint8Array`. Throws the error of `JSON.parse`, or `DecodeError`. */
export function parseArguments(text: string): unknown {
  // A reviver is several times slower, but only for texts with binary data.
  return JSON.parse(text, text.includes(ESCAPED_NUL) ? (_name, leaf) => binaryFromString(leaf) : undefined);
}

/**
 * Parses the fields of an envelope. Only strings inside dictionaries and lists may be binary data: the fields themselves are URIs and
 * names, and never binary. Throws the error of `JSON.parse`.
 */
export function parseFields(text: string): unknown[] {
  // The scanner has checked that the text is a list.
  const fields = JSON.parse(text) as unknown[];
  if (!text.includes(ESCAPED_NUL)) return fields;
  return fields.map((field) => (typeof field === "string" ? field : replaceLeaves(field, binaryOrText)));
}

function binaryFromString(leaf: unknown): unknown {
  if (typeof leaf !== "string" || leaf.charCodeAt(0) !== 0) return leaf;
  try {
    return bytesFromBase64(leaf.slice(1));
  } catch (cause) {
    throw new DecodeError("a string begins with U+0000 but does not continue with Base64", { cause });
  }
}

/** Returns the string itself if it is not Base64: in details, any name that a third party has chosen may begin with U+0000. */
export function binaryOrText(leaf: unknown): unknown {
  // `atob` also accepts Base64 without its padding, which no serializer writes.
  if (typeof leaf !== "string" || leaf.charCodeAt(0) !== 0 || leaf.length % 4 !== 1) return leaf;
  try {
    return bytesFromBase64(leaf.slice(1));
  } catch {
    return leaf;
  }
}
