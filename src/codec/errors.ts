/** A value cannot be encoded. */
export class EncodeError extends Error {
  override readonly name = "EncodeError" as const;
  /** The path to the value, such as `args[0].user.photo` or `kwargs.when`. */
  readonly path: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options);
    this.path = path;
  }
}

/** Encoded arguments from a peer cannot be decoded. */
export class DecodeError extends Error {
  override readonly name = "DecodeError" as const;
}
