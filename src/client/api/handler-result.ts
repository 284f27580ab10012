import type { Dict } from "../../protocol/dict.js";
import type { PassthruOptions } from "./passthru.js";

/** The same symbol in every realm and every copy of this package. */
const brand = Symbol.for("wamp-mux.result");

/** The exact arguments of a handler's answer, created by {@link result}. */
export class HandlerResult {
  /** Positional results. */
  readonly args: readonly unknown[];
  /** Keyword results. */
  readonly kwargs: Dict;
  /** Attributes of a payload that the router does not look into. */
  readonly options: PassthruOptions;

  /** @internal */
  constructor(args: readonly unknown[], kwargs: Dict, options: PassthruOptions) {
    this.args = args;
    this.kwargs = kwargs;
    this.options = options;
  }

  /** @internal */
  get [brand](): true {
    return true;
  }
}

/** Tells whether a value was created by `result`, of this or another copy of the package. */
export function isHandlerResult(value: unknown): value is HandlerResult {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * Creates the return value of a handler that answers with several positional results or with keyword results (WAMP, "YIELD"). Any other
 * return value becomes a single positional result, and `undefined` becomes none.
 *
 * @param args positional results
 * @param kwargs keyword results
 * @param options attributes of a payload that the router does not look into
 * @example
 * const divide = ([a, b]: [number, number]) => result([Math.floor(a / b)], { rest: a % b });
 * await session.register("com.example.divide", divide);
 */
export function result(
  args: readonly unknown[] = [],
  kwargs: Dict = {},
  options: PassthruOptions = {},
): HandlerResult {
  return new HandlerResult(args, kwargs, options);
}
