import type { Dict } from "../../protocol/dict.js";
import { guard } from "./guard.js";
import { WampMuxError } from "./wamp-mux-error.js";

/** The field of errors that can occur before or after a request was sent to the router. */
export interface SentField {
  /** True if the request had been sent to the router, so that its outcome is unknown. */
  readonly sent: boolean;
}

/**
 * The connection to the router was lost before the request was answered. `sent` is true, and the outcome unknown: repeat the request only
 * if executing it twice does no harm. A request that was not sent waits for the next session instead, unless `reauthenticate()` has ended
 * this one: it then rejects with `sent: false`, and can be repeated safely. Subscriptions and registrations are restored automatically.
 *
 * `status.reason` while the session is not connected, and the `cause` of a rejected request, say how the connection ended, as far as
 * the other end said so: `code` and `reason`, or `uri` and `details`. There, `sent` is false and means nothing.
 */
export class ConnectionLostError
  extends WampMuxError<SentField & Partial<Pick<ConnectionLostError, "code" | "reason" | "uri" | "details">>>
  implements SentField
{
  override readonly name = "ConnectionLostError" as const;
  /** True if the request had been sent to the router, so that its outcome is unknown. */
  declare readonly sent: boolean;
  /** The code with which the WebSocket closed (RFC 6455, 7.4): 1006 without a closing handshake, 1009 for a message that is too large. */
  declare readonly code: number | undefined;
  /** The reason with which the WebSocket closed, in words. */
  declare readonly reason: string | undefined;
  /** The URI of the GOODBYE or ABORT that ended the session, such as `wamp.close.system_shutdown`. */
  declare readonly uri: string | undefined;
  /** The details of that GOODBYE or ABORT. */
  declare readonly details: Dict | undefined;
}

/** Returns true if `error` is a {@link ConnectionLostError}. */
export const isConnectionLostError = guard<ConnectionLostError>("ConnectionLostError");

/**
 * The deadline of a request passed (option `timeout`, or the session's `callTimeout` or `requestTimeout`). With `sent: true` the outcome
 * is unknown; with `sent: false` the request could not be sent in time, and the router never received it.
 */
export class TimeoutError extends WampMuxError<Pick<TimeoutError, "sent" | "timeout">> implements SentField {
  override readonly name = "TimeoutError" as const;
  /** True if the request had been sent to the router, so that its outcome is unknown. */
  declare readonly sent: boolean;
  /** The deadline in milliseconds. */
  declare readonly timeout: number;
}

/** Returns true if `error` is a {@link TimeoutError}. */
export const isTimeoutError = guard<TimeoutError>("TimeoutError");

/**
 * A request was canceled. In a handler, it is the reason of the invocation's `signal` once the caller has canceled the call
 * (WAMP, "Call Canceling"): stop the work, because its result will be discarded.
 */
export class CanceledError extends WampMuxError<Partial<Pick<CanceledError, "sent">>> {
  override readonly name = "CanceledError" as const;
  /** True if the request had been sent to the router, so that its outcome is unknown; undefined in a handler. */
  declare readonly sent: boolean | undefined;
}

/** Returns true if `error` is a {@link CanceledError}. */
export const isCanceledError = guard<CanceledError>("CanceledError");

/**
 * There is no WAMP session at the moment, and the request must not wait for one (`offline: "fail"`). Nothing was sent: repeat the
 * request once `session.status.state` is `online`, or let it wait with `offline: "wait"`.
 */
export class OfflineError extends WampMuxError {
  override readonly name = "OfflineError" as const;
}

/** Returns true if `error` is an {@link OfflineError}. */
export const isOfflineError = guard<OfflineError>("OfflineError");

/**
 * The session is closed: `leave()` was called, or it ended for a fatal reason, which is the `cause`. No further request is possible.
 * Once the cause (such as wrong credentials) has been removed, `connect()` joins or starts another session.
 */
export class SessionClosedError extends WampMuxError {
  override readonly name = "SessionClosedError" as const;
}

/** Returns true if `error` is a {@link SessionClosedError}. */
export const isSessionClosedError = guard<SessionClosedError>("SessionClosedError");

/**
 * The worker that owned the session died before the request was answered, so it is unknown whether the request reached the router.
 * Another worker is started and restores subscriptions and registrations: repeat the request only if executing it twice does no harm.
 * As the reason of a closed session, it means that no worker could be kept running: reload the page.
 */
export class WorkerLostError extends WampMuxError {
  override readonly name = "WorkerLostError" as const;
}

/** Returns true if `error` is a {@link WorkerLostError}. */
export const isWorkerLostError = guard<WorkerLostError>("WorkerLostError");

/**
 * A durable request (`offline: "durable"`) could not be stored, or the outbox could not be read: the browser's storage is missing, full or
 * broken, as `status.storage` says. Nothing was sent: make the request without `offline: "durable"`, or again later.
 */
export class StorageError extends WampMuxError<Pick<StorageError, "reason">> {
  override readonly name = "StorageError" as const;
  /** The failure of the storage, in words. */
  declare readonly reason: string;
}

/** Returns true if `error` is a {@link StorageError}. */
export const isStorageError = guard<StorageError>("StorageError");

/**
 * A request would exceed a limit: on the requests or the queued bytes of this tab (option `limits`), on the outbox (option `outbox`), or on
 * the size of a message (option `maxMessageSize`). Nothing was sent: wait for earlier requests to settle, send less, or raise the limit.
 */
export class OverflowError extends WampMuxError<
  Pick<OverflowError, "limit"> & Partial<Pick<OverflowError, "value" | "maximum">>
> {
  override readonly name = "OverflowError" as const;
  /** Name of the option that sets the limit. */
  declare readonly limit: string;
  /** The value that the request would have reached. */
  declare readonly value: number | undefined;
  /** The limit. */
  declare readonly maximum: number | undefined;
}

/** Returns true if `error` is an {@link OverflowError}. */
export const isOverflowError = guard<OverflowError>("OverflowError");
