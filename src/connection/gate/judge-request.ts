import type { ErrorRecord } from "../../contract/errors.js";
import { durable, isDurable } from "../../contract/outbox.js";
import { plainData } from "../../contract/plain-data.js";
import { cancelMode, offlinePolicy, optionsTable } from "../../contract/request-options.js";
import type { CancelMode, OptionedRequest } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { isRecord, milliseconds, recordOf } from "../../contract/rules.js";
import type { Rule } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import { checkUri } from "../../protocol/uri.js";
import type { UriRules, UriUse } from "../../protocol/uri.js";
import { invalidArgument } from "../error-records.js";
import { refusalOf } from "../judge.js";
import { givenRules, withGiven } from "./given-options.js";
import { uriOf } from "./message-size.js";
import type { Refusal } from "./refusal.js";

const PLACES = { call: "procedure", register: "procedure", publish: "topic", subscribe: "topic" } as const;

/** The rules of the options by their names on the wire. */
const wireRules: Readonly<Record<OptionedRequest, Rule>> = {
  call: wireRule("call"),
  publish: wireRule("publish"),
  subscribe: wireRule("subscribe"),
  register: wireRule("register"),
};

function wireRule(kind: OptionedRequest): Rule {
  const known = optionsTable(kind);
  return recordOf({
    rules: () => known,
    isPartial: true,
    custom: {
      // The names that the specification leaves to implementations (WAMP, "Extensibility"); decoders in JavaScript refuse one of them.
      name: /^_(?!_proto__$)[a-z0-9_]{3,}$/,
      rule: plainData,
      expected: ', or a custom option such as "_name"',
    },
  });
}

/**
 * Returns a request whose `options` are complete: with those that its application has given, by their names on the wire; or the reason
 * why it must not be sent to the router. An unknown option is most likely a typing error, and without it an event would go to all
 * subscribers instead of those that the option names.
 */
export function judgeRequest(request: AnsweredRequest, uriRules: UriRules): AnsweredRequest | Refusal {
  if (!("timeout" in request)) return request;
  const { kind, options, timeout, offline, given } = request;
  const isProgressive = isRecord(options) && options["receive_progress"] === true;
  const where = `${isProgressive ? "callProgressive" : kind}(): options`;
  const refused =
    refusalOf(`${where}.wire`, options, wireRules[kind]) ??
    refusalOf(`${where}.timeout`, timeout, milliseconds) ??
    refusalOfOffline(`${where}.offline`, offline, isProgressive ? "" : kind) ??
    (given === undefined ? undefined : refusalOf(where, given, givenRules[kind]));
  if (refused !== undefined) return { refused };
  const complete =
    given === undefined ? request : { ...request, given: undefined, options: withGiven(options, given) };
  const use = useOf(kind, complete.options);
  const wrongUri = refusalOfUri(`The ${PLACES[kind]}`, uriOf(complete), use, uriRules);
  return wrongUri === undefined ? complete : { refused: wrongUri };
}

/** The rule as applications see it: what is durable has a key in place of its policy. */
const anyPolicy: Rule = { ...offlinePolicy, expected: `${offlinePolicy.expected}, "durable"` };

/** Only calls with one result and publications can be kept in the outbox. */
function refusalOfOffline(where: string, offline: unknown, kind: string): ErrorRecord | undefined {
  const canBeDurable = kind === "call" || kind === "publish";
  return canBeDurable && isDurable(offline)
    ? refusalOf(where, offline, durable)
    : refusalOf(where, isDurable(offline) ? "durable" : offline, canBeDurable ? anyPolicy : offlinePolicy);
}

/** Only subscriptions and registrations have a match policy. */
function useOf(kind: OptionedRequest, { match }: Dict): UriUse {
  return match === "prefix" || match === "wildcard" ? { pattern: match } : PLACES[kind];
}

/**
 * Returns the reason why a value is not a valid URI, or not a string at all.
 * @param place the URI in words, at the beginning of a sentence
 */
export function refusalOfUri(
  place: string,
  uri: unknown,
  use: UriUse,
  rules: UriRules,
): ErrorRecord | undefined {
  if (typeof uri !== "string") return invalidArgument(place, uri, "a URI (string)");
  const broken = checkUri(uri, use, rules);
  return broken === undefined ? undefined : invalidArgument(place, uri, `a valid URI: ${broken}`);
}

/** Returns the mode, or the default instead of a value over which Crossbar.io would close the socket. */
export function cancelModeOr(mode: unknown, otherwise: CancelMode = "killnowait"): CancelMode {
  return cancelMode.accepts(mode) ? mode : otherwise;
}
