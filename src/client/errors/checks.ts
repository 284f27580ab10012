import type { Rule } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import { text as sendableText } from "../../contract/rules.js";
import { invalid, invalidType } from "./invalid.js";
import { likelyName } from "./likely-name.js";

// Each check returns the typed value, or throws an `InvalidArgumentError` that names `where`, the value and the rule. Where the value may
// be a secret, the error names its type instead: for everything that is checked with `invalidType`.

/** Checks for a string that may be sent, and never shows it. */
export function secretText(where: string, value: unknown): string {
  if (!sendableText.accepts(value)) throw invalidType(where, value, sendableText.expected);
  return value;
}

/** Checks for a string. */
export function text(where: string, value: unknown): string {
  if (typeof value !== "string") throw invalid(where, value, "a string");
  return value;
}

/** Checks for a string that is not empty. */
export function nonEmptyText(where: string, value: unknown, error = invalid): string {
  if (typeof value !== "string" || value === "") throw error(where, value, "a string that is not empty");
  return value;
}

/** Checks a value against a rule of the contract. For a list, the error names the element that breaks the rule. */
export function check<Value>(where: string, value: unknown, rule: Rule<Value>): Value {
  if (rule.accepts(value)) return value;
  const { element } = rule;
  if (element !== undefined && Array.isArray(value)) {
    for (const item of Array.from<unknown>(value)) {
      if (!element.accepts(item)) throw invalid(`an element of ${where}`, item, element.expected);
    }
  }
  throw invalid(where, value, rule.expected);
}

/** Checks for an array. */
export function list(where: string, value: unknown, expected = "an array"): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(where, value, expected);
  return value;
}

/** Checks for a plain object, which can become a WAMP dictionary. */
export function dict(where: string, value: unknown, error = invalid): Dict {
  if (!isPlainObject(value)) throw error(where, value, "a plain object");
  return value;
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

/** The words for a name that is not an option of a method, or undefined if there is no likely one. */
export type Meaning = (name: string) => string | undefined;

/** Returns the likely one of the known names; `elsewhere` has the names that belong to another place, each with the words for that place. */
export function meaningAmong(
  known: readonly string[],
  elsewhere: Readonly<Record<string, string>> = {},
): Meaning {
  const meanings = { ...elsewhere, ...Object.fromEntries(known.map((name) => [name, name])) };
  return (name) => likelyName(name, meanings);
}

/** Rejects names that are not options. Most of them are misspelt, also those of secrets, so the value is not shown. */
export function onlyKeys(
  where: string,
  value: Dict,
  known: readonly string[],
  meaning: Meaning = meaningAmong(known),
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const expected = `one of the options ${known.join(", ")}`;
    throw invalidType(`${where}.${key}`, value[key], withMeaning(expected, meaning(key)));
  }
}

/** Appends the question for what was probably meant, if anything. */
export function withMeaning(expected: string, meant: string | undefined): string {
  return meant === undefined ? expected : `${expected}; did you mean ${meant}?`;
}

/** Tells whether a value is an object without a class, which can become a WAMP dictionary. */
export function isPlainObject(value: unknown): value is Dict {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm has that realm's Object.prototype, whose own prototype is null.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
