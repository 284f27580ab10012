import type {
  CancelMode,
  InvocationPolicy,
  MatchPolicy,
  OfflinePolicy,
} from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";

/** What every request can be given. */
export interface RequestOptions {
  /** Milliseconds until the request is rejected with `TimeoutError`; 0: none. @default the session's option */
  readonly timeout?: number;
  /** What happens while there is no session: wait within the deadline, or fail with `OfflineError`. @default the session's option */
  readonly offline?: OfflinePolicy;
  /** Gives the request up; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Further WAMP options, by their names on the wire. */
  readonly wire?: Dict;
}

/** Options of a call (WAMP, "Calling and Invocations"). */
export interface CallOptions<Kwargs extends object = Dict> extends RequestOptions {
  /** Keyword arguments. */
  readonly kwargs?: Kwargs;
  /**
   * What an abort does (WAMP, "Call Canceling"). With `kill` the call settles with what the router answers, with the others
   * it rejects at once. @default "killnowait"
   */
  readonly cancelMode?: CancelMode;
  /** Asks to tell the callee who calls (WAMP, "Caller Identification"). */
  readonly discloseMe?: boolean;
}

/** Options of a publication (WAMP, "Publishing and Events"). */
export interface PublishOptions<Kwargs extends object = Dict> extends RequestOptions {
  /** Keyword arguments. */
  readonly kwargs?: Kwargs;
  /** Waits for the router's acknowledgement. @default false */
  readonly acknowledge?: boolean;
  /** Whether this page does not get the event itself; the other pages get it in any case (WAMP, "Publisher Exclusion"). @default true */
  readonly excludeMe?: boolean;
  /** Asks to tell the subscribers who published (WAMP, "Publisher Identification"). */
  readonly discloseMe?: boolean;
  /** Asks the router to keep the event for those who subscribe later (WAMP, "Event Retention"). */
  readonly retain?: boolean;
  /** Session ids that do not get the event (WAMP, "Subscriber Black- and Whitelisting"). */
  readonly exclude?: readonly number[];
  /** Authids that do not get it. */
  readonly excludeAuthid?: readonly string[];
  /** Authroles that do not get it. */
  readonly excludeAuthrole?: readonly string[];
  /** Session ids of which alone can get it. */
  readonly eligible?: readonly number[];
  /** Authids of which alone can get it. */
  readonly eligibleAuthid?: readonly string[];
  /** Authroles of which alone can get it. */
  readonly eligibleAuthrole?: readonly string[];
}

/** Options of a subscription (WAMP, "Subscribing and Unsubscribing"). */
export interface SubscribeOptions extends RequestOptions {
  /** How the topic matches (WAMP, "Pattern-based Subscriptions"). @default "exact" */
  readonly match?: MatchPolicy;
  /** Asks for the event that the router has kept (WAMP, "Event Retention"). @default false */
  readonly getRetained?: boolean;
}

/** Options of a registration (WAMP, "Registering and Unregistering"). */
export interface RegisterOptions extends RequestOptions {
  /** How the procedure matches (WAMP, "Pattern-based Registrations"). @default "exact" */
  readonly match?: MatchPolicy;
  /** Who is called when several have registered (WAMP, "Shared Registration"). @default "single" */
  readonly invoke?: InvocationPolicy;
  /** Invocations that this page takes at the same time; more go to another page or fail. @default as many as come */
  readonly concurrency?: number;
  /** Takes the procedure from whoever has it. @default false */
  readonly forceReregister?: boolean;
}

/** Options that make the topic or procedure a pattern. */
export interface PatternOption {
  readonly match: "prefix" | "wildcard";
}

/** Options that leave the topic or procedure what it is. */
export interface ExactOption {
  readonly match?: "exact";
}
