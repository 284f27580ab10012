import type { Dict } from "../../protocol/dict.js";
import type { SerializerName } from "../../protocol/payload.js";
import type { Annotatable } from "./annotatable.js";
import type { WampEvent } from "./events.js";
import type { InvocationContext } from "./invocation-context.js";

/**
 * The arguments of a received message, still encoded, from a subscription, registration or call with the option `lazy`. In the place of the
 * arguments of `publish`, `call`, a handler's result or a progressive one, it is sent as it has arrived, unless the session uses another
 * serializer by then: a relay decodes and encodes nothing. In another session of the page it is decoded and encoded anew.
 */
export interface EncodedPayload<
  Args extends readonly unknown[] = readonly unknown[],
  Kwargs extends object = Dict,
> {
  /** The serializer by which it is encoded. */
  readonly serializer: SerializerName;
  /**
   * A copy of the encoded arguments, as they stand at the end of the message: no list is around them, and nothing stands for what is
   * missing. It is text in JSON, bytes in any other serializer.
   */
  readonly data: string | Uint8Array;
  /**
   * Positional arguments, decoded at the first access.
   *
   * @throws {@link PayloadDecodeError} if they cannot be decoded
   */
  readonly args: Args;
  /**
   * Keyword arguments, decoded at the first access.
   *
   * @throws {@link PayloadDecodeError} if they cannot be decoded
   */
  readonly kwargs: Kwargs;
}

/** The option of a subscription or registration that does not decode its arguments before they are used. */
export interface LazyOption {
  /**
   * Hands the arguments through encoded, as `payload`; `args` and `kwargs` are decoded at the first access. Not in a session with
   * `passthru`, which reads the payloads itself.
   */
  readonly lazy: true;
}

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
