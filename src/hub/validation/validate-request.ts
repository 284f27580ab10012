import type { ErrorRecord } from "../../contract/errors.js";
import { cancelMode, optionsTable } from "../../contract/request-options.js";
import type { CancelMode, MatchPolicy, OptionedRequest } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { milliseconds } from "../../contract/rules.js";
import type { Rule } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import { checkUri } from "../../protocol/uri.js";
import type { UriRules, UriUse } from "../../protocol/uri.js";
import { invalidArgument, overflow } from "../error-records.js";
import { envelopeSize } from "./message-size.js";
import { isPlainData } from "./plain-data.js";

type ValidatedRequest = Exclude<AnsweredRequest, { readonly kind: "unsubscribe" | "unregister" }>;

/** The rule of a custom option. */
const custom: Rule = {
  expected: "null, a boolean, number, string, array or plain object",
  accepts: (value): value is unknown => isPlainData(value),
};

/** Names that the specification leaves to implementations (WAMP, "Extensibility"). */
const CUSTOM_OPTION = /^_[a-z0-9_]{3,}$/;

/** Returns the reason why a request must not be sent to the router, or undefined if it may be sent. */
export function validateRequest(
  request: AnsweredRequest,
  uriRules: UriRules,
  maxMessageSize: number,
): ErrorRecord | undefined {
  switch (request.kind) {
    case "call":
    case "publish":
    case "subscribe":
    case "register":
      return (
        validateValue("The timeout", request.timeout, milliseconds) ??
        validateOptions(request.kind, request.options) ??
        validateTarget(request, uriRules) ??
        validateSize(request, maxMessageSize)
      );
    case "unsubscribe":
    case "unregister":
      return undefined;
  }
}

/** Returns the mode, or the default instead of a value over which Crossbar.io would close the socket. */
export function cancelModeOr(mode: unknown): CancelMode {
  return isCancelMode(mode) ? mode : "killnowait";
}

export function isCancelMode(mode: unknown): mode is CancelMode {
  return cancelMode.accepts(mode);
}

/** Validates the URI, after the options, which determine its form. */
function validateTarget(request: ValidatedRequest, uriRules: UriRules): ErrorRecord | undefined {
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

/** Validates the size of the envelope only: the payload is measured once its serializer is known. */
function validateSize(request: ValidatedRequest, maxMessageSize: number): ErrorRecord | undefined {
  const size = envelopeSize("topic" in request ? request.topic : request.procedure, request.options);
  return size > maxMessageSize ? overflow("maxMessageSize", size, maxMessageSize) : undefined;
}

/**
 * Returns an error for a value that is not a valid URI, or not a string at all.
 * @param place the URI in words, in the middle of a sentence
 */
export function validateUri(
  place: string,
  uri: unknown,
  use: UriUse,
  rules: UriRules,
): ErrorRecord | undefined {
  if (typeof uri !== "string") return invalidArgument(`The ${place}`, uri, "a URI (string)");
  const broken = checkUri(uri, use, rules);
  return broken === undefined ? undefined : invalidArgument(`The ${place}`, uri, `a valid URI: ${broken}`);
}

/** Refuses an invalid value, and also an unknown name, which is most likely a typing error. */
function validateOptions(kind: OptionedRequest, options: Dict): ErrorRecord | undefined {
  const known = optionsTable(kind);
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(known, name) ? known[name] : CUSTOM_OPTION.test(name) ? custom : undefined;
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

function validateValue(place: string, value: unknown, rule: Rule): ErrorRecord | undefined {
  return rule.accepts(value) ? undefined : invalidArgument(place, value, rule.expected);
}

function patternUse(exact: "topic" | "procedure", match: MatchPolicy = "exact"): UriUse {
  return match === "exact" ? exact : { pattern: match };
}
