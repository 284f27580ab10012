import type { ErrorRecord, ErrorRecordOf } from "../../contract/errors.js";
import { InvalidArgumentError, PayloadDecodeError } from "./argument-errors.js";
import {
  CanceledError,
  ConnectionLostError,
  OfflineError,
  OverflowError,
  SessionClosedError,
  TimeoutError,
} from "./outcome-errors.js";
import { FeatureNotSupportedError, JoinError, OptionConflictError, ProtocolError } from "./session-errors.js";
import { WampError } from "./wamp-error.js";
import type { WampMuxError } from "./wamp-mux-error.js";
import { ContractMismatchError } from "./worker-errors.js";
import { decodePayload } from "../requests/payload-coder.js";

/** Makes the error that a record of the hub stands for. */
export function errorFromRecord(record: ErrorRecord): WampMuxError {
  const { message } = record;
  const options = record.cause === undefined ? {} : { cause: errorFromRecord(record.cause) };
  switch (record.name) {
    case "WampError":
      return wampErrorFromRecord(record, options);
    case "ConnectionLostError":
      return new ConnectionLostError(message, { sent: record.fields?.sent === true }, options);
    case "TimeoutError":
      return new TimeoutError(message, record.fields, options);
    case "CanceledError":
      return new CanceledError(message, options);
    case "OfflineError":
      return new OfflineError(message, options);
    case "SessionClosedError":
      return new SessionClosedError(message, options);
    case "JoinError":
      return new JoinError(message, record.fields, options);
    case "InvalidArgumentError":
      return new InvalidArgumentError(message, record.fields, options);
    case "FeatureNotSupportedError":
      return new FeatureNotSupportedError(message, record.fields, options);
    case "OptionConflictError":
      return new OptionConflictError(message, options);
    case "OverflowError":
      return new OverflowError(message, record.fields, options);
    case "ProtocolError":
      return new ProtocolError(message, options);
    case "ContractMismatchError":
      return new ContractMismatchError(message, record.fields, options);
  }
}

function wampErrorFromRecord(
  { fields, payload }: ErrorRecordOf<"WampError">,
  options: ErrorOptions,
): WampMuxError {
  const { uri, details } = fields;
  if (payload === undefined) return new WampError(uri, [], {}, { ...options, details });
  try {
    const { args, kwargs } = decodePayload(payload);
    return new WampError(uri, args, kwargs, { ...options, details });
  } catch (cause) {
    return new PayloadDecodeError(`The arguments of the error ${uri} cannot be decoded`, { cause });
  }
}
