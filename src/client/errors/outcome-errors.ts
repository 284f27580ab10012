import { guard } from "./guard.js";
import { WampMuxError } from "./wamp-mux-error.js";

/** The field of errors that end a request between tab and router. */
export interface SentField {
  /** True if the request had been sent to the router, so that its outcome is unknown. */
  readonly sent: boolean;
}

/**
 * The connection to the router was lost before the request was answered. With `sent: false` the router never saw the request, which
 * can be made again. With `sent: true` its outcome is unknown: repeat it only if doing it twice does no harm. Subscriptions
 * and registrations are restored without the application's help.
 */
export class ConnectionLostError extends WampMuxError<SentField> implements SentField {
  override readonly name = "ConnectionLostError" as const;
  /** True if the request had been sent to the router, so that its outcome is unknown. */
  declare readonly sent: boolean;
}

/** Returns true if `error` is a {@link ConnectionLostError}. */
export const isConnectionLostError = guard<ConnectionLostError>("ConnectionLostError");

/**
 * The deadline of a request passed (option `timeout`, or the session's `callTimeout` and `requestTimeout`). With `sent: true` the outcome
 * is unknown; with `sent: false` there was no connection in time and the router never saw the request.
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
 * A request was given up. In a handler it is the reason of the invocation's `signal` once the caller has cancelled the call
 * (WAMP, "Call Canceling"): stop the work, since its result is discarded.
 */
export class CanceledError extends WampMuxError {
  override readonly name = "CanceledError" as const;
}

/** Returns true if `error` is a {@link CanceledError}. */
export const isCanceledError = guard<CanceledError>("CanceledError");

/**
 * There is no WAMP session at the moment, and the request was told not to wait for one (`offline: "fail"`). Nothing was sent: make
 * the request again once `session.status` is `online`, or let it wait with `offline: "wait"`.
 */
export class OfflineError extends WampMuxError {
  override readonly name = "OfflineError" as const;
}

/** Returns true if `error` is an {@link OfflineError}. */
export const isOfflineError = guard<OfflineError>("OfflineError");

/**
 * The session is closed: this tab has left it, or it ended for a fatal reason, which is the `cause`. Nothing can be requested any
 * more; `connect()` joins or begins another session, after the cause (such as wrong credentials) has been removed.
 */
export class SessionClosedError extends WampMuxError {
  override readonly name = "SessionClosedError" as const;
}

/** Returns true if `error` is a {@link SessionClosedError}. */
export const isSessionClosedError = guard<SessionClosedError>("SessionClosedError");

/**
 * The worker that owned the session died before the request was answered; whether the request reached the router is unknown. Another worker
 * is started and restores subscriptions and registrations: repeat the request only if doing it twice does no harm. As the
 * reason of a closed session it means that no worker could be kept running: reload the page.
 */
export class WorkerLostError extends WampMuxError {
  override readonly name = "WorkerLostError" as const;
}

/** Returns true if `error` is a {@link WorkerLostError}. */
export const isWorkerLostError = guard<WorkerLostError>("WorkerLostError");

/**
 * A request would exceed a bound: the requests or the queued bytes of this tab (option `limits`), or the size of a message
 * (option `maxMessageSize`). Nothing was sent: wait for earlier requests to settle, send less, or raise the bound.
 */
export class OverflowError extends WampMuxError<
  Pick<OverflowError, "limit"> & Partial<Pick<OverflowError, "value" | "maximum">>
> {
  override readonly name = "OverflowError" as const;
  /** Name of the option that sets the bound. */
  declare readonly limit: string;
  /** The value that the request would have led to. */
  declare readonly value: number | undefined;
  /** The bound. */
  declare readonly maximum: number | undefined;
}

/** Returns true if `error` is an {@link OverflowError}. */
export const isOverflowError = guard<OverflowError>("OverflowError");
