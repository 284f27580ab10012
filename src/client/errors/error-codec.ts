import type { ErrorRecord, HubErrorName } from "../../contract/errors.js";
import type { Dict } from "../../protocol/dict.js";
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
  const options = record.cause === undefined ? {} : { cause: errorFromRecord(record.cause) };
  return makers[record.name](record, record.fields ?? {}, options);
}

type Maker = (record: ErrorRecord, fields: Dict, options: ErrorOptions) => WampMuxError;

const makers: Readonly<Record<HubErrorName, Maker>> = {
  WampError: (record, fields, options) => {
    const more = { ...options, details: dict(fields["details"]) };
    if (record.payload === undefined) return new WampError(text(fields["uri"]), [], {}, more);
    try {
      const { args, kwargs } = decodePayload(record.payload);
      return new WampError(text(fields["uri"]), args, kwargs, more);
    } catch (cause) {
      return new PayloadDecodeError(`The arguments of the error ${text(fields["uri"])} cannot be decoded`, {
        cause,
      });
    }
  },
  ConnectionLostError: ({ message }, { sent }, options) =>
    new ConnectionLostError(message, { sent: sent === true }, options),
  TimeoutError: ({ message }, { timeout, sent }, options) =>
    new TimeoutError(message, { timeout: number(timeout) ?? 0, sent: sent === true }, options),
  CanceledError: ({ message }, _fields, options) => new CanceledError(message, options),
  OfflineError: ({ message }, _fields, options) => new OfflineError(message, options),
  SessionClosedError: ({ message }, _fields, options) => new SessionClosedError(message, options),
  JoinError: ({ message }, { uri, details }, options) =>
    new JoinError(message, { uri: text(uri), details: dict(details) }, options),
  InvalidArgumentError: ({ message }, { value, expected }, options) =>
    new InvalidArgumentError(message, { value, expected: text(expected) }, options),
  FeatureNotSupportedError: ({ message }, { feature }, options) =>
    new FeatureNotSupportedError(message, { feature: text(feature) }, options),
  OptionConflictError: ({ message }, _fields, options) => new OptionConflictError(message, options),
  OverflowError: ({ message }, { limit, value, maximum }, options) =>
    new OverflowError(
      message,
      { limit: text(limit), value: number(value), maximum: number(maximum) },
      options,
    ),
  ProtocolError: ({ message }, _fields, options) => new ProtocolError(message, options),
  ContractMismatchError: ({ message }, { tab, worker }, options) =>
    new ContractMismatchError(message, { tab: number(tab) ?? 0, worker: number(worker) ?? 0 }, options),
};

function text(field: unknown): string {
  return typeof field === "string" ? field : "";
}

function number(field: unknown): number | undefined {
  return typeof field === "number" ? field : undefined;
}

function dict(field: unknown): Dict {
  return typeof field === "object" && field !== null ? { ...field } : {};
}
