import type {
  CancelMode,
  InvocationPolicy,
  MatchPolicy,
  OfflinePolicy,
} from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";

/** Options that every request has. */
export interface RequestOptions {
  /**
   * Milliseconds until the request is rejected with `TimeoutError`, an integer; 0: no deadline.
   * @default the session's `callTimeout` for calls, its `requestTimeout` for others, none for publications without `acknowledge`
   */
  readonly timeout?: number;
  /**
   * What the request does while there is no WAMP session: wait within its deadline, or fail with `OfflineError`.
   * @default the session's `offline`
   */
  readonly offline?: OfflinePolicy;
  /** Gives the request up when it is aborted: the request rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Further WAMP options by their names on the wire. Names that are neither in the specification nor custom (`_name`) are refused. */
  readonly wire?: Dict;
}

/** Options of a call (WAMP, "CALL"). */
export interface CallOptions<Kwargs extends object = Dict> extends RequestOptions {
  /** Keyword arguments. */
  readonly kwargs?: Kwargs;
  /**
   * How an abort cancels the call (WAMP, "Call Canceling"). With `kill` the call settles with the router's answer, with the others it
   * rejects at once.
   * @default "killnowait"
   */
  readonly cancelMode?: CancelMode;
  /**
   * Asks the router to disclose this session to the callee (WAMP, "Caller Identification").
   * @default false
   */
  readonly discloseMe?: boolean;
}

/** Options of a publication (WAMP, "PUBLISH"). */
export interface PublishOptions<Kwargs extends object = Dict> extends RequestOptions {
  /** Keyword arguments. */
  readonly kwargs?: Kwargs;
  /**
   * Waits for the router's acknowledgement, which has the publication's id.
   * @default false
   */
  readonly acknowledge?: boolean;
  /**
   * Keeps the event from this tab; the other tabs get it in any case (WAMP, "Publisher Exclusion").
   * @default true
   */
  readonly excludeMe?: boolean;
  /**
   * Asks the router to disclose this session to the subscribers (WAMP, "Publisher Identification").
   * @default false
   */
  readonly discloseMe?: boolean;
  /**
   * Asks the router to retain the event for later subscribers (WAMP, "Event Retention").
   * @default false
   */
  readonly retain?: boolean;
  /** Session ids that do not get the event (WAMP, "Subscriber Black- and Whitelisting"). */
  readonly exclude?: readonly number[];
  /** Authids that do not get the event. */
  readonly excludeAuthid?: readonly string[];
  /** Authroles that do not get the event. */
  readonly excludeAuthrole?: readonly string[];
  /** The only session ids that may get the event. */
  readonly eligible?: readonly number[];
  /** The only authids that may get the event. */
  readonly eligibleAuthid?: readonly string[];
  /** The only authroles that may get the event. */
  readonly eligibleAuthrole?: readonly string[];
}

/** Options of a subscription (WAMP, "SUBSCRIBE"). */
export interface SubscribeOptions extends RequestOptions {
  /**
   * How the topic is matched (WAMP, "Pattern-based Subscriptions").
   * @default "exact"
   */
  readonly match?: MatchPolicy;
  /**
   * Asks for the event that the router has retained (WAMP, "Event Retention").
   * @default false
   */
  readonly getRetained?: boolean;
}

/** Options of a registration (WAMP, "REGISTER"). */
export interface RegisterOptions extends RequestOptions {
  /**
   * How the procedure is matched (WAMP, "Pattern-based Registrations").
   * @default "exact"
   */
  readonly match?: MatchPolicy;
  /**
   * Which callee gets a call if several have registered the procedure (WAMP, "Shared Registration").
   * @default "single"
   */
  readonly invoke?: InvocationPolicy;
  /**
   * Invocations that this tab runs at the same time, 1 or more; further ones go to another tab or fail.
   * @default unlimited
   */
  readonly concurrency?: number;
  /**
   * Takes the procedure from the callee that has it.
   * @default false
   */
  readonly forceReregister?: boolean;
}

/** The option that makes a topic or procedure a pattern. */
export interface PatternOption {
  /** How the pattern is matched. */
  readonly match: "prefix" | "wildcard";
}

/** The option that leaves a topic or procedure a single URI. */
export interface ExactOption {
  /** How the URI is matched. */
  readonly match?: "exact";
}
