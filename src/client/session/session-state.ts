import type { ErrorRecord } from "../../contract/errors.js";
import type { StatusRecord, StorageStatus } from "../../contract/status.js";
import type { CloseReason, SessionStatus, StatusBase } from "../api/status.js";
import { SessionClosedError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { createListeners } from "./listeners.js";
import type { Listeners } from "./listeners.js";
import { statusFromRecord } from "./status-from-record.js";

export interface SessionStateParts {
  /** The router URL that a hub tries first. */
  readonly url: string;
  /** Creates the error for a record from the hub. */
  readonly toError: (record: ErrorRecord) => WampMuxError;
  /** Receives the errors that listeners throw. */
  readonly report: (error: unknown) => void;
  /** Called once, when the status has become `closed` and before the application is notified. */
  readonly release: (reason: CloseReason) => void;
}

/** The state of the session as seen by the application. */
export interface SessionState {
  readonly listeners: Listeners<SessionStatus>;
  readonly status: SessionStatus;
  /** True once there has been a WAMP session. */
  readonly wasOnline: boolean;
  readonly isClosed: boolean;
  /** Applies a status from the hub, at this URL. */
  update(record: StatusRecord, storage: StorageStatus, workerUrl?: string): void;
  /** Records that the hub is lost and the next one is being started. */
  hubLost(): void;
  /** Closes the session, once. */
  close(reason: CloseReason): void;
}

export function createSessionState({ url, toError, report, release }: SessionStateParts): SessionState {
  const listeners = createListeners<SessionStatus>(report);
  let base: StatusBase = {
    mode: "shared",
    workerUrl: "",
    storage: { kind: "memory", reason: "there is no worker yet" },
  };
  let status = connecting();
  let wasOnline = false;

  function connecting(): SessionStatus {
    return { ...base, state: "connecting", attempt: 1, url };
  }

  function enter(next: SessionStatus): void {
    if (status.state === "closed") return;
    status = next;
    if (next.state === "online") wasOnline = true;
    if (next.state === "closed") release(next.reason);
    listeners.emit(next);
  }

  return {
    listeners,
    get status() {
      return status;
    },
    get wasOnline() {
      return wasOnline;
    },
    get isClosed() {
      return status.state === "closed";
    },
    update: (record, storage, workerUrl = base.workerUrl) => {
      base = { ...base, storage, workerUrl };
      enter(statusFromRecord(record, base, toError));
    },
    hubLost: () => enter(connecting()),
    close: (reason) => enter({ ...base, state: "closed", reason }),
  };
}

/** Returns the error of `ready` in a session that is closed before it was online. */
export function unreadyError(reason: CloseReason): WampMuxError {
  return reason.kind === "left" ? sessionClosedError(reason) : reason.error;
}

/** Returns the error for requests that are made in a closed session, or pending when it is closed. */
export function sessionClosedError(reason: CloseReason): SessionClosedError {
  return reason.kind === "left"
    ? new SessionClosedError("The session has been left")
    : new SessionClosedError(`The session was closed: ${reason.error.message}`, { cause: reason.error });
}
