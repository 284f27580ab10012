import type { ErrorRecord } from "../contract/errors.js";
import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";

/** An ERROR of the router or a callee, as it came. */
export function wampError(uri: string, details: Dict, payload: Payload): ErrorRecord {
  return { name: "WampError", message: uri, fields: { uri, details }, payload };
}

/** An ERROR that the hub answers in the router's stead, with the URI that a router would use. */
export function wampErrorOfHub(uri: string, message: string): ErrorRecord {
  return {
    name: "WampError",
    message: `${uri}: ${message}`,
    fields: { uri, details: {} },
    payload: textPayload(message),
  };
}

/** The arguments `[text]`. */
export function textPayload(text: string): Payload {
  return { serializer: "json", count: 1, data: JSON.stringify([text]) };
}

export function connectionLost(sent: boolean, cause: ErrorRecord): ErrorRecord {
  const outcome = sent ? "after the request was sent: its outcome is unknown" : "before the request was sent";
  return {
    name: "ConnectionLostError",
    message: `The connection was lost ${outcome}`,
    fields: { sent },
    cause,
  };
}

export function timedOut(timeout: number, sent: boolean): ErrorRecord {
  const where = sent ? "No answer came" : "The request could not be sent";
  return { name: "TimeoutError", message: `${where} within ${timeout} ms`, fields: { timeout, sent } };
}

export function canceled(sent: boolean): ErrorRecord {
  return { name: "CanceledError", message: "The request was given up by the application", fields: { sent } };
}

export function offline(): ErrorRecord {
  return {
    name: "OfflineError",
    message: "There is no session at the moment and the request asked not to wait for one",
  };
}

export function sessionClosed(cause?: ErrorRecord): ErrorRecord {
  const message = cause === undefined ? "The session is closed" : `The session is closed: ${cause.message}`;
  return { name: "SessionClosedError", message, ...(cause && { cause }) };
}

/** `what` is the place, `value` what came there, `expected` the rule in words. */
export function invalidArgument(what: string, value: unknown, expected: string): ErrorRecord {
  return {
    name: "InvalidArgumentError",
    message: `${what} is ${printed(value)}, expected ${expected}`,
    fields: { value: printed(value), expected },
  };
}

export function featureNotSupported(feature: string, role: string): ErrorRecord {
  return {
    name: "FeatureNotSupportedError",
    message: `The router's ${role} did not announce the feature ${feature}`,
    fields: { feature },
  };
}

export function optionConflict(message: string): ErrorRecord {
  return { name: "OptionConflictError", message };
}

/** Something that must not happen did: the request is refused rather than left without an answer. */
export function hubFault(what: string, cause: unknown): ErrorRecord {
  return invalidArgument(
    `The ${what}`,
    cause instanceof Error ? cause.message : cause,
    "one that the hub can take",
  );
}

export function overflow(limit: string, value: number, maximum: number): ErrorRecord {
  return {
    name: "OverflowError",
    message: `${limit}: ${value} is more than ${maximum}`,
    fields: { limit, value, maximum },
  };
}

const LONGEST_PRINT = 200;

function printed(value: unknown): string {
  const text = asJson(value) ?? typeof value;
  return text.length > LONGEST_PRINT ? `${text.slice(0, LONGEST_PRINT)}…` : text;
}

function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // A bigint or something cyclic.
    return undefined;
  }
}
