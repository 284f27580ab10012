import { MAX_ID } from "../protocol/ids.js";
import { isText } from "../protocol/text.js";

/** A rule for a value: a predicate, and the same rule in words. */
export interface Rule<Value = unknown> {
  /** The values that pass, as an error message names them. */
  readonly expected: string;
  readonly accepts: (value: unknown) => value is Value;
  /** The rule for each element, if the value is a list. */
  readonly element?: Rule;
}

/** The type of the values that a rule accepts. */
export type ValueOf<R> = R extends Rule<infer Value> ? Value : never;

export const flag: Rule<boolean> = {
  expected: "a boolean",
  accepts: (value) => typeof value === "boolean",
};

// Integers only: a deadline may be sent to the router, and Crossbar.io closes the socket over a fraction.
export const milliseconds = integerFrom(0, "milliseconds: an integer, 0 or more");
/** The duration in milliseconds of a wait that must end; 0, which means "no limit", is not accepted. */
export const positiveMilliseconds = integerFrom(1, "milliseconds: an integer, 1 or more");
export const positiveInteger = integerFrom(1, "an integer, 1 or more");

const wampId: Rule<number> = {
  expected: "a WAMP id (an integer from 1 to 2^53)",
  accepts: (value): value is number =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_ID,
};

const text: Rule<string> = {
  expected: "a string that every serializer can write",
  accepts: isText,
};

export const ids: Rule<readonly number[]> = listOf("WAMP ids (integers from 1 to 2^53)", wampId);
export const texts: Rule<readonly string[]> = listOf("strings", text);

/** Returns the rule that accepts any of several names. */
export function oneOf<const Name extends string>(...names: readonly Name[]): Rule<Name> {
  return {
    expected: `one of ${names.map((name) => JSON.stringify(name)).join(", ")}`,
    accepts: (value): value is Name => names.some((name) => name === value),
  };
}

function integerFrom(least: number, expected: string): Rule<number> {
  return {
    expected,
    accepts: (value): value is number => Number.isSafeInteger(value) && Number(value) >= least,
  };
}

function listOf<Element>(elements: string, element: Rule<Element>): Rule<readonly Element[]> {
  return {
    expected: `an array of ${elements}`,
    // Holes are checked like elements, because they become null in JSON.
    accepts: (value): value is readonly Element[] =>
      Array.isArray(value) && Array.from<unknown>(value).every(element.accepts),
    element,
  };
}
