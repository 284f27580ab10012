import type { Dict } from "../protocol/dict.js";
import { flag, ids, milliseconds, oneOf, positiveInteger, texts } from "./rules.js";
import type { Rule, ValueOf } from "./rules.js";

export const matchPolicy = oneOf("exact", "prefix", "wildcard");
export const invocationPolicy = oneOf("single", "roundrobin", "random", "first", "last");
export const cancelMode = oneOf("skip", "kill", "killnowait");
export const offlinePolicy = oneOf("wait", "fail");

/** The policy by which a topic or procedure is matched (WAMP, "Pattern-based Subscriptions", "Pattern-based Registrations"). */
export type MatchPolicy = ValueOf<typeof matchPolicy>;
/** The rule by which a callee is picked (WAMP, "Shared Registration"). */
export type InvocationPolicy = ValueOf<typeof invocationPolicy>;
/** The effect of a CANCEL on the callee (WAMP, "Call Canceling"). */
export type CancelMode = ValueOf<typeof cancelMode>;
/** The behaviour of a request while there is no session: it waits within its deadline, or fails at once. */
export type OfflinePolicy = ValueOf<typeof offlinePolicy>;

interface Row {
  /** The option's name in the public API; absent for one that the package sets by itself. */
  readonly option?: string;
  readonly rule: Rule;
}

/**
 * The WAMP options of each request, by their names on the wire: the one table behind the client's types and checks and the hub's
 * validation. A router may close the socket because of a known option with a wrong value, as Crossbar.io does.
 */
export const requestOptions = {
  call: {
    receive_progress: { rule: flag },
    disclose_me: { option: "discloseMe", rule: flag },
    /** Milliseconds; sent if the router announced `call_timeout`. */
    timeout: { rule: milliseconds },
  },
  publish: {
    acknowledge: { option: "acknowledge", rule: flag },
    exclude_me: { option: "excludeMe", rule: flag },
    disclose_me: { option: "discloseMe", rule: flag },
    retain: { option: "retain", rule: flag },
    exclude: { option: "exclude", rule: ids },
    exclude_authid: { option: "excludeAuthid", rule: texts },
    exclude_authrole: { option: "excludeAuthrole", rule: texts },
    eligible: { option: "eligible", rule: ids },
    eligible_authid: { option: "eligibleAuthid", rule: texts },
    eligible_authrole: { option: "eligibleAuthrole", rule: texts },
  },
  subscribe: {
    match: { option: "match", rule: matchPolicy },
    get_retained: { option: "getRetained", rule: flag },
  },
  register: {
    match: { option: "match", rule: matchPolicy },
    invoke: { option: "invoke", rule: invocationPolicy },
    concurrency: { option: "concurrency", rule: positiveInteger },
    force_reregister: { option: "forceReregister", rule: flag },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Row>>>>;

/** The requests that have WAMP options. */
export type OptionedRequest = keyof typeof requestOptions;

type Table<Kind extends OptionedRequest> = (typeof requestOptions)[Kind];

/** The WAMP options of a request, by their names on the wire; any others are passed on unchanged. */
export type WireOptions<Kind extends OptionedRequest> = Dict & {
  readonly [Name in keyof Table<Kind>]?: Table<Kind>[Name] extends { readonly rule: infer R }
    ? ValueOf<R>
    : never;
};

/** The WAMP options of a request, by their names in the public API. */
export type PublicOptions<Kind extends OptionedRequest> = {
  readonly [
    Name in keyof Table<Kind> as Table<Kind>[Name] extends { readonly option: infer O extends string }
      ? O
      : never
  ]?: Table<Kind>[Name] extends { readonly rule: infer R } ? ValueOf<R> : never;
};

/** Returns the table of a request without its literal types, for look-ups by name. */
export function optionsTable(kind: OptionedRequest): Readonly<Record<string, Row>> {
  return requestOptions[kind];
}
