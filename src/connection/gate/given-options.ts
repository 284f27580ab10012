import { cancelMode, optionsTable, requestOptions } from "../../contract/request-options.js";
import type { OptionedRequest } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { isRecord, ownField } from "../../contract/rules.js";
import type { Rule } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import { invalidType } from "../error-records.js";
import { namesAsWords, refusalOf, unknownName } from "../judge.js";
import { likelyName } from "../likely-name.js";
import type { Refusal } from "./refusal.js";

/** Defaults of `match` and `invoke`, which a router without the feature does not know. */
const UNSENT: readonly unknown[] = ["exact", "single"];

/** The options on which the page acts itself, beside those of all methods. */
const ofPage = {
  call: ["kwargs", "sendTab", "cancelMode"],
  publish: ["kwargs", "sendTab"],
  subscribe: [],
  register: [],
} as const satisfies Readonly<Record<OptionedRequest, readonly string[]>>;

/** Returns the method of the session that makes such a request, as error messages name it. */
export function methodOf(kind: OptionedRequest, options: Dict): string {
  return options["receive_progress"] === true ? "callProgressive()" : `${kind}()`;
}

/**
 * Returns a request whose `options` are complete: with those that its application has given, by their names on the wire and without the
 * defaults of the specification; or the reason why they are refused. An unknown one is most likely a typing error, and without it an
 * event would go to all subscribers instead of those that the option names.
 */
export function withGivenOptions(request: AnsweredRequest): AnsweredRequest | Refusal {
  if (!("given" in request) || request.given === undefined) return request;
  const { given, ...asked } = request;
  const { kind } = asked;
  const where = `${methodOf(kind, asked.options)}: options`;
  if (!isRecord(given)) return { refused: invalidType(where, given, "a plain object") };
  const options: Record<string, unknown> = { ...asked.options };
  for (const [option, value] of Object.entries(given)) {
    const rule = ruleOf(kind, option);
    const refused =
      rule === undefined
        ? unknownName(where, option, value, namesOf(kind), meantOption(kind, option))
        : refusalOf(`${where}.${option}`, value, rule);
    if (refused !== undefined) return { refused };
    if (rule !== cancelMode && !UNSENT.includes(value)) options[wireName(option)] = value;
  }
  return { ...asked, options };
}

/** Returns the rule of an option by its public name, unless only the package itself sets it. */
function ruleOf(kind: OptionedRequest, option: string): Rule | undefined {
  if (kind === "call" && option === "cancelMode") return cancelMode;
  const name = wireName(option);
  const rule = ownField(optionsTable(kind), name) as ReturnType<typeof optionsTable>[string] | undefined;
  return rule?.isInternal === true || publicName(name) !== option ? undefined : rule;
}

function wireName(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function publicName(name: string): string {
  return name.replace(/_(.)/g, (_match, letter: string) => letter.toUpperCase());
}

/** Returns the names of all options of a method. */
function namesOf(kind: OptionedRequest): readonly string[] {
  const ofWamp = Object.keys(requestOptions[kind]).map(publicName);
  return [
    ...ofWamp.filter((option) => ruleOf(kind, option) !== undefined),
    ...["timeout", "offline", "signal", "wire"],
    ...ofPage[kind],
  ];
}

/** Returns the option that was probably meant by a name, wherever that belongs. */
function meantOption(kind: OptionedRequest, name: string): string | undefined {
  if (name.startsWith("_")) return `options.wire.${name}`;
  const meanings: Record<string, string> = { receive_progress: "callProgressive()" };
  for (const other of Object.keys(requestOptions) as OptionedRequest[]) {
    for (const option of namesOf(other)) {
      const earlier = meanings[option];
      meanings[option] = earlier === undefined ? `${option} of ${other}()` : `${earlier} or ${other}()`;
    }
  }
  if (kind === "subscribe") meanings["retained"] = "getRetained";
  const own = namesAsWords(namesOf(kind));
  // In other clients of WAMP, a dictionary of keyword arguments comes before the options.
  return likelyName(name, { ...meanings, ...own }) ?? ("kwargs" in own ? "options.kwargs" : undefined);
}
