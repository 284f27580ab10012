import type { StorageStatus } from "../../contract/status.js";
import type { Dict } from "../../protocol/dict.js";
import type { SerializerName } from "../../protocol/payload.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** The session ended since this tab left it. */
export interface LeftReason {
  /** Tells the reasons apart. */
  readonly kind: "left";
}

/** The session was closed for all tabs. */
export interface ClosedReason {
  /** Tells the reasons apart. */
  readonly kind: "closed";
  /** The fatal error. */
  readonly error: WampMuxError;
}

/** The reason why a session is closed for this tab. */
export type CloseReason = LeftReason | ClosedReason;

/** The fields that every status has. */
export interface StatusBase {
  /** The way in which tabs share the session: through one SharedWorker. */
  readonly mode: "shared";
  /** URL of the worker's script. */
  readonly workerUrl: string;
  /** The place where the worker keeps the data with which the session can be resumed. */
  readonly storage: StorageStatus;
}

/** The worker is connecting, or a new worker is being started. */
export interface ConnectingStatus extends StatusBase {
  /** Tells the statuses apart. */
  readonly state: "connecting";
  /** Number of this attempt since the last WELCOME, from 1. */
  readonly attempt: number;
  /** The router URL that is being tried. */
  readonly url: string;
}

/** There is a WAMP session. */
export interface OnlineStatus extends StatusBase {
  /** Tells the statuses apart. */
  readonly state: "online";
  /** The WAMP session id. */
  readonly session: number;
  /** The router URL that the session is connected to. */
  readonly url: string;
  /** The serializer of the connection. */
  readonly serializer: SerializerName;
  /** Details of WELCOME, such as the router's roles and features (WAMP, "WELCOME"). */
  readonly details: Dict;
  /** The authid that the router assigned. */
  readonly authid?: string;
  /** The authrole that the router assigned. */
  readonly authrole?: string;
}

/** There is no connection; another attempt follows. */
export interface WaitingStatus extends StatusBase {
  /** Tells the statuses apart. */
  readonly state: "waiting";
  /** Number of the next attempt since the last WELCOME, from 1. */
  readonly attempt: number;
  /** Time of the next attempt, in milliseconds since the epoch. */
  readonly retryAt: number;
  /** The error that ended the last attempt or connection. */
  readonly reason: WampMuxError;
}

/** The session is closed for this tab. */
export interface ClosedStatus extends StatusBase {
  /** Tells the statuses apart. */
  readonly state: "closed";
  /** The reason why the session is closed. */
  readonly reason: CloseReason;
}

/** The status of a session; `state` tells the cases apart. */
export type SessionStatus = ConnectingStatus | OnlineStatus | WaitingStatus | ClosedStatus;
