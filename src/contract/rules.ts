import { MAX_ID } from "../protocol/ids.js";
import { isText } from "../protocol/text.js";

/** A rule for a value: a predicate, and the same rule in words. */
export interface Rule<Value = unknown> {
  /** The values that pass, as an error message names them. */
  readonly expected: string;
  /** Tells whether a value passes; of a list or record whether it is one, because its content has rules of its own. */
  readonly accepts: (value: unknown) => value is Value;
  /** True if the value may be a secret, also in a wrong form: an error then names its type alone. */
  readonly isSecret?: boolean;
  /** The rule for each element, if the value is a list. */
  readonly element?: Rule;
  /** The rules for the fields, if the value is a record. */
  readonly fields?: FieldRules;
}

/** The rules for the fields of a record, which has no others. */
export interface FieldRules {
  /** Returns the rules by name. */
  readonly rules: (value: Fields) => Readonly<Record<string, Rule>>;
  /** True if any field may be absent. */
  readonly isPartial?: boolean;
  /** The rule for names that are not known but have a certain form. */
  readonly custom?: { readonly name: RegExp; readonly rule: Rule; readonly expected: string };
  /** Returns names that are mistaken for fields, each with the words for what is meant. */
  readonly mistaken?: (given: string) => Readonly<Record<string, string>>;
  /** The words for what is meant by a name that resembles none of these. */
  readonly otherwise?: string | undefined;
}

/** The fields of a record. */
export type Fields = Readonly<Record<string, unknown>>;
/** The rules of the fields of a record. */
export type RulesOf<Of> = { readonly [Name in keyof Of]-?: Rule<Of[Name]> };

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

/** The rule for the scheme of a payload that the router does not look into (WAMP, "ppt_scheme Attribute"). */
export const passthruScheme: Rule<string> = {
  expected: '"wamp", "mqtt", or a name of the application\'s own such as "x_name"',
  accepts: (value): value is string =>
    typeof value === "string" && /^(?:wamp|mqtt|x_[a-z0-9_]+)$/.test(value),
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
    accepts: (value): value is readonly Element[] => Array.isArray(value),
    element,
  };
}

/** Returns the rule for an object with these fields. */
export function recordOf<Of extends object>(fields: FieldRules): Rule<Of> {
  return {
    expected: "a plain object",
    isSecret: true,
    accepts: (value): value is Of => isRecord(value),
    fields,
  };
}

/** Returns the rule for an object with exactly these fields. */
export function exactly<Of extends object>(rules: RulesOf<Of>): Rule<Of> {
  return recordOf<Of>({ rules: () => rules });
}

/** Returns the rule that also accepts an absent value. */
export function optional<Value>(rule: Rule<Value>): Rule<Value | undefined> {
  return {
    ...rule,
    accepts: (value): value is Value | undefined => value === undefined || rule.accepts(value),
  };
}

/** Returns the rule for values that may be secrets, also in a wrong form. */
export function secret<Value>(rule: Rule<Value>): Rule<Value> {
  return { ...rule, isSecret: true };
}

/** Returns the value of a field, unless the object only inherits it. */
export function ownField(value: Fields, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Tells whether a value is an object with named fields. */
export function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
