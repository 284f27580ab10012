import { isPlainObject as isTaggedAsObject, isText } from "../../contract/plain-data.js";
import type { Dict } from "../../protocol/dict.js";
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
 * Copies a plain object that will be posted, without members that are undefined. A value that cannot be posted would fail the whole batch of
 * requests, and one that the application changes later would be posted as it is then.
 * @param isJudged true if the hub judges the members, in better words
 */
export function cloned(where: string, value: unknown, isJudged = false): Dict {
  return copy(where, dict(where, value), isJudged, MAX_DEPTH) as Dict;
}

/** Nesting depth that the parser of every router accepts. */
const MAX_DEPTH = 33;

/**
 * Copies data, and throws for anything else. Neither `structuredClone` does, which refuses the proxies of frameworks and copies what no
 * serializer can write, nor JSON, which changes some values without a word.
 */
function copy(where: string, value: unknown, isJudged: boolean, depth: number): unknown {
  const inner = (name: string | number, member: unknown): unknown =>
    copy(`${where}.${name}`, member, isJudged, depth - 1);
  if (typeof value === "boolean" || value === undefined || value === null) return value;
  if (typeof value === "number" && (isJudged || Number.isFinite(value))) return value;
  if (typeof value === "string" && (isJudged || isText(value))) return value;
  if (typeof value === "object" && depth > 0) {
    if (Array.isArray(value)) return Array.from(value, (each, index) => inner(index, each));
    if (isTaggedAsObject(value)) {
      const members = Object.entries(value).map(([name, member]) => [name, inner(name, member)]);
      return Object.fromEntries(members.filter(([, member]) => member !== undefined));
    }
  }
  // It cannot be posted. An empty object stands for it, which no option may be, so that the hub names the option, or the likely one.
  if (isJudged && typeof value !== "bigint") return {};
  throw invalid(where, value, "null, a boolean, number, string, array or plain object");
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
