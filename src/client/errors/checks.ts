import { plainData } from "../../contract/plain-data.js";
import type { Dict } from "../../protocol/dict.js";
import { isText } from "../../protocol/text.js";
import { invalid } from "./invalid.js";

// The checks of what only the page can judge: the hub judges everything that reaches it. Each returns the typed value, or throws an
// `InvalidArgumentError` that names `where` and the rule. It names the type of the value alone, which may be a secret.

/** Checks for a string that may be sent. */
export function sendableText(where: string, value: unknown): string {
  if (!isText(value)) throw invalid(where, value, "a string that every serializer can write");
  return value;
}

/** Checks for a string. */
export function text(where: string, value: unknown): string {
  if (typeof value !== "string") throw invalid(where, value, "a string");
  return value;
}

/** Checks for an array. */
export function list(where: string, value: unknown, expected = "an array"): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(where, value, expected);
  return value;
}

/** Checks for a plain object, which can become a WAMP dictionary. */
export function dict(where: string, value: unknown): Dict {
  if (!isPlainObject(value)) throw invalid(where, value, "a plain object");
  return value;
}

/**
 * Checks and copies the members of a plain object that will be posted: a value that cannot be posted would fail the whole batch of
 * requests, and one that the application changes later would be posted as it is then.
 * @param isJudged true if the hub judges the numbers and strings, in better words
 */
export function cloned(where: string, value: unknown, isJudged = false): Dict {
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(dict(where, value))) {
    if (member === undefined) continue;
    const isSimple = isJudged && (typeof member === "number" || typeof member === "string");
    if (!isSimple && !plainData.accepts(member)) throw invalid(`${where}.${name}`, member, plainData.expected);
    // Not `structuredClone`, which would fail on what a getter returns the next time, and on the proxies of frameworks.
    members[name] = isSimple ? member : JSON.parse(JSON.stringify(member));
  }
  return members;
}

/**
 * Checks for a function.
 * @param following the argument after it, which may be the function in a wrong place
 */
export function handler(where: string, value: unknown, following?: unknown): void {
  if (typeof value === "function") return;
  const isSwapped = typeof following === "function";
  throw invalid(where, value, isSwapped ? "a function; did you mean the argument after it?" : "a function");
}

/** Checks for an AbortSignal by its members, because it may come from another realm. */
export function abortSignal(where: string, value: unknown): void {
  const fits =
    typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;
  if (!fits) throw invalid(where, value, "an AbortSignal");
}

/** Refuses arguments that a method does not have: JavaScript would drop them without a word. */
export function noMore(method: string, others: readonly unknown[], hint = ""): void {
  const extra = others.find((value) => value !== undefined);
  if (extra !== undefined) throw invalid(`${method}: an extra argument`, extra, `none${hint}`);
}

/** Tells whether a value is an object without a class, which can become a WAMP dictionary. */
export function isPlainObject(value: unknown): value is Dict {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm has that realm's Object.prototype, whose own prototype is null.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
