import { cancelMode, optionsTable, requestOptions } from "../../contract/request-options.js";
import type { OptionedRequest } from "../../contract/request-options.js";
import { isRecord, recordOf } from "../../contract/rules.js";
import type { Rule } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import { passthruAttributes } from "../../protocol/passthru.js";

/** Defaults of `match` and `invoke`, which a router without the feature does not know. */
const UNSENT: readonly unknown[] = ["exact", "single"];

/** The options on which the page acts itself: it keeps them, so that they are known here but not accepted. */
const OF_PAGE = ["timeout", "offline", "signal", "wire"];
const OF_PAGE_WITH_PAYLOAD = [...OF_PAGE, "kwargs", "sendTab", "onStored"];
const kept: Rule = { expected: "none", accepts: (_value): _value is unknown => false };

/** The rules of the options that an application gives to the methods, by their names in the public API. */
export const givenRules: Readonly<Record<OptionedRequest, Rule>> = {
  call: givenRule("call"),
  publish: givenRule("publish"),
  subscribe: givenRule("subscribe"),
  register: givenRule("register"),
};

function givenRule(kind: OptionedRequest): Rule {
  const rules = rulesByName(kind);
  return recordOf({
    rules: () => rules,
    isPartial: true,
    mistaken: (given) => otherNames(kind, given),
    // In other clients of WAMP, a dictionary of keyword arguments comes before the options.
    otherwise: "kwargs" in rules ? "options.kwargs" : undefined,
  });
}

function rulesByName(kind: OptionedRequest): Record<string, Rule> {
  const rules: Record<string, Rule> = {};
  for (const [name, rule] of Object.entries(optionsTable(kind)))
    if (rule.isInternal !== true) rules[publicName(name)] = rule;
  const isSending = kind === "call" || kind === "publish";
  for (const option of isSending ? OF_PAGE_WITH_PAYLOAD : OF_PAGE) rules[option] = kept;
  return kind === "call" ? { ...rules, cancelMode } : rules;
}

/** Returns what is mistaken for an option of a method, in words: first of all, the options of the others. */
function otherNames(kind: OptionedRequest, given: string): Record<string, string> {
  const meanings: Record<string, string> = { receive_progress: "callProgressive()" };
  for (const other of Object.keys(requestOptions) as OptionedRequest[]) {
    for (const option of Object.keys(rulesByName(other))) {
      const earlier = meanings[option];
      meanings[option] = earlier === undefined ? `${option} of ${other}()` : `${earlier} or ${other}()`;
    }
  }
  if (kind === "subscribe") meanings["retained"] = "getRetained";
  if (given.startsWith("_")) meanings[given] = `options.wire.${given}`;
  return meanings;
}

/** The names on the wire by those in the public API. */
const wireNames = new Map(
  Object.values(requestOptions).flatMap((options) =>
    Object.keys(options).map((name) => [publicName(name), name]),
  ),
);

/** Returns the options on the wire with those that an application has given, without the defaults of the specification. */
export function withGiven(options: Dict, given: Dict): Dict {
  const complete: Record<string, unknown> = { ...options };
  for (const option in given) {
    const name = wireNames.get(option);
    const value = given[option];
    if (name !== undefined && !UNSENT.includes(value)) complete[name] = value;
  }
  return complete;
}

/** Returns the attributes on the wire of a payload that the router does not look into, out of whatever a tab has given for its answer. */
export function passthruFromGiven(given: unknown): Dict {
  return isRecord(given) ? passthruAttributes(withGiven({}, given)) : {};
}

function publicName(name: string): string {
  return name.replace(/_(.)/g, (_match, letter: string) => letter.toUpperCase());
}
