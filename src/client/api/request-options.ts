import type {
  CancelMode,
  InvocationPolicy,
  MatchPolicy,
  OfflinePolicy,
} from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { Gap } from "./gap.js";
import type { PassthruOptions } from "./passthru.js";

/** Options common to all requests. */
export interface RequestOptions {
  /**
   * Deadline in milliseconds, an integer, after which the request is rejected with `TimeoutError`; 0 means none.
   * @default the session's `callTimeout` for calls, its `requestTimeout` for others, none for publications without `acknowledge`
   */
  readonly timeout?: number | undefined;
  /**
   * The behaviour while there is no WAMP session: wait until the deadline, or fail at once with `OfflineError`.
   * @default the session's `offline`
   */
  readonly offline?: OfflinePolicy | undefined;
  /** Cancels the request when it is aborted: the request rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Further WAMP options, by their names on the wire. Names that are neither in the specification nor custom (`_name`) are refused. */
  readonly wire?: Dict | undefined;
}

/** Options common to the requests that can be durable. */
export interface DurableOptions extends Omit<RequestOptions, "offline"> {
  /**
   * The behaviour while there is no WAMP session: wait until the deadline, fail at once with `OfflineError`, or be kept in the outbox,
   * `Session.outbox`, until there is one, even if the browser is closed in the meantime. A durable request is sent at least once; a
   * receiver recognizes a repetition by the keyword argument `_key`. Its `timeout` is its age limit, by default `outbox.maxAge`.
   * @default the session's `offline`
   */
  readonly offline?: OfflinePolicy | "durable" | undefined;
  /** Called with the key of a durable request as soon as it is stored, if its promise waits for the answer. */
  readonly onStored?: ((key: string) => void) | undefined;
}

/** Options of a call (WAMP, "CALL"). */
export interface CallOptions<Kwargs extends object = Dict> extends DurableOptions, PassthruOptions {
  /** Keyword arguments. */
  readonly kwargs?: (string extends keyof Kwargs ? object : Kwargs) | undefined;
  /**
   * Adds the keyword argument `_tab` with this tab's identity, `Session.tab`, by which the callee can address this tab alone.
   * @default false
   */
  readonly sendTab?: boolean | undefined;
  /**
   * The mode in which an aborted `signal` cancels the call (WAMP, "Call Canceling"). With `kill` the call settles with the router's
   * answer; with the other modes it rejects at once.
   * @default "killnowait"
   */
  readonly cancelMode?: CancelMode | undefined;
  /**
   * Asks the router to disclose this session to the callee (WAMP, "Caller Identification").
   * @default false
   */
  readonly discloseMe?: boolean | undefined;
}

/** Options of a call that returns the whole result. */
export interface CallResultOptions<Kwargs extends object = Dict> extends CallOptions<Kwargs> {
  /**
   * Leaves the result encoded, as its `payload`; `args` and `kwargs` are decoded at the first access. Not in a session with `passthru`,
   * which reads the payloads itself.
   * @default false
   */
  readonly lazy?: boolean | undefined;
}

/** Options of a publication (WAMP, "PUBLISH"). */
export interface PublishOptions<Kwargs extends object = Dict> extends DurableOptions, PassthruOptions {
  /** Keyword arguments. */
  readonly kwargs?: (string extends keyof Kwargs ? object : Kwargs) | undefined;
  /**
   * Adds the keyword argument `_tab` with this tab's identity, `Session.tab`, by which the subscribers can address this tab alone.
   * @default false
   */
  readonly sendTab?: boolean | undefined;
  /**
   * Waits for the router's acknowledgement, which carries the publication's id.
   * @default false
   */
  readonly acknowledge?: boolean | undefined;
  /**
   * Withholds the event from this tab; the other tabs get it in either case (WAMP, "Publisher Exclusion").
   * @default true
   */
  readonly excludeMe?: boolean | undefined;
  /**
   * Asks the router to disclose this session to the subscribers (WAMP, "Publisher Identification").
   * @default false
   */
  readonly discloseMe?: boolean | undefined;
  /**
   * Asks the router to retain the event for later subscribers (WAMP, "Event Retention").
   * @default false
   */
  readonly retain?: boolean | undefined;
  /**
   * Session ids excluded from receiving the event (WAMP, "Subscriber Black- and Whitelisting"). All tabs of a session have its id, authid
   * and authrole, so that an entry of this list or the following ones means all of them.
   */
  readonly exclude?: readonly number[] | undefined;
  /** Authids excluded from receiving the event. */
  readonly excludeAuthid?: readonly string[] | undefined;
  /** Authroles excluded from receiving the event. */
  readonly excludeAuthrole?: readonly string[] | undefined;
  /** The only session ids eligible to receive the event. */
  readonly eligible?: readonly number[] | undefined;
  /** The only authids eligible to receive the event. */
  readonly eligibleAuthid?: readonly string[] | undefined;
  /** The only authroles eligible to receive the event. */
  readonly eligibleAuthrole?: readonly string[] | undefined;
}

/** Options of a subscription (WAMP, "SUBSCRIBE"). */
export interface SubscribeOptions extends RequestOptions {
  /**
   * The policy by which the topic is matched (WAMP, "Pattern-based Subscriptions").
   * @default "exact"
   */
  readonly match?: MatchPolicy | undefined;
  /**
   * Requests the event that the router has retained (WAMP, "Event Retention").
   * @default false
   */
  readonly getRetained?: boolean | undefined;
  /**
   * Fetches the events that the subscription misses while there is no connection or no worker, from the router's event history (WAMP,
   * "Event History"): they are delivered once, in order, with `recovered`, before those that arrive then. It also works after the browser
   * was closed, for the topic and match policy, until the subscription is ended with `unsubscribe()`. Publications of this tab are left out.
   * If a page vanishes before it has processed an event, the page that subscribes next gets that event and all since.
   * Events that cannot be fetched are a gap.
   * @default false
   */
  readonly catchUp?: boolean | undefined;
  /**
   * Called when events are missing that the subscription will not get; with `catchUp`, if the router does not have them. Without `catchUp`,
   * it is called after each interruption.
   */
  readonly onGap?: ((gap: Gap) => unknown) | undefined;
}

/** Options of a registration (WAMP, "REGISTER"). */
export interface RegisterOptions extends RequestOptions {
  /**
   * The policy by which the procedure is matched (WAMP, "Pattern-based Registrations").
   * @default "exact"
   */
  readonly match?: MatchPolicy | undefined;
  /**
   * The policy by which one of several callees of the same procedure is picked for a call (WAMP, "Shared Registration").
   * @default "single"
   */
  readonly invoke?: InvocationPolicy | undefined;
  /**
   * Maximum number of invocations that this tab runs at the same time, 1 or more; further ones go to another tab or fail.
   * @default unlimited
   */
  readonly concurrency?: number | undefined;
  /**
   * Takes the procedure over from the callee that has registered it.
   * @default false
   */
  readonly forceReregister?: boolean | undefined;
}

/** The option that makes a topic or procedure a pattern. */
export interface PatternOption {
  /** The policy by which the pattern is matched. */
  readonly match: "prefix" | "wildcard";
}

/** The option of a topic or procedure that is a single URI. */
export interface ExactOption {
  /** The policy by which the URI is matched. */
  readonly match?: "exact" | undefined;
}
