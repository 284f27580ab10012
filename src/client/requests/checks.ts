import type { Dict } from "../../protocol/dict.js";
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

export function milliseconds(where: string, value: unknown): number {
  // Integers, since a deadline can go to the router, and Crossbar.io closes the socket for a fraction.
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw invalid(where, value, "milliseconds: an integer, 0 or more");
  }
  return value;
}

/** For what has to end: there is no "none". */
export function positiveMilliseconds(where: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) {
    throw invalid(where, value, "milliseconds: an integer, 1 or more");
  }
  return value;
}

export function positiveInteger(where: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) {
    throw invalid(where, value, "an integer, 1 or more");
  }
  return value;
}

export function flag(where: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalid(where, value, "true or false");
  return value;
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

export function oneOf<const T extends string>(where: string, value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) {
    throw invalid(where, value, `one of ${allowed.map((one) => JSON.stringify(one)).join(", ")}`);
  }
  return found;
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
