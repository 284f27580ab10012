import type { ErrorRecord } from "../../contract/errors.js";

/** A message that must not be sent, because a router would end the session over it or do something other than what was asked. */
export interface Refusal {
  readonly refused: ErrorRecord;
}

/** A handler's answer that must not be sent, and the URI of the ERROR that the caller gets instead. */
export interface AnswerRefusal extends Refusal {
  readonly instead: string;
}

/** The URI for an answer that exceeds a limit. */
export const TOO_BIG = "wamp.error.payload_size_exceeded";

/** The URI for an answer that needs a feature which the router does not have (WAMP, "Payload Passthru Mode"). */
export const NOT_SUPPORTED = "wamp.error.feature_not_supported";

export function isRefused(result: unknown): result is Refusal {
  return typeof result === "object" && result !== null && "refused" in result;
}
