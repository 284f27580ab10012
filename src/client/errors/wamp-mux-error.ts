import type { HubErrorName } from "../../contract/errors.js";

/** Names of all errors of this package. */
export type WampMuxErrorName =
  | HubErrorName
  | "WorkerLostError"
  | "WorkerStartError"
  | "SerializationError"
  | "PayloadDecodeError"
  | "UnsupportedError";

/** The same symbol in every realm and every copy of this package. */
const brand = Symbol.for("wamp-mux.error");

/**
 * What every error of this package extends. Tell them apart by `name` or by the guards (`isWampError(error)`, …), which
 * also work when the error was made by another copy of this package.
 */
export abstract class WampMuxError extends Error {
  abstract override readonly name: WampMuxErrorName;

  /** @internal */
  get [brand](): true {
    return true;
  }
}

/** Whether `error` is one of this package. */
export function isWampMuxError(error: unknown): error is WampMuxError {
  return typeof error === "object" && error !== null && brand in error;
}
