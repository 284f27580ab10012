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

/** The rule for a string that is sent to the router. */
export const text: Rule<string> = {
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

/** The rule for a string that is not empty and stays in the browser. */
export const name: Rule<string> = {
  expected: "a string that is not empty",
  accepts: (value): value is string => typeof value === "string" && value !== "",
};

function integerFrom(least: number, expected: string): Rule<number> {
  return {
    expected,
    accepts: (value): value is number => Number.isSafeInteger(value) && Number(value) >= least,
  };
}

/** Returns the rule for an array whose elements pass a rule. */
export function listOf<Element>(elements: string, element: Rule<Element>): Rule<readonly Element[]> {
  return {
    expected: `an array of ${elements}`,
    // Holes are checked like elements, because they become null in JSON.
    accepts: (value): value is readonly Element[] =>
      Array.isArray(value) && Array.from<unknown>(value).every(element.accepts),
    element,
  };
}

/** Returns the rule for an object with exactly these fields; those in `optional` may be absent. */
export function recordOf<Fields extends object>(
  expected: string,
  fields: { readonly [Name in keyof Fields]-?: Rule<Exclude<Fields[Name], undefined>> },
  optional: readonly (keyof Fields & string)[] = [],
): Rule<Fields> {
  const rules = Object.entries<Rule>(fields);
  const isOptional = (name: string): boolean => optional.some((each) => each === name);
  return {
    expected,
    accepts: (value): value is Fields =>
      isRecord(value) &&
      Object.keys(value).every((name) => Object.hasOwn(fields, name)) &&
      rules.every(([name, rule]) =>
        Object.hasOwn(value, name) ? rule.accepts(value[name]) : isOptional(name),
      ),
  };
}

/** Returns the rule that accepts what either of two rules accepts. */
export function either<A, B>(one: Rule<A>, other: Rule<B>): Rule<A | B> {
  return {
    expected: `${one.expected}, or ${other.expected}`,
    accepts: (value): value is A | B => one.accepts(value) || other.accepts(value),
  };
}

/** Tells whether a value is an object with named fields. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
