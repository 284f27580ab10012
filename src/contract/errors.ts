import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";

/**
 * Names of the error family that can come from the hub. Errors that only a tab can raise have their classes in the client.
 * An error crosses the port as data; the tab makes the class of it, so that the stack is the application's.
 */
export type HubErrorName =
  /** An ERROR (or ABORT) of the router, a handler, or the hub in the router's stead: has `uri`. */
  | "WampError"
  /** The connection went away. `sent`: whether the request had been sent, so that its outcome is unknown. */
  | "ConnectionLostError"
  /** The deadline passed. `sent` as above, `timeout` in milliseconds. */
  | "TimeoutError"
  /** The application gave the request up. */
  | "CanceledError"
  /** There is no session now and the request asked not to wait (`offline: "fail"`). */
  | "OfflineError"
  /** The session is over: left, logged out, or closed for a fatal reason. */
  | "SessionClosedError"
  /** The router refused the session: `uri` and `details` of the ABORT. */
  | "JoinError"
  | "InvalidArgumentError"
  | "FeatureNotSupportedError"
  | "OptionConflictError"
  | "OverflowError"
  | "ProtocolError"
  | "ContractMismatchError";

/** An error as it crosses the port. */
export interface ErrorRecord {
  readonly name: HubErrorName;
  readonly message: string;
  /** Structured fields of the class, by their names. */
  readonly fields?: Dict;
  /** The arguments of a WAMP error, still encoded. */
  readonly payload?: Payload;
  readonly cause?: ErrorRecord;
}
