import { InvalidArgumentError } from "./argument-errors.js";

const LONGEST_PRINT = 200;

/** Returns the error for `value` at `where`, such as `call(): options.timeout`; `expected` is the rule in words. */
export function invalid(where: string, value: unknown, expected: string): InvalidArgumentError {
  return new InvalidArgumentError(`${where} is ${printed(value)}, expected ${expected}`, { value, expected });
}

function printed(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > LONGEST_PRINT ? `${value.slice(0, LONGEST_PRINT)}…` : value);
    case "function":
      return "a function";
    case "bigint":
      return `${value}n`;
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? `an array of ${value.length}` : "an object";
    default:
      return String(value);
  }
}
