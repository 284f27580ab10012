import { WampMuxError } from "./wamp-mux-error.js";

/** Fields of errors that end a request on its way. */
export interface SentField {
  /** Whether the request had been sent to the router, so that its outcome is unknown. */
  readonly sent: boolean;
}

/** The connection to the router went away before the answer came. */
export class ConnectionLostError extends WampMuxError implements SentField {
  override readonly name = "ConnectionLostError" as const;
  /** Whether the request had been sent to the router, so that its outcome is unknown. */
  readonly sent: boolean;

  constructor(message: string, fields: SentField, options?: ErrorOptions) {
    super(message, options);
    this.sent = fields.sent;
  }
}

/** The deadline of a request passed. */
export class TimeoutError extends WampMuxError implements SentField {
  override readonly name = "TimeoutError" as const;
  /** Whether the request had been sent to the router, so that its outcome is unknown. */
  readonly sent: boolean;
  /** The deadline in milliseconds. */
  readonly timeout: number;

  constructor(message: string, fields: SentField & { readonly timeout: number }, options?: ErrorOptions) {
    super(message, options);
    this.sent = fields.sent;
    this.timeout = fields.timeout;
  }
}

/**
 * A request was given up. For a handler it is the reason of its `signal` when the caller gave up
 * (WAMP, "Call Canceling").
 */
export class CanceledError extends WampMuxError {
  override readonly name = "CanceledError" as const;
}

/** There is no session at the moment, and the request asked not to wait for one (`offline: "fail"`). */
export class OfflineError extends WampMuxError {
  override readonly name = "OfflineError" as const;
}

/** The session is over: this page left it, or it was closed for a fatal reason, which is the `cause`. */
export class SessionClosedError extends WampMuxError {
  override readonly name = "SessionClosedError" as const;
}

/** The worker that owned the session died. Requests on their way may or may not have reached the router. */
export class WorkerLostError extends WampMuxError {
  override readonly name = "WorkerLostError" as const;
}

/** More than a bound allows: requests or queued bytes of this page, or the size of a message. */
export class OverflowError extends WampMuxError {
  override readonly name = "OverflowError" as const;
  /** Which bound, by the name of its option. */
  readonly limit: string;
  /** What it would have come to. */
  readonly value: number | undefined;
  /** What the bound is. */
  readonly maximum: number | undefined;

  constructor(
    message: string,
    fields: {
      readonly limit: string;
      readonly value?: number | undefined;
      readonly maximum?: number | undefined;
    },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.limit = fields.limit;
    this.value = fields.value;
    this.maximum = fields.maximum;
  }
}
