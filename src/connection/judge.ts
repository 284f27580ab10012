import type { ErrorRecordOf } from "../contract/errors.js";
import { isRecord, ownField } from "../contract/rules.js";
import type { Fields, Rule } from "../contract/rules.js";
import { invalidArgument, invalidType } from "./error-records.js";
import { likelyName } from "./likely-name.js";

type Refusal = ErrorRecordOf<"InvalidArgumentError">;

/**
 * Returns the reason why a value breaks a rule, or undefined if it does not. Names the place as exactly as possible: the element of a list,
 * or the field of a record.
 * @param where the place in words, such as `call(): options.timeout`
 */
export function refusalOf(where: string, value: unknown, rule: Rule): Refusal | undefined {
  if (rule.accepts(value)) return undefined;
  const { expected, element, fields, mistaken, isSecret = false } = rule;
  if (element !== undefined && Array.isArray(value)) {
    for (const item of Array.from<unknown>(value)) {
      const refusal = refusalOf(`an element of ${where}`, item, element);
      if (refusal !== undefined) return refusal;
    }
  }
  if (fields !== undefined && isRecord(value)) {
    const rules = fields(value);
    const known = Object.keys(rules);
    const refusal = unknownName(where, value, known, meaningAmong(known, mistaken));
    if (refusal !== undefined) return refusal;
    // In the order in which they are given, which is that of the application.
    for (const name of new Set([...Object.keys(value), ...known])) {
      const ofField = rules[name] && refusalOf(`${where}.${name}`, ownField(value, name), rules[name]);
      if (ofField !== undefined) return ofField;
    }
  }
  return (isSecret ? invalidType : invalidArgument)(where, unwrapped(value), expected);
}

/** The words for a name that is not known, or undefined if there is no likely one. */
export type Meaning = (name: string) => string | undefined;

/** Returns the likely one of the known names; `mistaken` has those that belong to another place, each with the words for it. */
export function meaningAmong(
  known: readonly string[],
  mistaken: Readonly<Record<string, string>> = {},
): Meaning {
  return (name) =>
    likelyName(name, { ...mistaken, ...Object.fromEntries(known.map((each) => [each, each])) });
}

/** Returns the error for a name that is not known. Most are misspelt, also those of secrets, so that the value is not shown. */
export function unknownName(
  where: string,
  value: Fields,
  known: readonly string[],
  meaning: Meaning,
): Refusal | undefined {
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  const meant = meaning(unknown);
  const question = meant === undefined ? "" : `; did you mean ${meant}?`;
  const expected = `one of the options ${known.join(", ")}${question}`;
  return invalidType(`${where}.${unknown}`, value[unknown], expected);
}

/** Returns the value that the application passed, for one that crosses the port in a wrapper. */
function unwrapped(value: unknown): unknown {
  return isRecord(value) && Object.hasOwn(value, "literal") ? value["literal"] : value;
}
