import type { ErrorRecord } from "../../contract/errors.js";
import { cancelMode, offlinePolicy, optionsTable } from "../../contract/request-options.js";
import type { CancelMode, OptionedRequest } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { milliseconds } from "../../contract/rules.js";
import { plainData } from "../../contract/plain-data.js";
import { isRecord } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import { checkUri } from "../../protocol/uri.js";
import type { UriRules, UriUse } from "../../protocol/uri.js";
import { invalidArgument, invalidType, overflow } from "../error-records.js";
import { refusalOf } from "../judge.js";
import { methodOf } from "./given-options.js";
import { envelopeSize } from "./message-size.js";

/** The part of a request that has the same form in a tab's request and in the message on the wire. */
export interface Target {
  readonly kind: OptionedRequest;
  /** The procedure, the topic or the pattern. */
  readonly uri: unknown;
  readonly options: Dict;
}

/** The limits and rules of a session. */
export interface TargetRules {
  readonly uriRules: UriRules;
  /** Bytes. */
  readonly maxMessageSize: number;
}

/** Names that the specification leaves to implementations (WAMP, "Extensibility"); decoders in JavaScript refuse one of them. */
const CUSTOM_OPTION = /^_(?!_proto__$)[a-z0-9_]{3,}$/;

/** Returns the reason why a tab's request must not be sent to the router, or undefined if it may be sent. */
export function validateRequest(request: AnsweredRequest, rules: TargetRules): ErrorRecord | undefined {
  if (!("timeout" in request)) return undefined;
  const { kind, options, timeout, offline } = request;
  if (!isRecord(options)) return invalidType(`${kind}(): options.wire`, options, "a plain object");
  const where = `${methodOf(kind, options)}: options`;
  return (
    refusalOf(`${where}.timeout`, timeout, milliseconds) ??
    refusalOf(`${where}.offline`, offline, offlinePolicy) ??
    validateTarget({ kind, uri: "topic" in request ? request.topic : request.procedure, options }, rules)
  );
}

/** Returns the reason why a message with this URI and these options must not be sent. The options determine the form of the URI. */
export function validateTarget({ kind, uri, options }: Target, rules: TargetRules): ErrorRecord | undefined {
  return (
    validateOptions(kind, options) ??
    validateUri(PLACES[kind], uri, useOf(kind, options), rules.uriRules) ??
    validateSize(String(uri), options, rules.maxMessageSize)
  );
}

/** Returns the mode, or the default instead of a value over which Crossbar.io would close the socket. */
export function cancelModeOr(mode: unknown): CancelMode {
  return isCancelMode(mode) ? mode : "killnowait";
}

export function isCancelMode(mode: unknown): mode is CancelMode {
  return cancelMode.accepts(mode);
}

const PLACES = { call: "procedure", register: "procedure", publish: "topic", subscribe: "topic" } as const;

/** Only subscriptions and registrations have a match policy. */
function useOf(kind: OptionedRequest, { match }: Dict): UriUse {
  return match === "prefix" || match === "wildcard" ? { pattern: match } : PLACES[kind];
}

/** Validates the size of the envelope only: the payload is measured once its serializer is known. */
function validateSize(uri: string, options: Dict, maxMessageSize: number): ErrorRecord | undefined {
  const size = envelopeSize(uri, options);
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

/** Refuses an invalid value, and also an unknown name, which is most likely a typing error. Custom options may be secrets. */
function validateOptions(kind: OptionedRequest, options: Dict): ErrorRecord | undefined {
  const known = optionsTable(kind);
  for (const [name, value] of Object.entries(options)) {
    const where = `${methodOf(kind, options)}: options.wire.${name}`;
    const rule = Object.hasOwn(known, name) ? known[name] : CUSTOM_OPTION.test(name) ? plainData : undefined;
    const refusal =
      rule === undefined
        ? invalidType(
            where,
            value,
            `one of ${Object.keys(known).join(", ")}, or a custom option such as "_name"`,
          )
        : refusalOf(where, value, rule);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
