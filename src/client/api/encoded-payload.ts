import type { Dict } from "../../protocol/dict.js";
import type { SerializerName } from "../../protocol/payload.js";

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
