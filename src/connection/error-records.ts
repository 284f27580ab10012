import { describeType } from "../contract/describe-type.js";
import type { ErrorRecordOf } from "../contract/errors.js";
import { shortened } from "../protocol/text.js";

/**
 * @param place the argument in words, at the beginning of a sentence
 * @param value the argument
 * @param expected the rule in words
 */
export function invalidArgument(
  place: string,
  value: unknown,
  expected: string,
): ErrorRecordOf<"InvalidArgumentError"> {
  const printed = print(value);
  return {
    name: "InvalidArgumentError",
    message: `${place} is ${printed}, expected ${expected}`,
    fields: { value: printed, expected },
  };
}

/** Returns the error for an argument that may be a secret: with its type instead of its value. */
export function invalidType(
  place: string,
  value: unknown,
  expected: string,
): ErrorRecordOf<"InvalidArgumentError"> {
  const type = describeType(value);
  return {
    name: "InvalidArgumentError",
    message: `${place} is ${type}, expected ${expected}`,
    fields: { value: type, expected },
  };
}

export function featureNotSupported({
  role,
  name,
}: {
  readonly role: string;
  readonly name: string;
}): ErrorRecordOf<"FeatureNotSupportedError"> {
  return {
    name: "FeatureNotSupportedError",
    message: `The router's ${role} did not announce the feature ${name}`,
    fields: { feature: name },
  };
}

/** @param limit name of the option that sets the limit */
export function overflow(limit: string, value: number, maximum: number): ErrorRecordOf<"OverflowError"> {
  return {
    name: "OverflowError",
    message: `${limit}: ${value} is more than ${maximum}`,
    fields: { limit, value, maximum },
  };
}

/** Maximum number of characters of a printed value; the rest is cut off. */
const LONGEST_PRINT = 200;

function print(value: unknown): string {
  switch (typeof value) {
    case "string":
      return shortened(JSON.stringify(value), LONGEST_PRINT);
    case "bigint":
      return `${value}n`;
    case "object":
    case "function":
      return describeType(value);
    default:
      return String(value);
  }
}
