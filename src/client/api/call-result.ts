import type { Dict } from "../../protocol/dict.js";
import type { EncodedPayload } from "./encoded-payload.js";

/** The complete result of a call (WAMP, "RESULT"). */
export interface CallResult {
  /** Positional results. */
  readonly args: readonly unknown[];
  /** Keyword results. */
  readonly kwargs: Dict;
  /** Details of the RESULT message. */
  readonly details: Dict;
  /** The results, still encoded, with the option `lazy`: `args` and `kwargs` are decoded at the first access. */
  readonly payload?: EncodedPayload;
}

/** One of the results of a progressive call (WAMP, "Progressive Call Results"). */
export interface ProgressiveResult extends CallResult {
  /** True if another result follows; false for the final one. */
  readonly progress: boolean;
}
