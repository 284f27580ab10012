/** A value has no encoding. */
export class EncodeError extends Error {
  override readonly name = "EncodeError" as const;
  /** Where the value is, such as `args[0].user.photo` or `kwargs.when`. */
  readonly path: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options);
    this.path = path;
  }
}

/** Encoded arguments that came from elsewhere do not decode. */
export class DecodeError extends Error {
  override readonly name = "DecodeError" as const;
}
