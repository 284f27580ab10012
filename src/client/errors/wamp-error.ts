import { printable } from "../../contract/printable.js";
import type { Dict } from "../../protocol/dict.js";
import { dict, list, text } from "./checks.js";
import { guard } from "./guard.js";
import { WampMuxError } from "./wamp-mux-error.js";

/** Options of a {@link WampError}. */
export interface WampErrorOptions extends ErrorOptions {
  /** Details of the ERROR message. @default {} */
  readonly details?: Dict;
}

/**
 * The router or the callee answered with an ERROR (WAMP, "ERROR"), or the hub answered on behalf of the router. Decide by `uri`: some
 * URIs mean that the request was wrong (`wamp.error.no_such_procedure`), others that it can be retried later
 * (`wamp.error.unavailable`), and the callee's own URIs mean what its API defines.
 *
 * A handler throws a `WampError` to answer a call with exactly this ERROR.
 *
 * @example
 * throw new WampError("com.example.error.no_such_user", [id], { hint: "deleted" });
 */
export class WampError extends WampMuxError {
  override readonly name = "WampError" as const;
  /** URI of the error, such as `wamp.error.no_such_procedure`. */
  readonly uri: string;
  /** Positional arguments. */
  readonly args: readonly unknown[];
  /** Keyword arguments. */
  readonly kwargs: Dict;
  /** Details of the ERROR message. */
  readonly details: Dict;

  /**
   * @param uri URI of the error
   * @param args positional arguments; if the first one is a string, it is also part of `message`
   * @param kwargs keyword arguments
   * @param options details of the ERROR message, and the error's `cause`
   * @throws {@link InvalidArgumentError} for an argument of the wrong type
   */
  constructor(uri: string, args: readonly unknown[] = [], kwargs: Dict = {}, options: WampErrorOptions = {}) {
    text("WampError(): uri", uri);
    dict("WampError(): options", options);
    const [first] = list("WampError(): args", args);
    const shown = printable(uri);
    super(typeof first === "string" ? `${shown}: ${first}` : shown, options);
    this.uri = uri;
    this.args = args;
    this.kwargs = dict("WampError(): kwargs", kwargs);
    this.details = dict("WampError(): options.details", options.details ?? {});
  }
}

/** Returns true if `error` is a {@link WampError}. */
export const isWampError = guard<WampError>("WampError");
