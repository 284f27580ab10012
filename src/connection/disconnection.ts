import type { ErrorRecord } from "../contract/errors.js";
import type { Dict } from "../protocol/dict.js";
import { fatalReason } from "./fatal-reasons.js";

/** How a connection ended. */
export interface Disconnection {
  readonly error: ErrorRecord;
  /** No other attempt at this URL would go better. */
  readonly fatal: boolean;
}

/** ABORT before WELCOME, of the router or our own. */
export function refused(uri: string, details: Dict): Disconnection {
  const words = fatalReason(uri);
  const said = typeof details["message"] === "string" ? `: ${details["message"]}` : "";
  return {
    error: {
      name: "JoinError",
      message: `The session was refused with ${uri}${words === undefined ? "" : ` (${words})`}${said}`,
      fields: { uri, details },
    },
    fatal: words !== undefined,
  };
}

/** The router ended a session that it had let in. */
export function endedByRouter(message: "GOODBYE" | "ABORT", uri: string, details: Dict): Disconnection {
  return {
    error: {
      name: "ConnectionLostError",
      message: `The router ended the session: ${message} with ${uri}`,
      fields: { uri, details },
    },
    fatal: false,
  };
}

/** The router sent what it must not. A handshake that went wrong would go wrong again, a session may have had bad luck. */
export function violated(what: string, duringHandshake: boolean): Disconnection {
  return { error: { name: "ProtocolError", message: what }, fatal: duringHandshake };
}

/** The socket closed, or did not open. The code is all that a browser tells. */
export function disconnected(url: string, wasOpen: boolean, code: number, reason: string): Disconnection {
  const what = wasOpen ? `The connection to ${url} went away` : `No connection to ${url}`;
  return {
    error: {
      name: "ConnectionLostError",
      message: `${what} (WebSocket code ${code}${reason === "" ? "" : `: ${reason}`})`,
      fields: { code, reason },
    },
    fatal: false,
  };
}

/** The address was refused before anything was sent, as `ws:` is by a page of `https:`. */
export function notOpened(url: string, why: string): Disconnection {
  return { error: { name: "ConnectionLostError", message: `No connection to ${url}: ${why}` }, fatal: false };
}

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

/** The application was asked for the secret and gave none. It may do so the next time: fetching it may need the network too. */
export function noCredential(why: string): Disconnection {
  const uri = "wamp.error.cannot_authenticate";
  return {
    error: {
      name: "JoinError",
      message: `The application gave no secret: ${why}`,
      fields: { uri, details: {} },
    },
    fatal: false,
  };
}

/** `close` was asked for. */
export function closedByUs(reason: string): Disconnection {
  return { error: { name: "SessionClosedError", message: `The session was closed: ${reason}` }, fatal: true };
}

/** Returns the words of something thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
