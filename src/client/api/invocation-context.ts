import type { Dict } from "../../protocol/dict.js";

/** What a handler is told of the call that it answers (WAMP, "INVOCATION"). */
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
  /** The procedure called; with a pattern that is another one than the registration's. */
  readonly procedure: string;
  /** Session id of the caller, where it is disclosed (WAMP, "Caller Identification"). */
  readonly caller?: number;
  /** Aborted when the caller gives up (WAMP, "Call Canceling"), or when its call cannot be answered any more. */
  readonly signal: AbortSignal;
  /**
   * Sends a part of the result; present when the caller wants parts (WAMP, "Progressive Call Results").
   * Throws `SerializationError`; does nothing once the call is over.
   */
  readonly progress?: (args?: readonly unknown[], kwargs?: Dict) => void;
}

/**
 * Answers calls. What it returns becomes the one positional result, `undefined` none, `result(args, kwargs)` exactly that.
 * A `WampError` that it throws is the answer as it is; any other error becomes `wamp.error.runtime_error` with its message.
 */
export type InvocationHandler<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
  Result = unknown,
> = (args: Args, invocation: InvocationContext<Args, Kwargs>) => Result | Promise<Result>;
