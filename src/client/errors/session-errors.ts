import type { Dict } from "../../protocol/dict.js";
import { WampMuxError } from "./wamp-mux-error.js";

/** The router refused the session with an ABORT (WAMP, "Session Establishment"). */
export class JoinError extends WampMuxError {
  override readonly name = "JoinError" as const;
  /** Reason of the ABORT, such as `wamp.error.no_such_realm`. */
  readonly uri: string;
  /** Details of the ABORT. */
  readonly details: Dict;

  constructor(
    message: string,
    fields: { readonly uri: string; readonly details: Dict },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.uri = fields.uri;
    this.details = fields.details;
  }
}

/** The router said something that is not WAMP. */
export class ProtocolError extends WampMuxError {
  override readonly name = "ProtocolError" as const;
}

/** The page asks for something else than the living session has, such as other WAMP options of the same subscription. */
export class OptionConflictError extends WampMuxError {
  override readonly name = "OptionConflictError" as const;
}

/** The router did not announce a feature without which the request must not be made. */
export class FeatureNotSupportedError extends WampMuxError {
  override readonly name = "FeatureNotSupportedError" as const;
  /** Name of the feature in the specification, such as `progressive_call_results`. */
  readonly feature: string;

  constructor(message: string, fields: { readonly feature: string }, options?: ErrorOptions) {
    super(message, options);
    this.feature = fields.feature;
  }
}
