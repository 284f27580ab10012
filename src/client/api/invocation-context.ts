import type { Dict } from "../../protocol/dict.js";
import type { Annotatable } from "./annotatable.js";
import type { EncodedPayload } from "./encoded-payload.js";

/** The call that a handler answers (WAMP, "INVOCATION"). */
export interface InvocationContext<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
> {
  /** Positional arguments. */
  readonly args: Args;
  /** Keyword arguments. */
  readonly kwargs: Kwargs;
  /** Details of the INVOCATION message. */
  readonly details: Dict;
  /** The procedure that was called; for a pattern-based registration, the URI that matched the pattern. */
  readonly procedure: string;
  /** Session id of the caller, if it is disclosed (WAMP, "Caller Identification"). */
  readonly caller?: number;
  /** Aborted when the caller cancels the call (WAMP, "Call Canceling"), or when the call can no longer be answered. */
  readonly signal: AbortSignal;
  /**
   * Sends a progressive result; present only if the caller requested them (WAMP, "Progressive Call Results"). Does nothing once the
   * handler has returned.
   *
   * @throws {@link SerializationError} for an argument that cannot be encoded
   * @example
   * await session.register("com.example.report", async (_args, { progress }) => {
   *   for (let month = 1; month <= 12; month += 1) progress?.([await sumUp(month)]);
   * });
   */
  readonly progress?: (args?: readonly unknown[] | EncodedPayload, kwargs?: Dict) => void;
}

/**
 * Answers the calls to a registration. Its return value becomes the only positional result, `undefined` becomes none, and
 * `result(args, kwargs)` gives the exact arguments of the answer. A `WampError` that the handler throws is sent unchanged; any other
 * error becomes `wamp.error.runtime_error` with its message, and is reported as an uncaught error, unless it is the reason of the
 * invocation's signal, or that of a request which the handler has made and which fails for the same reason.
 *
 * The parameters may be annotated where the API's type says nothing of the arguments; it is not checked that they are of that type.
 */
export type InvocationHandler<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
  Result = unknown,
> = Annotatable<Args, (args: Args, invocation: InvocationContext<Args, Kwargs>) => Result | Promise<Result>>;
