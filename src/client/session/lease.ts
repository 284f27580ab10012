import type { CloseReason, SessionStatus } from "../api/status.js";
import type { SessionClosedError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { ClientSession, Leaseholder } from "./client-session.js";
import { createListeners } from "./listeners.js";
import type { Listeners } from "./listeners.js";
import { sessionClosedError, unreadyError } from "./session-state.js";
import type { Settings } from "./settings.js";

/** Maximum number of warnings kept for the first listener; a page without one must not collect them forever. */
const KEPT = 100;

const LEFT = { kind: "left" } as const;
const leftError = (): SessionClosedError => sessionClosedError(LEFT);

/**
 * One `connect()` of this tab, and the owner of everything that is requested through the object that it returned. Its status is that of the
 * session until it leaves.
 */
export interface Lease extends Leaseholder {
  readonly session: ClientSession;
  readonly listeners: Listeners<SessionStatus>;
  readonly warnings: Listeners<WampMuxError>;
  readonly ready: Promise<void>;
  readonly closed: Promise<CloseReason>;
  readonly status: SessionStatus;
  leave(): Promise<void>;
}

/** @param settings the options of this `connect()`; most of them are in force only if it was the first one */
export function createLease(session: ClientSession, settings: Settings): Lease {
  const { report, state } = session;
  const listeners = createListeners<SessionStatus>(report);
  const warnings = createListeners<WampMuxError>(report, KEPT);
  /** The promises that the application has taken, and may await. */
  const taken = { ready: false, closed: false };
  let leaving: Promise<void> | undefined;
  let closedStatus: SessionStatus | undefined;
  let resolveReady: () => void = () => undefined;
  let rejectReady: (error: WampMuxError) => void = () => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    resolveReady = resolve;
    rejectReady = reject;
  });
  // An application need not wait for it.
  ready.catch(() => undefined);
  let resolveClosed: (reason: CloseReason) => void = () => undefined;
  const closed = new Promise<CloseReason>((resolve) => {
    resolveClosed = resolve;
  });
  if (state.wasOnline) resolveReady();
  const unfollow = state.listeners.add(follow);

  function follow(status: SessionStatus): void {
    if (closedStatus !== undefined) return;
    if (status.state === "online") resolveReady();
    if (status.state === "closed") {
      closedStatus = status;
      unfollow();
      rejectReady(unreadyError(status.reason));
      resolveClosed(status.reason);
    }
    listeners.emit(status);
  }

  async function leave(): Promise<void> {
    await session.remove(lease, leftError);
    const { mode, workerUrl, storage } = state.status;
    follow({ mode, workerUrl, storage, state: "closed", reason: LEFT });
  }

  const lease: Lease = {
    session,
    settings,
    listeners,
    warnings,
    get ready() {
      taken.ready = true;
      return ready;
    },
    get closed() {
      taken.closed = true;
      return closed;
    },
    get hearsStatus() {
      return listeners.areHeard;
    },
    get hearsWarnings() {
      return warnings.areHeard;
    },
    get awaitsEnd() {
      return taken.closed || (taken.ready && !state.wasOnline);
    },
    get status() {
      return closedStatus ?? state.status;
    },
    get isOpen() {
      return leaving === undefined;
    },
    throwIfLeft: () => {
      if (leaving !== undefined) throw leftError();
    },
    warn: (error) => warnings.emit(error),
    leave: () => (leaving ??= leave()),
  };
  session.add(lease);
  return lease;
}
