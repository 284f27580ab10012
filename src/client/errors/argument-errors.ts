import { WampMuxError } from "./wamp-mux-error.js";

/** An argument or option that cannot be taken. */
export class InvalidArgumentError extends WampMuxError {
  override readonly name = "InvalidArgumentError" as const;
  /** What came; as text when the worker found it. */
  readonly value: unknown;
  /** What was expected, in words. */
  readonly expected: string;

  constructor(
    message: string,
    fields: { readonly value: unknown; readonly expected: string },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.value = fields.value;
    this.expected = fields.expected;
  }
}

/** An argument has no encoding in the session's serializer. Nothing was sent. */
export class SerializationError extends WampMuxError {
  override readonly name = "SerializationError" as const;
  /** Where the value stands, such as `args[0].callback`. */
  readonly path: string;

  constructor(message: string, fields: { readonly path: string }, options?: ErrorOptions) {
    super(message, options);
    this.path = fields.path;
  }
}

/** The arguments that came could not be decoded. Only the call or event that they belong to fails. */
export class PayloadDecodeError extends WampMuxError {
  override readonly name = "PayloadDecodeError" as const;
}
