import type { StorageStatus } from "../../contract/status.js";
import type { Dict } from "../../protocol/dict.js";
import type { SerializerName } from "../../protocol/payload.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** The session is closed because `leave()` was called. */
export interface LeftReason {
  /** Discriminant of {@link CloseReason}. */
  readonly kind: "left";
}

/** The session was closed for all tabs. */
export interface ClosedReason {
  /** Discriminant of {@link CloseReason}. */
  readonly kind: "closed";
  /** The fatal error. */
  readonly error: WampMuxError;
}

/** The session was closed for all tabs, because one has called `logout()`. */
export interface LoggedOutReason {
  /** Discriminant of {@link CloseReason}. */
  readonly kind: "logged-out";
  /** The error of requests that were pending. */
  readonly error: WampMuxError;
}

/** The reason why a session is closed for this lease. */
export type CloseReason = LeftReason | LoggedOutReason | ClosedReason;

/** Fields common to every status. */
export interface StatusBase {
  /** The mode in which tabs share the session: through one SharedWorker. */
  readonly mode: "shared";
  /** URL of the worker script. */
  readonly workerUrl: string;
  /** The storage in which the worker keeps the data needed to resume the session. */
  readonly storage: StorageStatus;
}

/** The worker is connecting to the router, or a new worker is being started. */
export interface ConnectingStatus extends StatusBase {
  /** Discriminant of {@link SessionStatus}. */
  readonly state: "connecting";
  /** Number of this attempt since the last session that lasted 5 s, counted from 1. */
  readonly attempt: number;
  /** The router URL that is being tried, without user, password and query. */
  readonly url: string;
}

/** An application is being asked for its part of the authentication, in one of the tabs. There is no deadline, unless `answerTimeout` is set. */
export interface AuthenticatingStatus extends StatusBase {
  /** Discriminant of {@link SessionStatus}. */
  readonly state: "authenticating";
  /** Number of this attempt since the last session that lasted 5 s, counted from 1. */
  readonly attempt: number;
  /** The router URL that is being tried, without user, password and query. */
  readonly url: string;
  /** The function that has not answered yet: `auth.secret` or `auth.sign`. */
  readonly asked: "secret" | "signature";
  /** The authentication method. */
  readonly method: string;
}

/** A WAMP session is established. */
export interface OnlineStatus extends StatusBase {
  /** Discriminant of {@link SessionStatus}. */
  readonly state: "online";
  /** The WAMP session id. */
  readonly session: number;
  /** The router URL that the session is connected to, without user, password and query. */
  readonly url: string;
  /** The serializer of the connection. */
  readonly serializer: SerializerName;
  /**
   * Time in milliseconds that the router's last answer took: to a request, to WELCOME's, or to the probe after a silence (`probeAfter`). It is
   * told only when it has changed by a quarter and 5 ms at least, at most every 10 s, and not to hidden tabs: a listener is then called
   * again with the same `session`.
   */
  readonly roundTrip: number;
  /** Details of WELCOME, such as the router's roles and features (WAMP, "WELCOME"). */
  readonly details: Dict;
  /** The authid that the router assigned. */
  readonly authid?: string;
  /** The authrole that the router assigned. */
  readonly authrole?: string;
}

/** There is no connection; another attempt follows. */
export interface WaitingStatus extends StatusBase {
  /** Discriminant of {@link SessionStatus}. */
  readonly state: "waiting";
  /** Number of the next attempt since the last session that lasted 5 s, counted from 1. */
  readonly attempt: number;
  /** Time of the next attempt, in milliseconds since the epoch. */
  readonly retryAt: number;
  /** The error that ended the last attempt or connection. */
  readonly reason: WampMuxError;
}

/**
 * There is no connection, and the browser says that it has no network. The next attempt is made when it has one again, or at once by
 * `reconnectNow()`: a router on the same computer needs none.
 */
export interface OfflineStatus extends StatusBase {
  /** Discriminant of {@link SessionStatus}. */
  readonly state: "offline";
  /** Number of the next attempt since the last session that lasted 5 s, counted from 1. */
  readonly attempt: number;
  /** The error that ended the last attempt or connection. */
  readonly reason: WampMuxError;
}

/** The session is closed for this lease. */
export interface ClosedStatus extends StatusBase {
  /** Discriminant of {@link SessionStatus}. */
  readonly state: "closed";
  /** The reason why the session is closed. */
  readonly reason: CloseReason;
}

/** The status of a session; `state` is the discriminant. */
export type SessionStatus =
  ConnectingStatus | AuthenticatingStatus | OnlineStatus | WaitingStatus | OfflineStatus | ClosedStatus;
