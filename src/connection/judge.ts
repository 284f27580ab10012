import type { ErrorRecordOf } from "../contract/errors.js";
import { isRecord, ownField } from "../contract/rules.js";
import type { FieldRules, Fields, Rule } from "../contract/rules.js";
import { invalidArgument, invalidType } from "./error-records.js";
import { likelyName } from "./likely-name.js";

type Refusal = ErrorRecordOf<"InvalidArgumentError">;

/**
 * Returns the reason why a value breaks a rule, or undefined if it does not. Names the place as exactly as possible: the element of a list,
 * or the field of a record.
 * @param where the place in words, such as `call(): options.timeout`
 */
export function refusalOf(where: string, value: unknown, rule: Rule): Refusal | undefined {
  const { expected, element, fields, isSecret = false } = rule;
  if (!rule.accepts(value))
    return (isSecret ? invalidType : invalidArgument)(where, unwrapped(value), expected);
  // Holes are judged like elements, because they become null in JSON.
  if (element !== undefined && Array.isArray(value))
    return first(Array.from<unknown>(value), (item) => refusalOf(`an element of ${where}`, item, element));
  return fields !== undefined && isRecord(value) ? refusalOfFields(where, value, fields) : undefined;
}

/** Judges the fields in the order in which they come, usually that of the application; then those that it does not give. */
function refusalOfFields(where: string, value: Fields, fields: FieldRules): Refusal | undefined {
  const rules = fields.rules(value);
  const { custom, isPartial = false } = fields;
  const ofField = (name: string): Refusal | undefined => {
    const place = `${where}.${name}`;
    const own = ownField(value, name);
    const rule = Object.hasOwn(rules, name) ? rules[name] : custom?.name.test(name) ? custom.rule : undefined;
    // Most unknown names are misspelt, also those of secrets, so that the value is not shown.
    return rule === undefined
      ? invalidType(place, unwrapped(own), expectedNames(name, Object.keys(rules), fields))
      : refusalOf(place, own, rule);
  };
  const missing = isPartial ? [] : Object.keys(rules).filter((name) => !Object.hasOwn(value, name));
  return first(Object.keys(value), ofField) ?? first(missing, ofField);
}

/** Returns the known names in words, with the one that was probably meant, if there is anything likely. */
function expectedNames(given: string, known: readonly string[], fields: FieldRules): string {
  const { custom, mistaken, otherwise } = fields;
  const asWords = Object.fromEntries(known.map((name) => [name, name]));
  const meant = likelyName(given, { ...mistaken?.(given), ...asWords }) ?? otherwise;
  const question = meant === undefined ? "" : `; did you mean ${meant}?`;
  return `one of the options ${known.join(", ")}${custom?.expected ?? ""}${question}`;
}

function first<Item>(
  items: readonly Item[],
  judge: (item: Item) => Refusal | undefined,
): Refusal | undefined {
  for (const item of items) {
    const refusal = judge(item);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Returns the value that the application passed, for one that crosses the port in a wrapper. */
function unwrapped(value: unknown): unknown {
  return isRecord(value) && Object.hasOwn(value, "literal") ? value["literal"] : value;
}
