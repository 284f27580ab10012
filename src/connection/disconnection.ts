import type { Obstacle } from "../auth/obstacle.js";
import type { ErrorRecord, ErrorRecordOf } from "../contract/errors.js";
import type { Asked } from "../contract/port.js";
import { printable } from "../contract/printable.js";
import type { Dict } from "../protocol/dict.js";
import { overflow } from "./error-records.js";
import { isFatalReason, refusesSecret } from "./fatal-reasons.js";

/** Close codes of a server that goes away or restarts (RFC 6455, section 7.4.1; IANA, "WebSocket Close Code Number Registry"). */
const GOING_AWAY = [1001, 1012];

/** The reason why a connection ended. */
export interface Disconnection {
  readonly error: ErrorRecord;
  /** True if another attempt at this URL would fail as well. */
  readonly fatal: boolean;
  /** True if the router, or a proxy before it, has said that it ends the session for its own reasons, which no request is. */
  readonly isClean?: boolean;
  /** True if the reason is this browser's: every other URL would meet it, too, and no time helps. */
  readonly isLocal?: boolean;
  /**
   * The method by which AUTHENTICATE had been made, if WELCOME had not arrived, or whose secret cannot be used: an attempt with another
   * secret may succeed, whatever the reason says.
   */
  readonly provenBy?: string;
  /** The method that the router chose, if the connection ended while the application was asked for its part of it. */
  readonly askedFor?: string;
  /** True if the reason says that the secret is wrong. */
  readonly secretRefused?: boolean;
}

function joinError(message: string, uri: string, details: Dict): ErrorRecord {
  return { name: "JoinError", message: printable(message), fields: { uri, details } };
}

/** The connection was lost, or did not come about, for a reason that may pass. */
function lost(message: string, fields?: ErrorRecordOf<"ConnectionLostError">["fields"]): Disconnection {
  return {
    error: { name: "ConnectionLostError", message: printable(message), ...(fields && { fields }) },
    fatal: false,
  };
}

/** An ABORT before WELCOME, from the router or from the hub. */
export function refused(uri: string, details: Dict): Disconnection {
  const said = typeof details["message"] === "string" ? `: ${details["message"]}` : "";
  return {
    error: joinError(`The session was refused with ${uri}${said}`, uri, details),
    fatal: isFatalReason(uri),
    secretRefused: refusesSecret(uri),
  };
}

/** The router ended an established session. */
export function endedByRouter(message: "GOODBYE" | "ABORT", uri: string, details: Dict): Disconnection {
  return {
    ...lost(`The router ended the session: ${message} with ${uri}`, { uri, details }),
    ...(message === "GOODBYE" && { isClean: true }),
  };
}

/** The router violated the protocol. A handshake would fail again; in an established session the violation may have been an accident. */
export function violated(what: string, duringHandshake: boolean): Disconnection {
  return { error: { name: "ProtocolError", message: printable(what) }, fatal: duringHandshake };
}

/** The socket closed, or did not open. All URLs in here are public ones. The browser reveals only the close code. */
export function disconnected(url: string, wasOpen: boolean, code: number, reason: string): Disconnection {
  const what = wasOpen ? `The connection to ${url} was lost` : `No connection to ${url}`;
  return {
    ...lost(`${what} (WebSocket code ${code}${reason === "" ? "" : `: ${reason}`})`, { code, reason }),
    ...(GOING_AWAY.includes(code) && { isClean: true }),
  };
}

/** The connection is half-open, or its other end is gone. */
export function silent(url: string, silence: number): Disconnection {
  const seconds = Math.round(silence / 1_000);
  return lost(
    `The connection to ${url} was given up: no sign of life for ${seconds} s, although the router was asked`,
  );
}

/** No attempt was made: the browser refused the URL. `why` must not quote the browser, which shows the complete URL. */
export function notOpened(url: string, why: string): Disconnection {
  return lost(`No connection to ${url}: ${why}`);
}

/** The router chose a serializer whose file could not be loaded; the next attempt does not offer it. */
export function notLoaded(url: string, serializer: string, why: string): Disconnection {
  return lost(`No session on ${url}: the serializer "${serializer}" could not be loaded: ${why}`);
}

/** A message of the handshake is bigger than the session's messages may be. The next attempt would send the same. */
export function tooBig(message: "HELLO" | "AUTHENTICATE", size: number, maximum: number): Disconnection {
  const { message: words, ...error } = overflow("maxMessageSize", size, maximum);
  return {
    error: { ...error, message: `${message} must not be sent: ${words}` },
    fatal: true,
    secretRefused: message === "AUTHENTICATE",
  };
}

/** WELCOME did not arrive in time. */
export function noWelcome(url: string, timeout: number): Disconnection {
  return {
    error: {
      name: "TimeoutError",
      message: `No session on ${url} within ${timeout} ms`,
      fields: { timeout, sent: false },
    },
    fatal: false,
  };
}

/**
 * The application provided no secret or query. It may provide one the next time: fetching it may need the network, too. A key that cannot
 * be used, however, is an obstacle.
 */
export function noCredential(what: Asked, cause: unknown): Disconnection {
  const obstacle = obstructed(cause);
  if (obstacle !== undefined) return obstacle;
  const message = `The application provided no ${what}: ${errorText(cause)}`;
  return { error: joinError(message, "wamp.error.cannot_authenticate", {}), fatal: false };
}

/** Returns the end of a connection that this browser cannot authenticate; undefined for any other error. */
export function obstructed(cause: unknown): Disconnection | undefined {
  if (!isObstacle(cause)) return undefined;
  const { obstacle, message } = cause;
  const error = { ...obstacle, message: printable(`This browser cannot authenticate: ${message}`) };
  const fatal = obstacle.name !== "ConnectionLostError";
  const ending = { error, fatal, isLocal: fatal };
  // No other method has private keys.
  return obstacle.name === "KeyError" ? { ...ending, provenBy: "cryptosign", secretRefused: true } : ending;
}

function isObstacle(error: unknown): error is Error & { readonly obstacle: Obstacle } {
  return error instanceof Error && "obstacle" in error;
}

/** The session was closed by `close`. */
export function closedByUs(reason: string): Disconnection {
  return { error: { name: "SessionClosedError", message: `The session was closed: ${reason}` }, fatal: true };
}

/** Returns the message of a thrown value. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
