import { guard } from "./guard.js";
import { WampMuxError } from "./wamp-mux-error.js";

/**
 * An argument or option has a value that is not allowed; nothing was sent to the router. This is a mistake in the application: correct the call
 * instead of repeating it. `message` names the place, the value and the rule.
 */
export class InvalidArgumentError extends WampMuxError<Pick<InvalidArgumentError, "value" | "expected">> {
  override readonly name = "InvalidArgumentError" as const;
  /** The value in words; its type alone, if it may be a secret. */
  declare readonly value: string;
  /** The rule, in words, such as `an integer, 1 or more`. */
  declare readonly expected: string;
}

/** Returns true if `error` is an {@link InvalidArgumentError}. */
export const isInvalidArgumentError = guard<InvalidArgumentError>("InvalidArgumentError");

/**
 * An argument, a result or an error's argument cannot be encoded, such as a function, or NaN in JSON. Nothing was sent: convert the
 * value at `path` to one that the session's serializer can write. If the result of a handler cannot be
 * encoded, that is an uncaught error of its page.
 */
export class SerializationError extends WampMuxError<Pick<SerializationError, "path">> {
  override readonly name = "SerializationError" as const;
  /** Path of the value, such as `args[0].callback`. */
  declare readonly path: string;
}

/** Returns true if `error` is a {@link SerializationError}. */
export const isSerializationError = guard<SerializationError>("SerializationError");

/**
 * Received arguments cannot be decoded, because the peer sent malformed data or the file of the session's serializer (`msgpack.js`) could
 * not be loaded. Only that call, event or invocation fails; the session continues. A call that rejects with this error has been
 * executed: repeat it only if the procedure allows that.
 */
export class PayloadDecodeError extends WampMuxError {
  override readonly name = "PayloadDecodeError" as const;
}

/** Returns true if `error` is a {@link PayloadDecodeError}. */
export const isPayloadDecodeError = guard<PayloadDecodeError>("PayloadDecodeError");
