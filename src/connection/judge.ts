import type { ErrorRecordOf } from "../contract/errors.js";
import { isRecord, ownField } from "../contract/rules.js";
import type { Rule } from "../contract/rules.js";
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
    // In the order in which they are given, which is that of the application.
    for (const name of new Set([...Object.keys(value), ...known])) {
      const own = ownField(value, name);
      const ofField = ownField(rules, name) as Rule | undefined;
      const refusal =
        ofField === undefined
          ? unknownName(where, name, own, known, likelyName(name, { ...mistaken, ...namesAsWords(known) }))
          : refusalOf(`${where}.${name}`, own, ofField);
      if (refusal !== undefined) return refusal;
    }
  }
  return (isSecret ? invalidType : invalidArgument)(where, unwrapped(value), expected);
}

/**
 * Returns the error for a name that is not known. Most are misspelt, also those of secrets, so that the value is not shown.
 * @param meant what was probably meant, in words, if there is anything likely
 */
export function unknownName(
  where: string,
  name: string,
  value: unknown,
  known: readonly string[],
  meant: string | undefined,
): Refusal {
  const question = meant === undefined ? "" : `; did you mean ${meant}?`;
  return invalidType(`${where}.${name}`, value, `one of the options ${known.join(", ")}${question}`);
}

/** Returns names as `likelyName` takes them, each standing for itself. */
export function namesAsWords(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

/** Returns the value that the application passed, for one that crosses the port in a wrapper. */
function unwrapped(value: unknown): unknown {
  return isRecord(value) && Object.hasOwn(value, "literal") ? value["literal"] : value;
}
