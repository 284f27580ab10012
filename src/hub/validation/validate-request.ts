import type { ErrorRecord } from "../../contract/errors.js";
import type { CancelMode, MatchPolicy } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import { MAX_ID } from "../../protocol/ids.js";
import { checkUri } from "../../protocol/uri.js";
import type { UriRules, UriUse } from "../../protocol/uri.js";
import { invalidArgument } from "../error-records.js";
import { isPlainData, isText } from "./plain-data.js";

/** What an option may be: a test and the same in words. */
interface Rule {
  readonly expected: string;
  readonly test: (value: unknown) => boolean;
}

const flag: Rule = { expected: "a boolean", test: (value) => typeof value === "boolean" };
const milliseconds: Rule = {
  expected: "an integer of at least 0 (milliseconds)",
  test: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};
const count: Rule = {
  expected: "an integer of at least 1",
  test: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
};
const ids: Rule = {
  expected: "an array of WAMP ids (integers from 1 to 2^53)",
  test: (value) => isListOf(value, isId),
};
const texts: Rule = {
  expected: "an array of strings",
  test: (value) => isListOf(value, isText),
};
const oneOf = (...allowed: readonly string[]): Rule => ({
  expected: allowed.map((value) => JSON.stringify(value)).join(", "),
  test: (value) => typeof value === "string" && allowed.includes(value),
});
const matchPolicy = oneOf("exact", "prefix", "wildcard");
const cancelMode = oneOf("skip", "kill", "killnowait");

const custom: Rule = {
  expected: "null, a boolean, number, string, array or plain object",
  test: isPlainData,
};

/**
 * The options that a request may have. Crossbar.io closes the socket for a known option with a wrong value, which would
 * end the session of every tab; an unknown one is refused too, since it is most likely a slip.
 */
const OPTIONS = {
  call: rules({ receive_progress: flag, disclose_me: flag, timeout: milliseconds }),
  publish: rules({
    acknowledge: flag,
    exclude_me: flag,
    disclose_me: flag,
    retain: flag,
    exclude: ids,
    exclude_authid: texts,
    exclude_authrole: texts,
    eligible: ids,
    eligible_authid: texts,
    eligible_authrole: texts,
  }),
  subscribe: rules({ match: matchPolicy, get_retained: flag }),
  register: rules({
    match: matchPolicy,
    invoke: oneOf("single", "roundrobin", "random", "first", "last"),
    concurrency: count,
    force_reregister: flag,
  }),
};

/** Names that the specification leaves to implementations (WAMP, "Extensibility"). */
const CUSTOM_OPTION = /^_[a-z0-9_]{3,}$/;

/** Judges a request before it may go to the router; undefined when it is fine. */
export function validateRequest(request: AnsweredRequest, uriRules: UriRules): ErrorRecord | undefined {
  switch (request.kind) {
    case "call":
    case "publish":
    case "subscribe":
    case "register":
      return (
        validateValue("The timeout", request.timeout, milliseconds) ??
        validateOptions(request.kind, request.options) ??
        validateTarget(request, uriRules)
      );
    case "unsubscribe":
    case "unregister":
      return undefined;
  }
}

/** The mode as it is, or the usual one instead of what Crossbar.io would close the socket for. */
export function cancelModeOr(mode: unknown): CancelMode {
  return isCancelMode(mode) ? mode : "killnowait";
}

export function isCancelMode(mode: unknown): mode is CancelMode {
  return cancelMode.test(mode);
}

/** After the options: they say what a URI may look like. */
function validateTarget(
  request: Exclude<AnsweredRequest, { readonly kind: "unsubscribe" | "unregister" }>,
  uriRules: UriRules,
): ErrorRecord | undefined {
  switch (request.kind) {
    case "call":
      return validateUri("procedure", request.procedure, "procedure", uriRules);
    case "publish":
      return validateUri("topic", request.topic, "topic", uriRules);
    case "subscribe":
      return validateUri("topic", request.topic, patternUse("topic", request.options.match), uriRules);
    case "register":
      return validateUri(
        "procedure",
        request.procedure,
        patternUse("procedure", request.options.match),
        uriRules,
      );
  }
}

/** `what` is the place; also for what is no string at all. */
export function validateUri(
  what: string,
  uri: unknown,
  use: UriUse,
  rules: UriRules,
): ErrorRecord | undefined {
  if (typeof uri !== "string") return invalidArgument(`The ${what}`, uri, "a URI (string)");
  const broken = checkUri(uri, use, rules);
  return broken === undefined ? undefined : invalidArgument(`The ${what}`, uri, `a valid URI: ${broken}`);
}

function validateOptions(kind: keyof typeof OPTIONS, options: Dict): ErrorRecord | undefined {
  const known = OPTIONS[kind];
  for (const [name, value] of Object.entries(options)) {
    const rule = known.get(name) ?? (CUSTOM_OPTION.test(name) ? custom : undefined);
    if (rule === undefined) {
      return invalidArgument(
        `The name of a ${kind} option`,
        name,
        `one of ${[...known.keys()].join(", ")}, or a custom one such as "_name"`,
      );
    }
    const refusal = validateValue(`The ${kind} option ${name}`, value, rule);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function validateValue(what: string, value: unknown, rule: Rule): ErrorRecord | undefined {
  return rule.test(value) ? undefined : invalidArgument(what, value, rule.expected);
}

function patternUse(exact: "topic" | "procedure", match: MatchPolicy = "exact"): UriUse {
  return match === "exact" ? exact : { pattern: match };
}

/** Holes count as items: in JSON they become null. */
function isListOf(value: unknown, test: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && Array.from<unknown>(value).every(test);
}

function isId(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_ID;
}

function rules(table: Readonly<Record<string, Rule>>): ReadonlyMap<string, Rule> {
  return new Map(Object.entries(table));
}
