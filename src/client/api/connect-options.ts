import type { OfflinePolicy } from "../../contract/request-options.js";
import type { SerializerName } from "../../protocol/payload.js";

/** How the session authenticates. */
export type AuthOptions = AnonymousAuth | TicketAuth;

/** No authentication (WAMP, "Anonymous Authentication" is a matter of the router's configuration). */
export interface AnonymousAuth {
  readonly method: "anonymous";
  /** The authid to ask for; a router may give another one. */
  readonly authid?: string;
}

/** Authentication with a ticket (WAMP, "Ticket-based Authentication"). */
export interface TicketAuth {
  readonly method: "ticket";
  readonly authid: string;
  /** The ticket, or what gets it: called for each connection in one of the pages that share the session. */
  readonly secret: string | (() => string | Promise<string>);
}

/**
 * Delays between attempts to connect, and to start another worker where one is lost: exponential backoff with full jitter.
 */
export interface RetryOptions {
  /** Milliseconds, upper bound of the first delay; 1 or more. @default 500, or `maxDelay` if that is less */
  readonly initialDelay?: number;
  /** Milliseconds, upper bound of every delay; `initialDelay` or more. @default 30_000, or `initialDelay` if that is more */
  readonly maxDelay?: number;
  /** Attempts in a row without a WELCOME, or without a worker, before the session is closed. @default Infinity */
  readonly maxAttempts?: number;
}

/** Bounds of what this page may have on its way; what exceeds one is rejected with `OverflowError`. */
export interface LimitOptions {
  /** Requests that are queued or wait for an answer. @default 100_000 */
  readonly maxRequests?: number;
  /** Bytes of encoded arguments that are queued in the worker. @default 64 MiB */
  readonly maxQueuedBytes?: number;
}

/**
 * What a session is made from. `url`, `realm` and `principal` say which session it is; where several pages of an origin ask for
 * the same one, the other options of the first page stand and the others get a warning.
 */
export interface ConnectOptions {
  /** Router URLs, `ws:` or `wss:`; several are tried in turn. */
  readonly url: string | readonly string[];
  /** The realm to join. */
  readonly realm: string;
  /** @default { method: "anonymous" } */
  readonly auth?: AuthOptions;
  /** Who the session is for: pages with another principal get another session. @default the authid asked for, else "anonymous" */
  readonly principal?: string;
  /** Serializers to offer, in the order of preference. @default ["json", "msgpack"] */
  readonly serializers?: readonly SerializerName[];
  /** URL of the worker's script, of the page's own origin. @default `worker.js` beside the module of this package */
  readonly workerUrl?: string | URL;
  /** Milliseconds until the worker must have taken this page in; 1 or more. @default 10_000 */
  readonly attachTimeout?: number;
  /** Milliseconds for one attempt to connect, from opening the socket to WELCOME; 1 or more. @default 10_000 */
  readonly connectTimeout?: number;
  /** Milliseconds for subscribing, registering, undoing them and acknowledged publications; 1 or more. @default 10_000 */
  readonly requestTimeout?: number;
  /** Milliseconds for calls; 0: none. @default 0 */
  readonly callTimeout?: number;
  /** What requests do while there is no session: wait within their deadline, or fail with `OfflineError`. @default "wait" */
  readonly offline?: OfflinePolicy;
  /** Milliseconds that the session stays open after its last page vanished without `leave()`; 0: none. @default 5_000 */
  readonly linger?: number;
  /** Delays between attempts to connect. */
  readonly retry?: RetryOptions;
  /** Bounds of what this page may have on its way. */
  readonly limits?: LimitOptions;
  /** Bytes of the largest message that may go to the router. @default 16 MiB */
  readonly maxMessageSize?: number;
  /** The rules for URIs (WAMP, "URIs"): the strict ones allow lower case letters, digits and `_` only. @default "loose" */
  readonly uriRules?: "loose" | "strict";
}
