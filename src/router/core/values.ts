import type { Dict } from "../../protocol/dict.js";

/** Returns true for an object of the form to which a WAMP dictionary is decoded. */
export function isDict(value: unknown): value is Dict {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Formats a value for an error message, cut to a readable length. */
export function show(value: unknown): string {
  const text =
    typeof value === "function" ? "a function" : (JSON.stringify(value, bigintAsText) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
