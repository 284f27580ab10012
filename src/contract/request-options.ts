import type { Dict } from "../protocol/dict.js";

/** How a topic or procedure matches (WAMP, "Pattern-based Subscriptions", "Pattern-based Registrations"). */
export type MatchPolicy = "exact" | "prefix" | "wildcard";
/** How the dealer picks a callee (WAMP, "Shared Registration"). */
export type InvocationPolicy = "single" | "roundrobin" | "random" | "first" | "last";
/** What a CANCEL does at the callee (WAMP, "Call Canceling"). */
export type CancelMode = "skip" | "kill" | "killnowait";
/** What happens to a request while there is no session: it waits within its deadline, or fails at once. */
export type OfflinePolicy = "wait" | "fail";

/** WAMP options of a CALL, by their names on the wire; further ones are passed on as they are. */
export interface WireCallOptions extends Dict {
  readonly receive_progress?: boolean;
  readonly disclose_me?: boolean;
  /** Milliseconds; sent when the router announced `call_timeout`. */
  readonly timeout?: number;
}

/** WAMP options of a PUBLISH, by their names on the wire; further ones are passed on as they are. */
export interface WirePublishOptions extends Dict {
  readonly acknowledge?: boolean;
  readonly exclude_me?: boolean;
  readonly disclose_me?: boolean;
  readonly retain?: boolean;
  readonly exclude?: readonly number[];
  readonly exclude_authid?: readonly string[];
  readonly exclude_authrole?: readonly string[];
  readonly eligible?: readonly number[];
  readonly eligible_authid?: readonly string[];
  readonly eligible_authrole?: readonly string[];
}

/** WAMP options of a SUBSCRIBE, by their names on the wire. */
export interface WireSubscribeOptions extends Dict {
  readonly match?: MatchPolicy;
  readonly get_retained?: boolean;
}

/** WAMP options of a REGISTER, by their names on the wire. */
export interface WireRegisterOptions extends Dict {
  readonly match?: MatchPolicy;
  readonly invoke?: InvocationPolicy;
  readonly concurrency?: number;
  readonly force_reregister?: boolean;
}
