import type { Dict } from "../../protocol/dict.js";
import type { Annotatable } from "./annotatable.js";
import type { EncodedPayload } from "./encoded-payload.js";
import type { WampEvent } from "./events.js";
import type { InvocationContext } from "./invocation-context.js";

/** An event of a subscription with the option `lazy`. */
export interface LazyWampEvent<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
> extends WampEvent<Args, Kwargs> {
  /** The arguments, still encoded. */
  readonly payload: EncodedPayload<Args, Kwargs>;
}

/** The context of a call to a registration with the option `lazy`. */
export interface LazyInvocationContext<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
> extends InvocationContext<Args, Kwargs> {
  /** The arguments, still encoded. */
  readonly payload: EncodedPayload<Args, Kwargs>;
}

/** Handles the events of a subscription with the option `lazy`. */
export type LazyEventHandler<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
> = Annotatable<Args, (event: LazyWampEvent<Args, Kwargs>) => unknown>;

/**
 * Answers the calls to a registration with the option `lazy`: an `InvocationHandler` that gets the encoded payload in the place of the
 * positional arguments.
 */
export type LazyInvocationHandler<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
  Result = unknown,
> = Annotatable<
  Args,
  (
    payload: EncodedPayload<Args, Kwargs>,
    invocation: LazyInvocationContext<Args, Kwargs>,
  ) => Result | Promise<Result>
>;
