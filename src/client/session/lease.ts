import type { CloseReason, SessionStatus } from "../api/status.js";
import type { SessionClosedError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { ClientSession, Leaseholder } from "./client-session.js";
import { Listeners } from "./listeners.js";
import { sessionClosedError, unreadyError } from "./session-state.js";
import type { Settings } from "./settings.js";
import { Warnings } from "./warnings.js";

const LEFT = { kind: "left" } as const;
const leftError = (): SessionClosedError => sessionClosedError(LEFT);

/**
 * One `connect()` of this tab, and the owner of everything that is requested through the object that it returned. Its status is that of the
 * session until it leaves.
 */
export class Lease implements Leaseholder {
  readonly session: ClientSession;
  /** The options of this `connect()`. Most of them are in force only if it was the first one. */
  readonly settings: Settings;
  readonly listeners: Listeners<SessionStatus>;
  readonly warnings: Warnings;
  readonly ready: Promise<void>;
  readonly closed: Promise<CloseReason>;
  #leaving: Promise<void> | undefined;
  #closedStatus: SessionStatus | undefined;
  #rejectReady: (error: WampMuxError) => void = () => undefined;
  #resolveClosed: (reason: CloseReason) => void = () => undefined;
  readonly #unfollow: () => void;

  constructor(session: ClientSession, settings: Settings) {
    const { report } = session;
    this.session = session;
    this.settings = settings;
    this.listeners = new Listeners(report);
    this.warnings = new Warnings(report);
    this.ready = new Promise((resolve, reject) => {
      session.state.ready.then(resolve, reject);
      this.#rejectReady = reject;
    });
    // An application need not wait for it.
    this.ready.catch(() => undefined);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#unfollow = session.state.listeners.add((status) => this.#follow(status));
    session.add(this);
  }

  get status(): SessionStatus {
    return this.#closedStatus ?? this.session.state.status;
  }

  get isOpen(): boolean {
    return this.#leaving === undefined;
  }

  throwIfLeft(): void {
    if (!this.isOpen) throw leftError();
  }

  warn(error: WampMuxError): void {
    this.warnings.emit(error);
  }

  leave(): Promise<void> {
    return (this.#leaving ??= this.#leave());
  }

  async #leave(): Promise<void> {
    await this.session.remove(this, leftError);
    const { mode, workerUrl, storage } = this.session.state.status;
    this.#follow({ mode, workerUrl, storage, state: "closed", reason: LEFT });
  }

  #follow(status: SessionStatus): void {
    if (this.#closedStatus !== undefined) return;
    if (status.state === "closed") {
      this.#closedStatus = status;
      this.#unfollow();
      this.#rejectReady(unreadyError(status.reason));
      this.#resolveClosed(status.reason);
    }
    this.listeners.emit(status);
  }
}
