import { describeType } from "../../contract/describe-type.js";
import { InvalidArgumentError } from "./argument-errors.js";

const LONGEST_PRINT = 200;

/** Returns the error for `value` at `where`, such as `call(): options.timeout`; `expected` is the rule in words. */
export function invalid(where: string, value: unknown, expected: string): InvalidArgumentError {
  return new InvalidArgumentError(`${where} is ${printed(value)}, expected ${expected}`, { value, expected });
}

/** Returns the error for a value that may be, or contain, a secret: with its type in place of the value, in the message and the field. */
export function invalidType(where: string, value: unknown, expected: string): InvalidArgumentError {
  const type = describeType(value);
  return new InvalidArgumentError(`${where} is ${type}, expected ${expected}`, { value: type, expected });
}

function printed(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > LONGEST_PRINT ? `${value.slice(0, LONGEST_PRINT)}…` : value);
    case "bigint":
      return `${value}n`;
    case "object":
    case "function":
      return describeType(value);
    default:
      return String(value);
  }
}
