import { cancelMode, optionsTable } from "../../contract/request-options.js";
import type { OptionedRequest } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { isRecord, optional } from "../../contract/rules.js";
import type { Rule } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import { invalidType } from "../error-records.js";
import { meaningAmong, refusalOf, unknownName } from "../judge.js";
import type { Refusal } from "./refusal.js";

/** The options of a request by the names of the public API. */
interface KnownOptions {
  /** Those of WAMP. */
  readonly ofWamp: Readonly<Record<string, { readonly name: string; readonly rule: Rule }>>;
  /** All of them, also those on which the page acts itself. */
  readonly names: readonly string[];
}

/** Defaults of `match` and `invoke`, which a router without the feature does not know. */
const UNSENT: readonly unknown[] = ["exact", "single"];

const common = ["timeout", "offline", "signal", "wire"];
const payload = ["kwargs", "sendTab"];

const publicOptions: Readonly<Record<OptionedRequest, KnownOptions>> = {
  call: withOthers("call", [...common, ...payload, "cancelMode"]),
  publish: withOthers("publish", [...common, ...payload]),
  subscribe: withOthers("subscribe", common),
  register: withOthers("register", common),
};

/** The names of options that belong to other methods, each with the words for that place. */
const mistaken: Readonly<Record<string, string>> = namesWithMethods();

function withOthers(kind: OptionedRequest, others: readonly string[]): KnownOptions {
  const ofWamp = Object.fromEntries(
    Object.entries(optionsTable(kind))
      .filter(([, rule]) => rule.isInternal !== true)
      .map(([name, rule]) => [publicName(name), { name, rule: optional(rule) }]),
  );
  return { ofWamp, names: [...Object.keys(ofWamp), ...others] };
}

function publicName(name: string): string {
  return name.replace(/_(.)/g, (_match, letter: string) => letter.toUpperCase());
}

function namesWithMethods(): Record<string, string> {
  const places: Record<string, string> = { receive_progress: "callProgressive()" };
  for (const [kind, { names }] of Object.entries(publicOptions)) {
    for (const name of names) {
      const earlier = places[name];
      places[name] = earlier === undefined ? `${name} of ${kind}()` : `${earlier} or ${kind}()`;
    }
  }
  return places;
}

/** Returns the option that was probably meant by a name, wherever that belongs. */
function meantOption(kind: OptionedRequest, name: string): string | undefined {
  if (name.startsWith("_")) return `options.wire.${name}`;
  const { names } = publicOptions[kind];
  const elsewhere = kind === "subscribe" ? { ...mistaken, retained: "getRetained" } : mistaken;
  // In other clients of WAMP, a dictionary of keyword arguments comes before the options.
  return meaningAmong(names, elsewhere)(name) ?? (names.includes("kwargs") ? "options.kwargs" : undefined);
}

/** Returns the method of the session that makes such a request, as error messages name it. */
export function methodOf(kind: OptionedRequest, options: Dict): string {
  return options["receive_progress"] === true ? "callProgressive()" : `${kind}()`;
}

/**
 * Returns a request whose `options` are complete: with those that its application has given, by their names on the wire and without the defaults
 * of the specification; or the reason why they are refused. An unknown one is most likely a typing error, and without it an event would
 * go to all subscribers instead of those that the option names.
 */
export function withGivenOptions(request: AnsweredRequest): AnsweredRequest | Refusal {
  if (!("given" in request)) return request;
  const { given, ...asked } = request;
  const { kind } = asked;
  const where = `${methodOf(kind, asked.options)}: options`;
  if (!isRecord(given)) return { refused: invalidType(where, given, "a plain object") };
  const { ofWamp, names } = publicOptions[kind];
  const refused =
    unknownName(where, given, names, (name) => meantOption(kind, name)) ??
    refusalOf(`${where}.cancelMode`, given["cancelMode"], optional(cancelMode));
  if (refused !== undefined) return { refused };
  const options: Record<string, unknown> = { ...asked.options };
  for (const [option, { name, rule }] of Object.entries(ofWamp)) {
    const value = given[option];
    const broken = refusalOf(`${where}.${option}`, value, rule);
    if (broken !== undefined) return { refused: broken };
    if (value !== undefined && !UNSENT.includes(value)) options[name] = value;
  }
  return { ...asked, options };
}
