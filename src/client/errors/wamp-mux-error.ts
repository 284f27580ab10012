import type { HubErrorName } from "../../contract/errors.js";

/** Names of all errors of this package; each is also the name of a class. */
export type WampMuxErrorName =
  | HubErrorName
  | "WorkerLostError"
  | "WorkerStartError"
  | "SerializationError"
  | "PayloadDecodeError"
  | "EncryptionError";

/** The same symbol in every realm and every copy of this package. */
const brand = Symbol.for("wamp-mux.error");

/**
 * Base class of every error of this package. Distinguish the errors by `name` or by their guards (`isWampError(error)`, …), which
 * also recognize errors created by another copy of this package.
 *
 * @example
 * try {
 *   await session.call("com.example.add2", [2, 3]);
 * } catch (error) {
 *   if (isTimeoutError(error)) console.log(`no answer within ${error.timeout} ms`);
 *   else throw error;
 * }
 */
export abstract class WampMuxError<Fields extends object = object> extends Error {
  /** Name of the class; the discriminant of a union of errors. */
  abstract override readonly name: WampMuxErrorName;

  /**
   * @param message description of the error
   * @param fields the fields of the class, and the `cause` if there is one
   */
  constructor(
    message: string,
    ...[fields]: object extends Fields ? [fields?: Fields & ErrorOptions] : [fields: Fields & ErrorOptions]
  ) {
    super(message, fields);
    Object.assign(this, fields);
  }

  /** @internal */
  get [brand](): true {
    return true;
  }
}

/** Returns true if `error` is any error of this package; see {@link WampMuxError}. */
export function isWampMuxError(error: unknown): error is WampMuxError {
  return typeof error === "object" && error !== null && brand in error;
}
