import type { Arguments } from "../../codec/serializer.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";
import { PayloadDecodeError } from "../errors/argument-errors.js";
import { decodePayload } from "../requests/payload-coder.js";

/** A result with everything that came (WAMP, "RESULT"). */
export interface CallResult {
  /** Positional results. */
  readonly args: readonly unknown[];
  /** Keyword results. */
  readonly kwargs: Dict;
  /** Details of the RESULT message. */
  readonly details: Dict;
}

/** A part of a result (WAMP, "Progressive Call Results"). */
export interface ProgressiveResult extends CallResult {
  /** Whether more comes; false for the final result. */
  readonly progress: boolean;
}

/** Throws `PayloadDecodeError`; `what` names the message. */
export function decodeArguments(what: string, payload: Payload): Arguments {
  try {
    return decodePayload(payload);
  } catch (cause) {
    throw undecodable(what, cause);
  }
}

export function undecodable(what: string, cause: unknown): PayloadDecodeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new PayloadDecodeError(`The arguments of ${what} cannot be decoded: ${why}`, { cause });
}
