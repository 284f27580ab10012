import type { SerializerName } from "../protocol/payload.js";

/** How a session authenticates. `secret` "ask" means that the hub asks an attached tab each time (`TabApi.credential`). */
export type AuthConfig =
  | { readonly method: "anonymous"; readonly authid?: string }
  | {
      readonly method: "ticket";
      readonly authid: string;
      readonly secret: { readonly literal: string } | "ask";
    };

/** Delays of the reconnector: exponential backoff with full jitter. */
export interface RetryConfig {
  /** Milliseconds, upper bound of the first delay. */
  readonly initialDelay: number;
  /** Milliseconds, upper bound of every delay. */
  readonly maxDelay: number;
  /** Attempts without a WELCOME before the session is closed; `Infinity` for ever. */
  readonly maxAttempts: number;
}

/** Bounds of what one tab may have queued or in flight. */
export interface TabLimits {
  /** Requests of one tab that are queued or wait for an answer. */
  readonly maxRequests: number;
  /** Bytes of one tab's encoded payloads that are queued in the hub. */
  readonly maxQueuedBytes: number;
}

/**
 * What a session is made from; validated and completed with defaults in the tab. `urls`, `realm` and `principal` are the
 * session's identity; of everything else the first tab's values stand.
 */
export interface SessionConfig {
  readonly urls: readonly string[];
  readonly realm: string;
  readonly principal: string;
  readonly auth: AuthConfig;
  /** In the order of preference. */
  readonly serializers: readonly SerializerName[];
  readonly uriRules: "loose" | "strict";
  /** Milliseconds that a session outlives its last tab when that tab vanished without `leave()`. */
  readonly linger: number;
  /** Bytes of the largest message that may go to the router. */
  readonly maxMessageSize: number;
  /** Milliseconds for one connection attempt, from opening the socket to WELCOME (not counting a person who is asked). */
  readonly connectTimeout: number;
  /** Milliseconds for SUBSCRIBE, REGISTER, their undoing and acknowledged PUBLISH. */
  readonly requestTimeout: number;
  readonly retry: RetryConfig;
  readonly limits: TabLimits;
}
