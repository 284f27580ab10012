import type { OfflinePolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { OwnSerializerName } from "../../protocol/payload.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { AuthOptions, SecretRequest } from "./auth-options.js";
import type { Passthru } from "./passthru.js";

/**
 * A serializer of the application. Its module exports `encode` and `decode` (`SerializerModule`), and is imported by the worker and, as soon
 * as the session speaks it, by the page. The name stands for one format in the whole origin.
 *
 * @example
 * await connect({
 *   url: "wss://router.example/ws",
 *   realm: "realm1",
 *   serializers: [{ name: "ubjson", url: "/ubjson-serializer.js" }, "json"],
 * });
 */
export interface CustomSerializer {
  /** The name in the subprotocol `wamp.2.<name>`: lower-case letters, digits, `_` and `-`, beginning with a letter. */
  readonly name: string;
  /** URL of the module, on the page's own origin; relative ones refer to the page. */
  readonly url: string | URL;
}

/** A TrustedScriptURL of one of the application's own policies (Trusted Types), which TypeScript's library does not know. */
export type TrustedScriptUrl = object & {
  /** Returns the URL. */
  toString(): string;
};

/** Delays between attempts to connect, and between attempts to replace a lost worker: exponential backoff with full jitter. */
export interface RetryOptions {
  /**
   * Upper bound of the first delay in milliseconds; 1 or more.
   * @default 500, or `maxDelay` if that is smaller
   */
  readonly initialDelay?: number | undefined;
  /**
   * Upper bound of every delay in milliseconds; `initialDelay` or more.
   * @default 30_000, or `initialDelay` if that is larger
   */
  readonly maxDelay?: number | undefined;
  /**
   * Number of consecutive failed attempts (without a session that lasted 5 s, or without a worker) after which the session is closed.
   * @default Infinity
   */
  readonly maxAttempts?: number | undefined;
}

/** Limits on the unsettled requests of this tab; a request that would exceed one is rejected with `OverflowError`. */
export interface LimitOptions {
  /**
   * Maximum number of requests that are queued or awaiting an answer.
   * @default 100_000
   */
  readonly maxRequests?: number | undefined;
  /**
   * Maximum number of bytes of encoded arguments that are queued in the worker.
   * @default 67_108_864 (64 MiB)
   */
  readonly maxQueuedBytes?: number | undefined;
}

/** Bounds of the outbox, which all tabs of the session share; a durable request beyond them is rejected with `OverflowError`. */
export interface OutboxOptions {
  /**
   * Maximum number of entries. Results that no application has dismissed make room, the oldest first.
   * @default 10_000
   */
  readonly maxEntries?: number | undefined;
  /**
   * Maximum number of bytes of encoded arguments and results.
   * @default 16_777_216 (16 MiB)
   */
  readonly maxBytes?: number | undefined;
  /**
   * Milliseconds after which an entry that could not be sent fails, unless its request has a `timeout`.
   * @default 604_800_000 (7 days)
   */
  readonly maxAge?: number | undefined;
}

/**
 * Options of `connect`. `url`, `realm` and `principal` identify the session. If several tabs of an origin share a session, all other
 * options are those of the first tab, and a tab that passed different ones gets a warning.
 */
export interface ConnectOptions {
  /**
   * One or more router URLs; several are tried in turn. As for `new WebSocket`, each has the scheme `wss:`, `ws:`, `https:` or `http:`, or
   * is relative to the page, such as `/ws`, and has no fragment. The resolved URL identifies the session. User, password and query are used to connect, but they do not
   * identify the session, and are neither stored nor shown.
   */
  readonly url: string | URL | readonly (string | URL)[];
  /**
   * A query that is appended to each URL, such as `token=…`, or a function that returns it. The function is called for each connection,
   * in one of the tabs that share the session. A page that joins the session with a different query provides that of later connections; a second `connect` in the same page
   * does not, so pass a function for a token that changes.
   */
  readonly query?:
    string | ((request: Pick<SecretRequest, "signal">) => string | Promise<string>) | undefined;
  /**
   * Allows a page on `https:` to use a `ws:` router that is not on this computer: everything, also secrets, then crosses the network in
   * clear text. Without it, such a URL is refused, as the page's own `WebSocket` refuses it.
   * @default false
   */
  readonly allowInsecureRouter?: boolean | undefined;
  /** The realm to join. */
  readonly realm: string;
  /**
   * The authentication of the session, or several methods in order of preference, with the same authid, of which the router chooses one.
   * @default { method: "anonymous" }
   */
  readonly auth?: AuthOptions | readonly AuthOptions[] | undefined;
  /** Members of HELLO.Details in addition to those of the package (WAMP, "HELLO"); never shown, as it may hold secrets. */
  readonly hello?: Dict | undefined;
  /**
   * Name of the user that the session belongs to; tabs with a different principal get a separate session.
   * @default `auth.authid`, else "anonymous"
   */
  readonly principal?: string | undefined;
  /**
   * Serializers to offer to the router, in order of preference: those of the package by their names, and those of the application.
   * @default ["json", "msgpack"]
   */
  readonly serializers?: readonly (OwnSerializerName | CustomSerializer)[] | undefined;
  /**
   * Makes and reads the payloads that the router does not look into, such as encrypted ones: what `createPassthru` of `wamp-mux/passthru`
   * returns. It works in this tab alone, and other tabs that share the session need one of their own. All `connect()` of a page to the
   * session must pass the same one, or none.
   */
  readonly passthru?: Passthru | undefined;
  /**
   * URL of the worker script, on the page's own origin; also as a TrustedScriptURL, which is passed on as it is.
   * @default `worker.js` next to this package's client module
   */
  readonly workerUrl?: string | URL | TrustedScriptUrl | undefined;
  /**
   * Time limit in milliseconds for the worker to admit this tab; 1 or more.
   * @default 10_000
   */
  readonly attachTimeout?: number | undefined;
  /**
   * Time limit in milliseconds for one attempt to connect, from opening the socket to WELCOME; 1 or more. The time in which
   * functions of the application are asked is not counted.
   * @default 10_000
   */
  readonly connectTimeout?: number | undefined;
  /**
   * Deadline in milliseconds for subscribe, unsubscribe, register, unregister and acknowledged publish requests; 1 or more.
   * @default 10_000
   */
  readonly requestTimeout?: number | undefined;
  /**
   * Deadline in milliseconds for calls; 0 means none.
   * @default 0
   */
  readonly callTimeout?: number | undefined;
  /**
   * The behaviour of requests while there is no WAMP session: wait until their deadline, or fail at once with `OfflineError`.
   * @default "wait"
   */
  readonly offline?: OfflinePolicy | undefined;
  /**
   * Time in milliseconds that the session stays open after its last tab vanished without `leave()`, so that it survives a reload; 0 means none.
   * @default 5_000
   */
  readonly linger?: number | undefined;
  /**
   * Time in milliseconds for which the events of a tab are collected while the user does not see it, so that many hidden tabs cost
   * little, or until there are many; 0: they are sent as promptly as to visible tabs. The events that wait are delivered when the tab becomes visible, and before
   * anything that came after them, such as a result.
   * @default 100
   */
  readonly hiddenPace?: number | undefined;
  /**
   * Time in milliseconds without a message from the router, after which it is asked for a sign of life: a request that it answers at once.
   * If there is none within 5 s, the connection counts as lost. Only a session with tabs is observed. After the sleep of the computer, and
   * when a page is back online or visible after a while, the router is asked at once, and has 2 s. 0: it is not asked after a silence or sleep.
   * A message so big that the network takes longer for it needs a longer time.
   * @default 30_000
   */
  readonly probeAfter?: number | undefined;
  /**
   * Judges the reason for which a connection ended or an attempt failed, before the package's own table of fatal reasons: true closes the
   * session for all tabs, false lets it be retried, undefined leaves it to the table. The first tab that answers decides, and the table if none
   * does within 3 s. Not called where another secret is about to be tried, nor for a browser that cannot authenticate. Where `reauthenticate()`
   * fails, true has it reject and the former login come back, and false is as undefined.
   *
   * @example
   * await connect({
   *   url: "wss://router.example/ws",
   *   realm: "realm1",
   *   isFatal: (reason) => (isJoinError(reason) && reason.uri === "com.example.account_closed") || undefined,
   * });
   */
  readonly isFatal?:
    ((reason: WampMuxError) => boolean | undefined | Promise<boolean | undefined>) | undefined;
  /** Delays between attempts to connect. */
  readonly retry?: RetryOptions | undefined;
  /** Limits on the unsettled requests of this tab. */
  readonly limits?: LimitOptions | undefined;
  /** Bounds of the outbox. */
  readonly outbox?: OutboxOptions | undefined;
  /**
   * Milliseconds for the application's functions to answer, after which the attempt fails and they are called again for the next one; 0: no
   * limit, but for `sign` that of `connectTimeout`.
   * @default 0
   */
  readonly answerTimeout?: number | undefined;
  /**
   * Maximum size in bytes of a message to the router; a larger one is rejected with `OverflowError`.
   * @default 16_777_216 (16 MiB)
   */
  readonly maxMessageSize?: number | undefined;
  /**
   * The rules for checking URIs (WAMP, "URIs"): the strict rules allow only lower-case letters, digits and `_`.
   * @default "loose"
   */
  readonly uriRules?: "loose" | "strict" | undefined;
}
