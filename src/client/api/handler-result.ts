import type { Dict } from "../../protocol/dict.js";

/** The exact arguments of an answer; made by {@link result}. */
export class HandlerResult {
  /** Positional results. */
  readonly args: readonly unknown[];
  /** Keyword results. */
  readonly kwargs: Dict;

  /** @internal */
  constructor(args: readonly unknown[], kwargs: Dict) {
    this.args = args;
    this.kwargs = kwargs;
  }
}

/**
 * Makes the value that a handler returns to answer with several positional results, or with keyword results (WAMP, "YIELD"). Any other
 * value that a handler returns becomes one positional result, and `undefined` none.
 *
 * @param args positional results
 * @param kwargs keyword results
 * @example
 * await session.register("com.example.divide", ([a, b]) => result([Math.floor(a / b)], { rest: a % b }));
 */
export function result(args: readonly unknown[] = [], kwargs: Dict = {}): HandlerResult {
  return new HandlerResult(args, kwargs);
}
