import type { Dict } from "../../protocol/dict.js";
import { dict, list, text } from "../requests/checks.js";
import { WampMuxError } from "./wamp-mux-error.js";

/** What a {@link WampError} can carry besides its arguments. */
export interface WampErrorOptions extends ErrorOptions {
  /** Details of the ERROR message. @default {} */
  readonly details?: Dict;
}

/**
 * An ERROR of the router or of the callee (WAMP, "Error Messages"), or of the worker where it answers in the router's stead.
 * A handler throws one to answer with exactly this error.
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
   * @param args positional arguments; a text in the first place also stands in `message`
   * @param kwargs keyword arguments
   * @throws InvalidArgumentError for what has another type
   */
  constructor(uri: string, args: readonly unknown[] = [], kwargs: Dict = {}, options: WampErrorOptions = {}) {
    text("WampError(): uri", uri);
    const [first] = list("WampError(): args", args);
    super(typeof first === "string" ? `${uri}: ${first}` : uri, options);
    this.uri = uri;
    this.args = args;
    this.kwargs = dict("WampError(): kwargs", kwargs);
    this.details = dict("WampError(): options.details", options.details ?? {});
  }
}
