import type { ErrorRecord } from "../../contract/errors.js";
import { cancelMode, optionsTable } from "../../contract/request-options.js";
import type { CancelMode, MatchPolicy, OptionedRequest } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { milliseconds } from "../../contract/rules.js";
import type { Rule } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import { checkUri } from "../../protocol/uri.js";
import type { UriRules, UriUse } from "../../protocol/uri.js";
import { invalidArgument } from "../error-records.js";
import { isPlainData } from "./plain-data.js";

const custom: Rule = {
  expected: "null, a boolean, number, string, array or plain object",
  accepts: (value): value is unknown => isPlainData(value),
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
  return cancelMode.accepts(mode);
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

/** Refuses unknown names too, since they are most likely a slip. */
function validateOptions(kind: OptionedRequest, options: Dict): ErrorRecord | undefined {
  const known = optionsTable(kind);
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(known, name)
      ? known[name]?.rule
      : CUSTOM_OPTION.test(name)
        ? custom
        : undefined;
    if (rule === undefined) {
      return invalidArgument(
        `The name of a ${kind} option`,
        name,
        `one of ${Object.keys(known).join(", ")}, or a custom one such as "_name"`,
      );
    }
    const refusal = validateValue(`The ${kind} option ${name}`, value, rule);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function validateValue(what: string, value: unknown, rule: Rule): ErrorRecord | undefined {
  return rule.accepts(value) ? undefined : invalidArgument(what, value, rule.expected);
}

function patternUse(exact: "topic" | "procedure", match: MatchPolicy = "exact"): UriUse {
  return match === "exact" ? exact : { pattern: match };
}
