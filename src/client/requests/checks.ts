import type { Dict } from "../../protocol/dict.js";
import type { Rule } from "../../contract/rules.js";
import { invalid } from "../errors/invalid.js";

// Each returns the value with its type, or throws an `InvalidArgumentError` that names `where`, the value and the rule.

export function text(where: string, value: unknown): string {
  if (typeof value !== "string") throw invalid(where, value, "a string");
  return value;
}

export function nonEmptyText(where: string, value: unknown): string {
  if (typeof value !== "string" || value === "") throw invalid(where, value, "a string that is not empty");
  return value;
}

/** Checks a value by a rule of the contract. For a list the error names the element that is wrong. */
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

export function list(where: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(where, value, "an array");
  return value;
}

/** A plain object: what a dictionary of WAMP can be made of. */
export function dict(where: string, value: unknown): Dict {
  if (!isPlainObject(value)) throw invalid(where, value, "a plain object");
  return value;
}

export function handler(where: string, value: unknown): void {
  if (typeof value !== "function") throw invalid(where, value, "a function");
}

export function abortSignal(where: string, value: unknown): void {
  // Duck typing: a signal may come from another realm.
  const fits =
    typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;
  if (!fits) throw invalid(where, value, "an AbortSignal");
}

/** Refuses names that nobody reads: most are misspelt. */
export function onlyKeys(where: string, value: Dict, known: readonly string[]): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      throw invalid(`${where}.${key}`, value[key], `one of the options ${known.join(", ")}`);
  }
}

function isPlainObject(value: unknown): value is Dict {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm has that realm's Object.prototype, whose own prototype is null.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
