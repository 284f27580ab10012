import { describeType } from "../../contract/describe-type.js";
import { InvalidArgumentError } from "./argument-errors.js";

/**
 * Returns the error for the value at a place.
 * @param where the place in words, such as `call(): options.signal`
 * @param expected the rule in words
 * @param shown the value in words; its type alone, if it may be a secret
 */
export function invalid(
  where: string,
  value: unknown,
  expected: string,
  shown = describeType(value),
): InvalidArgumentError {
  return new InvalidArgumentError(`${where} is ${shown}, expected ${expected}`, { value: shown, expected });
}
