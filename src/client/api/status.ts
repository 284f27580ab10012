import type { StatusRecord, StorageStatus } from "../../contract/status.js";
import type { Dict } from "../../protocol/dict.js";
import type { SerializerName } from "../../protocol/payload.js";
import { errorFromRecord } from "../errors/error-codec.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** Why a session is over: this page left it, or it was closed for all pages. */
export type CloseReason =
  { readonly kind: "left" } | { readonly kind: "closed"; readonly error: WampMuxError };

/** What every status tells. */
export interface StatusBase {
  /** How pages share the session: through one SharedWorker. */
  readonly mode: "shared";
  /** URL of the worker's script. */
  readonly workerUrl: string;
  /** Where the worker keeps what the session needs to come back. */
  readonly storage: StorageStatus;
}

/** The worker is trying to connect, or a new worker is being started. */
export interface ConnectingStatus extends StatusBase {
  readonly state: "connecting";
  /** Number of this attempt since the last WELCOME, from 1. */
  readonly attempt: number;
  /** The router URL that is tried. */
  readonly url: string;
}

/** There is a WAMP session. */
export interface OnlineStatus extends StatusBase {
  readonly state: "online";
  /** The WAMP session id. */
  readonly session: number;
  /** The router URL that worked. */
  readonly url: string;
  readonly serializer: SerializerName;
  /** Details of WELCOME: roles and features and what else the router tells. */
  readonly details: Dict;
  /** The authid that the router gave. */
  readonly authid?: string;
  /** The role that the router gave. */
  readonly authrole?: string;
}

/** There is no connection; another attempt follows. */
export interface WaitingStatus extends StatusBase {
  readonly state: "waiting";
  /** Number of the attempts since the last WELCOME. */
  readonly attempt: number;
  /** When the next attempt is, in milliseconds since the epoch. */
  readonly retryAt: number;
  /** What ended the last attempt or connection. */
  readonly reason: WampMuxError;
}

/** The session is over. */
export interface ClosedStatus extends StatusBase {
  readonly state: "closed";
  readonly reason: CloseReason;
}

/** How a session is; tell the cases apart by `state`. */
export type SessionStatus = ConnectingStatus | OnlineStatus | WaitingStatus | ClosedStatus;

export function statusFromRecord(record: StatusRecord, base: StatusBase): SessionStatus {
  switch (record.state) {
    case "connecting":
      return { ...base, ...record };
    case "online": {
      const { authid, authrole } = record.details;
      return {
        ...base,
        ...record,
        ...(typeof authid === "string" && { authid }),
        ...(typeof authrole === "string" && { authrole }),
      };
    }
    case "waiting":
      return { ...base, ...record, reason: errorFromRecord(record.reason) };
    case "closed":
      return { ...base, state: "closed", reason: { kind: "closed", error: errorFromRecord(record.reason) } };
  }
}
