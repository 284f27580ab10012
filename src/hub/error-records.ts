import type { ErrorRecord, ErrorRecordOf } from "../contract/errors.js";
import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";

/** An ERROR of the router or a callee, as it came. */
export function wampError(uri: string, details: Dict, payload: Payload): ErrorRecordOf<"WampError"> {
  return { name: "WampError", message: uri, fields: { uri, details }, payload };
}

/** An ERROR that the hub gives in the router's stead, with the URI that a router would use. */
export function wampErrorFromHub(uri: string, message: string): ErrorRecordOf<"WampError"> {
  return {
    name: "WampError",
    message: `${uri}: ${message}`,
    fields: { uri, details: {} },
    payload: textPayload(message),
  };
}

/** The end of a subscription or registration by the router (WAMP, "Subscription Revocation", "Registration Revocation"). */
export function revoked(entry: "subscription" | "registration", reason: string): ErrorRecordOf<"WampError"> {
  return {
    name: "WampError",
    message: `The router ended the ${entry}: ${reason}`,
    fields: { uri: reason, details: {} },
  };
}

/** Returns the arguments `[text]`. */
export function textPayload(text: string): Payload {
  return { serializer: "json", count: 1, data: JSON.stringify([text]) };
}

export function connectionLost(sent: boolean, cause: ErrorRecord): ErrorRecordOf<"ConnectionLostError"> {
  const outcome = sent ? "after the request was sent: its outcome is unknown" : "before the request was sent";
  return {
    name: "ConnectionLostError",
    message: `The connection was lost ${outcome}`,
    fields: { sent },
    cause,
  };
}

/** @param timeout milliseconds */
export function timedOut(timeout: number, sent: boolean): ErrorRecordOf<"TimeoutError"> {
  const event = sent ? "No answer came" : "The request could not be sent";
  return { name: "TimeoutError", message: `${event} within ${timeout} ms`, fields: { timeout, sent } };
}

export function canceled(sent: boolean): ErrorRecordOf<"CanceledError"> {
  return { name: "CanceledError", message: "The request was given up by the application", fields: { sent } };
}

export function offline(): ErrorRecordOf<"OfflineError"> {
  return {
    name: "OfflineError",
    message: "There is no session at the moment and the request asked not to wait for one",
  };
}

export function sessionClosed(cause?: ErrorRecord): ErrorRecordOf<"SessionClosedError"> {
  const message = cause === undefined ? "The session is closed" : `The session is closed: ${cause.message}`;
  return { name: "SessionClosedError", message, ...(cause && { cause }) };
}

/**
 * @param place the argument in words, at the beginning of a sentence
 * @param value the argument
 * @param expected the rule in words
 */
export function invalidArgument(
  place: string,
  value: unknown,
  expected: string,
): ErrorRecordOf<"InvalidArgumentError"> {
  const printed = print(value);
  return {
    name: "InvalidArgumentError",
    message: `${place} is ${printed}, expected ${expected}`,
    fields: { value: printed, expected },
  };
}

export function featureNotSupported(
  feature: string,
  role: "broker" | "dealer",
): ErrorRecordOf<"FeatureNotSupportedError"> {
  return {
    name: "FeatureNotSupportedError",
    message: `The router's ${role} did not announce the feature ${feature}`,
    fields: { feature },
  };
}

export function optionConflict(message: string): ErrorRecordOf<"OptionConflictError"> {
  return { name: "OptionConflictError", message };
}

/** A defect of the hub in taking a request, which is refused rather than left without an answer. */
export function hubFault(kind: string, cause: unknown): ErrorRecordOf<"InvalidArgumentError"> {
  return invalidArgument(
    `The ${kind}`,
    cause instanceof Error ? cause.message : cause,
    "one that the hub can take",
  );
}

/** @param limit name of the option that sets the bound */
export function overflow(limit: string, value: number, maximum: number): ErrorRecordOf<"OverflowError"> {
  return {
    name: "OverflowError",
    message: `${limit}: ${value} is more than ${maximum}`,
    fields: { limit, value, maximum },
  };
}

/** @param tab version of the contract that the tab speaks */
export function contractMismatch(tab: number, worker: number): ErrorRecordOf<"ContractMismatchError"> {
  return {
    name: "ContractMismatchError",
    message: `The tab speaks version ${tab} of the port's contract, the worker that runs version ${worker}`,
    fields: { tab, worker },
  };
}

/** The refusal of a tab that brings other credentials than the living session has; names neither of the two. */
export function otherCredentials(principal: string, realm: string): ErrorRecordOf<"JoinError"> {
  return {
    name: "JoinError",
    message: `The session of ${principal} in ${realm} lives already, with other credentials`,
    fields: { uri: "wamp.error.authentication_failed", details: {} },
  };
}

/** Characters of a printed value; the rest is cut off. */
const LONGEST_PRINT = 200;

function print(value: unknown): string {
  const text = toJson(value) ?? typeof value;
  return text.length > LONGEST_PRINT ? `${text.slice(0, LONGEST_PRINT)}…` : text;
}

function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // A bigint, or a cyclic value.
    return undefined;
  }
}
