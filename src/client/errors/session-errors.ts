import type { KeyErrorReason } from "../../contract/errors.js";
import type { Dict } from "../../protocol/dict.js";
import { guard } from "./guard.js";
import { WampMuxError } from "./wamp-mux-error.js";

/**
 * The session was refused: by the router with an ABORT (WAMP, "ABORT"), or by the hub because the principal already has a session with
 * different credentials. Act on `uri`: ask for other credentials, or correct the realm, and connect again.
 */
export class JoinError extends WampMuxError<Pick<JoinError, "uri" | "details">> {
  override readonly name = "JoinError" as const;
  /** Reason of the ABORT, such as `wamp.error.no_such_realm`. */
  declare readonly uri: string;
  /** Details of the ABORT. */
  declare readonly details: Dict;
}

/** Returns true if `error` is a {@link JoinError}. */
export const isJoinError = guard<JoinError>("JoinError");

/**
 * A private key cannot be used, for authentication or at all. The message names the cure; act on `reason`: ask for another key, or for one
 * without a passphrase.
 */
export class KeyError extends WampMuxError<Pick<KeyError, "reason">> {
  override readonly name = "KeyError" as const;
  /** The fault of the key. */
  declare readonly reason: KeyErrorReason;
}

/** Returns true if `error` is a {@link KeyError}. */
export const isKeyError = guard<KeyError>("KeyError");

/**
 * The router sent a message that violates the protocol. During the handshake this closes the session for good; later, the connection is
 * ended with ABORT and re-established. The application can only report it: the router, or a proxy in front of it, is at fault.
 */
export class ProtocolError extends WampMuxError {
  override readonly name = "ProtocolError" as const;
}

/** Returns true if `error` is a {@link ProtocolError}. */
export const isProtocolError = guard<ProtocolError>("ProtocolError");

/**
 * A tab asked for an option that differs from the shared one. As a rejection: another tab has the same subscription with different
 * WAMP options; use the same options in all tabs. As a warning: the session already exists with different options of `connect()`,
 * which remain in force.
 */
export class OptionConflictError extends WampMuxError {
  override readonly name = "OptionConflictError" as const;
}

/** Returns true if `error` is an {@link OptionConflictError}. */
export const isOptionConflictError = guard<OptionConflictError>("OptionConflictError");

/**
 * The router did not announce a feature that the request requires. Nothing was sent: do without the option that needs the feature, or
 * use a router that supports it.
 */
export class FeatureNotSupportedError extends WampMuxError<Pick<FeatureNotSupportedError, "feature">> {
  override readonly name = "FeatureNotSupportedError" as const;
  /** Name of the feature in the specification, such as `progressive_call_results`. */
  declare readonly feature: string;
}

/** Returns true if `error` is a {@link FeatureNotSupportedError}. */
export const isFeatureNotSupportedError = guard<FeatureNotSupportedError>("FeatureNotSupportedError");

/**
 * The router drops the connection over this request: three times in a row it did so with it, and not without it. The package does not send
 * it for a while, so that the other tabs keep their session: find out why the router does that.
 */
export class SetAsideError extends WampMuxError<Pick<SetAsideError, "uri" | "retryAfter">> {
  override readonly name = "SetAsideError" as const;
  /** The procedure or topic of the request. */
  declare readonly uri: string;
  /** Milliseconds after which the request would be sent again. */
  declare readonly retryAfter: number;
}

/** Returns true if `error` is a {@link SetAsideError}. */
export const isSetAsideError = guard<SetAsideError>("SetAsideError");
