import type { ErrorRecord, ErrorRecordOf, HubErrorName, HubErrors } from "../../contract/errors.js";
import { printable } from "../../contract/printable.js";
import { InvalidArgumentError } from "../errors/argument-errors.js";
import {
  CanceledError,
  ConnectionLostError,
  OfflineError,
  OverflowError,
  SessionClosedError,
  StorageError,
  TimeoutError,
} from "../errors/outcome-errors.js";
import {
  FeatureNotSupportedError,
  JoinError,
  KeyError,
  OptionConflictError,
  ProtocolError,
  SetAsideError,
} from "../errors/session-errors.js";
import { WampError } from "../errors/wamp-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { ContractMismatchError, UnsupportedError, WorkerStartError } from "../errors/worker-errors.js";
import { payloadDecodeError } from "./payload-coder.js";
import type { PayloadCoder } from "./payload-coder.js";

/** The classes of the errors that are nothing but their message and fields. */
const classes: {
  readonly [Name in Exclude<HubErrorName, "WampError">]: new (
    message: string,
    fields: HubErrors[Name] & { readonly sent: boolean } & ErrorOptions,
  ) => WampMuxError;
} = {
  ConnectionLostError,
  TimeoutError,
  CanceledError,
  OfflineError,
  SessionClosedError,
  JoinError,
  KeyError,
  UnsupportedError,
  InvalidArgumentError,
  FeatureNotSupportedError,
  OptionConflictError,
  OverflowError,
  SetAsideError,
  StorageError,
  ProtocolError,
  WorkerStartError,
  ContractMismatchError,
};

/** Creates the error for a record from the hub, or a `PayloadDecodeError` if its arguments cannot be decoded. */
export function errorFromRecord(record: ErrorRecord, coder: PayloadCoder): WampMuxError {
  const options = record.cause === undefined ? {} : { cause: errorFromRecord(record.cause, coder) };
  if (record.name === "WampError") return wampErrorFromRecord(record, coder, options);
  const { name, message, fields } = record;
  const sent = name === "ConnectionLostError" && { sent: false };
  // The table has the class for these fields.
  return new (classes[name] as new (message: string, fields: object) => WampMuxError)(message, {
    ...sent,
    ...fields,
    ...options,
  });
}

function wampErrorFromRecord(
  { message, fields: { uri, details }, payload }: ErrorRecordOf<"WampError">,
  coder: PayloadCoder,
  options: ErrorOptions,
): WampMuxError {
  // The class takes its message from the arguments; without any, the hub's words are all there is.
  if (payload === undefined)
    return Object.assign(new WampError(uri, [], {}, { ...options, details }), { message });
  const decoded = coder.tryDecode(payload);
  if ("failure" in decoded) {
    const withoutArguments = new WampError(uri, [], {}, { cause: decoded.failure, details });
    return payloadDecodeError(`the error ${printable(uri)}`, decoded.failure, withoutArguments);
  }
  return new WampError(uri, decoded.args, decoded.kwargs, { ...options, details });
}
