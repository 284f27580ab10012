import type { Dict } from "../../protocol/dict.js";

/** The complete result of a call (WAMP, "RESULT"). */
export interface CallResult {
  /** Positional results. */
  readonly args: readonly unknown[];
  /** Keyword results. */
  readonly kwargs: Dict;
  /** Details of the RESULT message. */
  readonly details: Dict;
}

/** One of the results of a progressive call (WAMP, "Progressive Call Results"). */
export interface ProgressiveResult extends CallResult {
  /** True if another result follows; false for the final one. */
  readonly progress: boolean;
}
