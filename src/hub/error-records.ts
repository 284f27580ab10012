import { errorText } from "../connection/disconnection.js";
import { invalidArgument } from "../connection/error-records.js";
import type { ErrorRecord, ErrorRecordOf } from "../contract/errors.js";
import { printable } from "../contract/printable.js";
import type { Dict } from "../protocol/dict.js";
import type { ErrorMessage } from "../protocol/messages.js";
import type { Payload } from "../protocol/payload.js";

/** The URI with which a router refuses a procedure that has a callee. */
export const ALREADY_EXISTS = "wamp.error.procedure_already_exists";

/** Returns the record of the ERROR that answered a request, unchanged; its message shows even a URI with control characters. */
export function wampErrorOf({
  error,
  details,
  payload,
}: Pick<ErrorMessage, "error" | "details" | "payload">): ErrorRecordOf<"WampError"> {
  return { name: "WampError", message: printable(error), fields: { uri: error, details }, payload };
}

/** Returns the error for a tab whose session another worker of this URL has. */
export function sessionElsewhere(url: string): ErrorRecordOf<"WorkerStartError"> {
  return {
    name: "WorkerStartError",
    message: `Another worker at ${url} has this session, and does not answer this page`,
    fields: { reason: "elsewhere", url },
  };
}

/** Returns the warning that the application's serializer cannot be used. */
export function serializerMissing(name: string, cause: unknown): ErrorRecordOf<"UnsupportedError"> {
  const what = `the serializer "${name}"`;
  return {
    name: "UnsupportedError",
    message: `The session does not offer ${what} now: ${errorText(cause)}`,
    fields: { missing: [what] },
  };
}

/** Returns the record with a message that also names what it concerns, for a warning, which settles no request. */
export function concerning(error: ErrorRecord, subject: string): ErrorRecord {
  return { ...error, message: `${error.message} (${printable(subject)})` };
}

/** Returns the record of an ERROR from the hub on behalf of the router, with the URI that a router would use. */
export function wampErrorFromHub(uri: string, message: string): ErrorRecordOf<"WampError"> {
  return {
    name: "WampError",
    message: `${uri}: ${message}`,
    fields: { uri, details: {} },
    payload: textPayload(message),
  };
}

/** Returns the error of a subscription or registration that the router ended (WAMP, "Subscription Revocation", "Registration Revocation"). */
export function revoked(
  entry: "subscription" | "registration",
  { reason, details }: { readonly reason: string; readonly details: Dict },
): ErrorRecordOf<"WampError"> {
  return {
    name: "WampError",
    message: `The router ended the ${entry}: ${printable(reason)}`,
    fields: { uri: reason, details },
  };
}

/** Returns the arguments `[text]`. */
function textPayload(text: string): Payload {
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

/** Returns the error of a request that was on the wire when the session was lost. */
export function lostRequest(cause: ErrorRecord): ErrorRecord {
  return cause.name === "OverflowError" ? cause : connectionLost(true, cause);
}

/**
 * Returns the end of a connection that gives way to one as another identity, or of a request that was made as the former one.
 * @param sent true if the request has been sent
 */
export function reauthenticated(sent?: boolean): ErrorRecordOf<"ConnectionLostError"> {
  const outcome =
    sent === true ? " after the request was sent: its outcome is unknown" : " before the request was sent";
  return {
    name: "ConnectionLostError",
    message: `The session was authenticated anew (reauthenticate)${sent === undefined ? "" : outcome}`,
    ...(sent !== undefined && { fields: { sent } }),
  };
}

/** @param timeout milliseconds */
export function timedOut(timeout: number, sent: boolean, cause?: ErrorRecord): ErrorRecordOf<"TimeoutError"> {
  const event = sent ? "No answer arrived" : "The request could not be sent";
  const message = `${event} within ${timeout} ms`;
  return { name: "TimeoutError", message, fields: { timeout, sent }, ...(cause && { cause }) };
}

export function canceled(sent: boolean): ErrorRecordOf<"CanceledError"> {
  return { name: "CanceledError", message: "The application canceled the request", fields: { sent } };
}

export function offline(): ErrorRecordOf<"OfflineError"> {
  return {
    name: "OfflineError",
    message: "There is no session at the moment, and the request must not wait for one",
  };
}

/** @param reason the failure of the store in words */
export function notStored(reason: string): ErrorRecordOf<"StorageError"> {
  const message = `The request could not be stored, and was not sent: ${reason}`;
  return { name: "StorageError", message, fields: { reason } };
}

/** A tab has ended the session for all. */
export function loggedOut(): ErrorRecordOf<"SessionClosedError"> {
  return { name: "SessionClosedError", message: "The session was closed: a tab has logged out" };
}

export function sessionClosed(cause?: ErrorRecord): ErrorRecordOf<"SessionClosedError"> {
  const message = cause === undefined ? "The session is closed" : `The session is closed: ${cause.message}`;
  return { name: "SessionClosedError", message, ...(cause && { cause }) };
}

export function optionConflict(message: string): ErrorRecordOf<"OptionConflictError"> {
  return { name: "OptionConflictError", message };
}

/** Returns the error for a request that the hub failed to process because of a defect, so that it does not stay unanswered. */
export function hubFault(kind: string, cause: unknown): ErrorRecordOf<"InvalidArgumentError"> {
  return invalidArgument(
    `The ${kind}`,
    cause instanceof Error ? cause.message : cause,
    "one that the hub can process",
  );
}

/** @param tab the tab's version of the port protocol */
export function contractMismatch(tab: number, worker: number): ErrorRecordOf<"ContractMismatchError"> {
  return {
    name: "ContractMismatchError",
    message: `The tab uses version ${tab} of the port protocol, but the running worker uses version ${worker}`,
    fields: { tab, worker },
  };
}

/** Returns the refusal of a tab whose credentials differ from those of the existing session; mentions neither of them. */
export function otherCredentials(principal: string, realm: string): ErrorRecordOf<"JoinError"> {
  return {
    name: "JoinError",
    message: `A session of ${principal} in ${realm} already exists with different credentials`,
    fields: { uri: "wamp.error.authentication_failed", details: {} },
  };
}
