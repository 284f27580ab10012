import type { ErrorRecord } from "../../contract/errors.js";
import type { StatusRecord, StorageStatus } from "../../contract/status.js";
import type { CloseReason, SessionStatus, StatusBase } from "../api/status.js";
import { SessionClosedError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { Listeners } from "./listeners.js";
import { statusFromRecord } from "./status-from-record.js";

export interface SessionStateParts {
  readonly mode: StatusBase["mode"];
  /** The router URL that a hub tries first. */
  readonly url: string;
  /** Creates the error for a record from the hub. */
  readonly toError: (record: ErrorRecord) => WampMuxError;
  /** Receives the errors that listeners throw. */
  readonly report: (error: unknown) => void;
  /** Called once, when the status has become `closed` and before the application is notified. */
  readonly release: (reason: CloseReason) => void;
}

/** The state of the session as seen by the application: the status and its listeners, `ready` and `closed`. */
export class SessionState {
  readonly listeners: Listeners<SessionStatus>;
  readonly ready: Promise<void>;
  readonly closed: Promise<CloseReason>;
  readonly #parts: SessionStateParts;
  #base: StatusBase;
  #status: SessionStatus;
  #resolveReady: () => void = () => undefined;
  #rejectReady: (error: WampMuxError) => void = () => undefined;
  #resolveClosed: (reason: CloseReason) => void = () => undefined;

  constructor(parts: SessionStateParts) {
    this.#parts = parts;
    this.listeners = new Listeners(parts.report);
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    // An application need not wait for it.
    this.ready.catch(() => undefined);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#base = {
      mode: parts.mode,
      workerUrl: "",
      storage: { kind: "memory", reason: "there is no worker yet" },
    };
    this.#status = this.#connecting();
  }

  get status(): SessionStatus {
    return this.#status;
  }

  get isClosed(): boolean {
    return this.#status.state === "closed";
  }

  /** Records the URL of the hub that has admitted this tab. */
  attached(workerUrl: string): void {
    this.#base = { ...this.#base, workerUrl };
  }

  /** Applies a status from the hub. */
  update(record: StatusRecord, storage: StorageStatus): void {
    this.#base = { ...this.#base, storage };
    const status = statusFromRecord(record, this.#base, this.#parts.toError);
    if (status.state === "closed") this.close(status.reason);
    else this.#enter(status);
  }

  /** Records that the hub is lost and the next one is being started. */
  hubLost(): void {
    this.#enter(this.#connecting());
  }

  /** Closes the session, once. */
  close(reason: CloseReason): void {
    if (this.isClosed) return;
    this.#status = { ...this.#base, state: "closed", reason };
    this.#parts.release(reason);
    this.#rejectReady(unreadyError(reason));
    this.#resolveClosed(reason);
    this.listeners.emit(this.#status);
  }

  #enter(status: SessionStatus): void {
    if (this.isClosed) return;
    this.#status = status;
    if (status.state === "online") this.#resolveReady();
    this.listeners.emit(status);
  }

  #connecting(): SessionStatus {
    return { ...this.#base, state: "connecting", attempt: 1, url: this.#parts.url };
  }
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
