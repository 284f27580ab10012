import type { Dict } from "../protocol/dict.js";
import type { RouterFeature } from "../protocol/features.js";
import { flag, ids, milliseconds, oneOf, passthruScheme, positiveInteger, text, texts } from "./rules.js";
import type { Rule, ValueOf } from "./rules.js";

export const matchPolicy = oneOf("exact", "prefix", "wildcard");
export const invocationPolicy = oneOf("single", "roundrobin", "random", "first", "last");
export const cancelMode = oneOf("skip", "kill", "killnowait");
export const offlinePolicy = oneOf("wait", "fail");

/** The policy by which a topic or procedure is matched (WAMP, "Pattern-based Subscriptions", "Pattern-based Registrations"). */
export type MatchPolicy = ValueOf<typeof matchPolicy>;
/** The policy by which a callee is picked (WAMP, "Shared Registration"). */
export type InvocationPolicy = ValueOf<typeof invocationPolicy>;
/** The effect of a CANCEL on the callee (WAMP, "Call Canceling"). */
export type CancelMode = ValueOf<typeof cancelMode>;
/** The behaviour of a request while there is no session: it waits until its deadline, or fails at once. */
export type OfflinePolicy = ValueOf<typeof offlinePolicy>;

/** The rule of an option's value. */
export type OptionRule<Value = unknown> = Rule<Value> & {
  /** True for an option that only the package itself sets. */
  readonly isInternal?: boolean;
  /** A feature without which a request with this option is refused, because the router would do something else. */
  readonly needs?: RouterFeature;
  /** A feature without which the router ignores this option; the application is told so. */
  readonly hopesFor?: RouterFeature;
};

const needs = <Value, Feature extends RouterFeature>(feature: Feature, rule: Rule<Value>) => ({
  ...rule,
  needs: feature,
});
const hopesFor = <Value, Feature extends RouterFeature>(feature: Feature, rule: Rule<Value>) => ({
  ...rule,
  hopesFor: feature,
});
const listing = "subscriber_blackwhite_listing";

/** The attributes of a payload that the router does not look into (WAMP, "Payload Passthru Mode"). Without the feature it would end the session. */
const passthru = <Feature extends RouterFeature>(feature: Feature) => ({
  ppt_scheme: needs(feature, passthruScheme),
  ppt_serializer: needs(feature, text),
  ppt_cipher: needs(feature, text),
  ppt_keyid: needs(feature, text),
});

/**
 * The WAMP options of each request, by their names on the wire: the one table behind the client's types and checks and the hub's
 * validation. The public API has the same names in camel case, without the internal ones. A router may close the socket over
 * a known option with a wrong value, as Crossbar.io does.
 */
export const requestOptions = {
  call: {
    receive_progress: { ...internal(flag), needs: "progressive_call_results" },
    disclose_me: hopesFor("caller_identification", flag),
    /** Milliseconds; sent if the router announced `call_timeout`. */
    timeout: internal(milliseconds),
    ...passthru("ppt_of_calls"),
  },
  publish: {
    acknowledge: flag,
    exclude_me: flag,
    disclose_me: hopesFor("publisher_identification", flag),
    retain: hopesFor("event_retention", flag),
    // Without the feature, those who must not get the event would get it.
    exclude: needs(listing, ids),
    exclude_authid: needs(listing, texts),
    exclude_authrole: needs(listing, texts),
    eligible: needs(listing, ids),
    eligible_authid: needs(listing, texts),
    eligible_authrole: needs(listing, texts),
    ...passthru("ppt_of_events"),
  },
  subscribe: {
    match: needs("pattern_based_subscription", matchPolicy),
    get_retained: hopesFor("event_retention", flag),
    /** Not sent: the hub fetches what was missed. Routers need not have announced the feature for that. */
    catch_up: flag,
  },
  register: {
    match: needs("pattern_based_registration", matchPolicy),
    invoke: needs("shared_registration", invocationPolicy),
    concurrency: positiveInteger,
    force_reregister: flag,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, OptionRule>>>>;

function internal<Value>(rule: Rule<Value>): Rule<Value> & { readonly isInternal: true } {
  return { ...rule, isInternal: true };
}

/** The requests that have WAMP options. */
export type OptionedRequest = keyof typeof requestOptions;

type Table<Kind extends OptionedRequest> = (typeof requestOptions)[Kind];

/** The WAMP options of a request, by their names on the wire; any others are passed on unchanged. */
export type WireOptions<Kind extends OptionedRequest> = Dict & {
  readonly [Name in keyof Table<Kind>]?: ValueOf<Table<Kind>[Name]>;
};

type CamelCase<Name> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest> & string>}`
  : Name;

/** The WAMP options of a request, by their names in the public API. */
export type PublicOptions<Kind extends OptionedRequest> = {
  readonly [
    Name in keyof Table<Kind> as Table<Kind>[Name] extends { readonly isInternal: true }
      ? never
      : CamelCase<Name> & string
  ]?: ValueOf<Table<Kind>[Name]> | undefined;
};

/** The values of options that mean the same as their absence, for which the router needs no feature. */
const DEFAULTS: readonly unknown[] = [false, "exact", "single"];

/** Tells whether a value is the specification's default of its option. */
export function isDefault(value: unknown): boolean {
  return DEFAULTS.includes(value);
}

/** Returns the table of a request without its literal types, for look-ups by name. */
export function optionsTable(kind: OptionedRequest): Readonly<Record<string, OptionRule>> {
  return requestOptions[kind];
}
