import type { ErrorRecord, ErrorRecordOf } from "../../contract/errors.js";
import { printable } from "../../contract/printable.js";
import { InvalidArgumentError } from "../errors/argument-errors.js";
import {
  CanceledError,
  ConnectionLostError,
  OfflineError,
  OverflowError,
  SessionClosedError,
  TimeoutError,
} from "../errors/outcome-errors.js";
import {
  FeatureNotSupportedError,
  JoinError,
  OptionConflictError,
  ProtocolError,
} from "../errors/session-errors.js";
import { WampError } from "../errors/wamp-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { ContractMismatchError, WorkerStartError } from "../errors/worker-errors.js";
import { payloadDecodeError } from "./payload-coder.js";
import type { PayloadCoder } from "./payload-coder.js";

/** Creates the error for a record from the hub, or a `PayloadDecodeError` if its arguments cannot be decoded. */
export function errorFromRecord(record: ErrorRecord, coder: PayloadCoder): WampMuxError {
  const { message } = record;
  const options = record.cause === undefined ? {} : { cause: errorFromRecord(record.cause, coder) };
  switch (record.name) {
    case "WampError":
      return wampErrorFromRecord(record, coder, options);
    case "ConnectionLostError":
      return new ConnectionLostError(message, { sent: false, ...record.fields, ...options });
    case "TimeoutError":
      return new TimeoutError(message, { ...record.fields, ...options });
    case "CanceledError":
      return new CanceledError(message, { ...record.fields, ...options });
    case "OfflineError":
      return new OfflineError(message, options);
    case "SessionClosedError":
      return new SessionClosedError(message, options);
    case "JoinError":
      return new JoinError(message, { ...record.fields, ...options });
    case "InvalidArgumentError":
      return new InvalidArgumentError(message, { ...record.fields, ...options });
    case "FeatureNotSupportedError":
      return new FeatureNotSupportedError(message, { ...record.fields, ...options });
    case "OptionConflictError":
      return new OptionConflictError(message, options);
    case "OverflowError":
      return new OverflowError(message, { ...record.fields, ...options });
    case "ProtocolError":
      return new ProtocolError(message, options);
    case "WorkerStartError":
      return new WorkerStartError(message, { ...record.fields, ...options });
    case "ContractMismatchError":
      return new ContractMismatchError(message, { ...record.fields, ...options });
  }
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
