import type { Dict } from "../../protocol/dict.js";

/** Exactly the arguments of a YIELD; see {@link result}. */
export class HandlerResult {
  readonly args: readonly unknown[];
  readonly kwargs: Dict;

  constructor(args: readonly unknown[], kwargs: Dict) {
    this.args = args;
    this.kwargs = kwargs;
  }
}

/**
 * What a handler returns to answer with several positional results, or with keyword results. Any other value that it returns
 * becomes one positional result, `undefined` none.
 *
 * @param args positional results
 * @param kwargs keyword results
 * @example
 * await session.register("com.example.divide", ([a, b]) => result([Math.floor(a / b), a % b], { exact: a % b === 0 }));
 */
export function result(args: readonly unknown[] = [], kwargs: Dict = {}): HandlerResult {
  return new HandlerResult(args, kwargs);
}
