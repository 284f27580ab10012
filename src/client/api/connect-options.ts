import type { OfflinePolicy } from "../../contract/request-options.js";
import type { SerializerName } from "../../protocol/payload.js";

/** How the session authenticates; `method` tells the cases apart. */
export type AuthOptions = AnonymousAuth | TicketAuth;

/** No authentication; the router's configuration decides whether it admits such sessions. */
export interface AnonymousAuth {
  /** Name of the method. */
  readonly method: "anonymous";
  /** The authid to ask for; a router may assign another one. */
  readonly authid?: string;
}

/** Authentication with a ticket (WAMP, "Ticket-based Authentication"). */
export interface TicketAuth {
  /** Name of the method. */
  readonly method: "ticket";
  /** The authid that the ticket belongs to. */
  readonly authid: string;
  /**
   * The ticket, or a function that gets it. The function is called for each connection, in one of the tabs that share the session. The
   * ticket is never stored.
   */
  readonly secret: string | (() => string | Promise<string>);
}

/** Delays between attempts to connect, and to start a worker after one was lost: exponential backoff with full jitter. */
export interface RetryOptions {
  /**
   * Upper bound of the first delay in milliseconds, 1 or more.
   * @default 500, or `maxDelay` if that is less
   */
  readonly initialDelay?: number;
  /**
   * Upper bound of every delay in milliseconds, `initialDelay` or more.
   * @default 30_000, or `initialDelay` if that is more
   */
  readonly maxDelay?: number;
  /**
   * Attempts in a row without a WELCOME, or without a worker, after which the session is closed.
   * @default Infinity
   */
  readonly maxAttempts?: number;
}

/** Bounds of the requests of this tab that have not settled; a request beyond one is rejected with `OverflowError`. */
export interface LimitOptions {
  /**
   * Requests that are queued or wait for an answer.
   * @default 100_000
   */
  readonly maxRequests?: number;
  /**
   * Bytes of encoded arguments that are queued in the worker.
   * @default 67_108_864 (64 MiB)
   */
  readonly maxQueuedBytes?: number;
}

/**
 * Options of `connect`. `url`, `realm` and `principal` select the session; if several tabs of an origin ask for the same one, the first
 * tab's other options stay in force and the other tabs get a warning.
 */
export interface ConnectOptions {
  /** Router URLs, `ws:` or `wss:`; several are tried in turn. */
  readonly url: string | readonly string[];
  /** The realm to join. */
  readonly realm: string;
  /**
   * How the session authenticates.
   * @default { method: "anonymous" }
   */
  readonly auth?: AuthOptions;
  /**
   * Name of the user that the session belongs to; tabs with another principal get another session.
   * @default `auth.authid`, else "anonymous"
   */
  readonly principal?: string;
  /**
   * Serializers to offer, in the order of preference.
   * @default ["json", "msgpack"]
   */
  readonly serializers?: readonly SerializerName[];
  /**
   * URL of the worker's script, on the page's own origin.
   * @default `worker.js` beside the module of this package
   */
  readonly workerUrl?: string | URL;
  /**
   * Milliseconds within which the worker must admit this tab; 1 or more.
   * @default 10_000
   */
  readonly attachTimeout?: number;
  /**
   * Milliseconds for one attempt to connect, from opening the socket to WELCOME; 1 or more. The time in which a `secret` function
   * waits for a person is not counted.
   * @default 10_000
   */
  readonly connectTimeout?: number;
  /**
   * Deadline in milliseconds of subscribe, unsubscribe, register, unregister and acknowledged publish; 1 or more.
   * @default 10_000
   */
  readonly requestTimeout?: number;
  /**
   * Deadline in milliseconds of calls; 0: none.
   * @default 0
   */
  readonly callTimeout?: number;
  /**
   * What requests do while there is no WAMP session: wait within their deadline, or fail with `OfflineError`.
   * @default "wait"
   */
  readonly offline?: OfflinePolicy;
  /**
   * Milliseconds that the session stays open after its last tab vanished without `leave()`, for a reload; 0: none.
   * @default 5_000
   */
  readonly linger?: number;
  /** Delays between attempts to connect. */
  readonly retry?: RetryOptions;
  /** Bounds of the requests of this tab that have not settled. */
  readonly limits?: LimitOptions;
  /**
   * Bytes of the largest message that may be sent to the router; a larger one is rejected with `OverflowError`.
   * @default 16_777_216 (16 MiB)
   */
  readonly maxMessageSize?: number;
  /**
   * The rules that URIs are checked by (WAMP, "URIs"): the strict ones allow lower case letters, digits and `_` only.
   * @default "loose"
   */
  readonly uriRules?: "loose" | "strict";
}
