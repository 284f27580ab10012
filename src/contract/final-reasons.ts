/** An error as a record of the contract (with `fields`) or as an instance of its class. */
export interface FailureReason {
  readonly name: string;
  /** The URI of a `WampError`. */
  readonly uri?: unknown;
  readonly fields?: object | undefined;
}

/** URIs with which a router refuses a request for its content or for the rights of the principal. */
const FINAL_URIS: readonly unknown[] = [
  "wamp.error.not_authorized",
  "wamp.error.authorization_denied",
  "wamp.error.invalid_uri",
  "wamp.error.invalid_argument",
  "wamp.error.option_not_allowed",
  "wamp.error.option_disallowed.disclose_me",
  "wamp.error.feature_not_supported",
  "wamp.error.procedure_already_exists",
  "wamp.error.procedure_exists_with_different_invocation_policy",
];

/** Errors of the package that a repetition of the same request meets again. `FeatureNotSupportedError` is not one: the next router may have it. */
const FINAL_NAMES: readonly string[] = [
  "InvalidArgumentError",
  "OptionConflictError",
  "SessionClosedError",
  "SetAsideError",
];

/**
 * Tells whether an error ends a subscription or registration that is being restored, on a new connection or in a new worker. Every other
 * reason may pass, such as a lost connection, a deadline, an overflow, or an authorizer that is not back yet; the restoration is then
 * repeated after a delay.
 */
export function isFinal({ name, uri, fields }: FailureReason): boolean {
  if (name !== "WampError") return FINAL_NAMES.includes(name);
  return FINAL_URIS.includes(uri ?? (fields !== undefined && "uri" in fields && fields.uri));
}
