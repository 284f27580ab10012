import { backoff } from "../contract/backoff.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { SessionConfig } from "../contract/session-config.js";
import type { StatusRecord } from "../contract/status.js";
import type { UnaskedEvent } from "../protocol/session-events.js";
import { authRuns } from "./auth-runs.js";
import { createConnection } from "./connection.js";
import type { Connection } from "./connection.js";
import { closedByUs } from "./disconnection.js";
import type { Disconnection } from "./disconnection.js";
import type { ConnectionEnvironment } from "./environment.js";
import type { EstablishedSession } from "./established-session.js";
import type { GateRules } from "./gate/gate.js";
import { SizeLimit } from "./gate/size-limit.js";
import { nextState, urlAt } from "./reconnector-state.js";
import type { ReconnectorEvent, ReconnectorRules, ReconnectorState } from "./reconnector-state.js";
import type { WireSession } from "./wire-session.js";

/** Receives the events of a reconnector, each before the status that follows from it. */
export interface ReconnectorEvents {
  status(record: StatusRecord): void;
  online(session: WireSession): void;
  /** Called after `online` with messages that do not answer a request; also between `close` and its completion. */
  received(event: UnaskedEvent): void;
  /** The session was lost, not closed by `close`. The handlers of its requests have been called. */
  lost(session: WireSession, error: ErrorRecord): void;
}

/** The credentials of a session, and the judge of what becomes of them. */
export interface ReconnectorAccess {
  /** Returns the secret; called before each attempt that needs one. */
  secret(): Promise<string>;
  /** Returns the complete URL with this index in the configuration; called before each attempt. */
  address(index: number): Promise<string>;
  /** An attempt failed. Returns true if that may be due to the secret and another one is to be tried, so that nothing is final yet. */
  refused(disconnection: Disconnection): boolean;
  /** Returns an error without the secrets that a router may have echoed. */
  redacted(error: ErrorRecord): ErrorRecord;
}

/** Keeps a session connected, one connection after the other, as {@link nextState} prescribes. */
export interface Reconnector {
  readonly session: WireSession | undefined;
  readonly status: StatusRecord;
  /**
   * Starts connecting. `rememberedUrl`, the URL of the last session, is tried first if it is still configured.
   * @param wasOnline true if there has been a session in an earlier worker
   */
  start(rememberedUrl?: string, wasOnline?: boolean): void;
  /** Cuts a retry delay short, or asks again for a secret or query that has not arrived; does nothing in any other state. */
  reconnectNow(): void;
  /**
   * Closes the session for good: with GOODBYE if it is established, otherwise by abandoning the attempt. Resolves when that is done,
   * at the latest when the router's time to answer GOODBYE is over.
   */
  close(reason: string): Promise<void>;
}

export function createReconnector(
  env: ConnectionEnvironment,
  config: SessionConfig,
  credentials: ReconnectorAccess,
  events: ReconnectorEvents,
): Reconnector {
  const { clock } = env;
  const { urls, retry } = config;
  const rules: ReconnectorRules = { urls, maxAttempts: retry.maxAttempts };
  const gate: GateRules = { uriRules: config.uriRules, sizeLimit: new SizeLimit(config.maxMessageSize) };
  const authenticate = authRuns(env.authMethods, config.auth, () => credentials.secret());
  let state: ReconnectorState = { name: "idle" };
  let status: StatusRecord = { state: "connecting", attempt: 1, url: urlAt(0, rules) };
  let connection: Connection | undefined;
  let session: EstablishedSession | undefined;
  let stopWaiting: () => void = () => undefined;
  /** Set by the first `close`. */
  let closing: Promise<void> | undefined;
  let finishClosing: () => void = () => undefined;

  /**
   * Changes the state, reports the event, and performs the actions of the new state.
   * @param report reports the event to the owner; if its listener causes another event, that event takes precedence
   */
  function apply(event: ReconnectorEvent, report: () => void = () => undefined): void {
    const next = nextState(state, event, rules);
    if (next === state) return;
    state = next;
    stopWaiting();
    tell(report);
    if (isIn(next)) enter(next);
  }

  function isIn(expected: ReconnectorState): boolean {
    return state === expected;
  }

  function enter(entered: ReconnectorState): void {
    switch (entered.name) {
      case "idle":
        return;
      case "connecting": {
        const { urlIndex, attempts } = entered;
        const url = urlAt(urlIndex, rules);
        emit({ state: "connecting", attempt: attempts, url });
        if (isIn(entered)) connect(url, urlIndex % urls.length);
        return;
      }
      case "online":
        if (session !== undefined) emit(onlineStatus(session));
        return;
      case "waiting": {
        const { attempts, reason } = entered;
        const delay = backoff(attempts, retry, env.random);
        stopWaiting = clock.after(delay, () => apply({ name: "retried" }));
        emit({ state: "waiting", attempt: attempts + 1, retryAt: clock.now() + delay, reason });
        return;
      }
      case "closing":
        if (connection !== undefined) connection.close(entered.reason);
        // A listener of "connecting" called `close` before there was a connection.
        else apply({ name: "disconnected", time: clock.now(), ...closedByUs(entered.reason) });
        return;
      case "closed":
        emit({ state: "closed", reason: entered.reason });
        finishClosing();
        return;
    }
  }

  function connect(url: string, index: number): void {
    const access = { authenticate, address: () => credentials.address(index) };
    connection = createConnection(env, config, gate, url, access, {
      welcomed: (welcomed) => {
        session = welcomed;
        apply({ name: "welcomed", time: clock.now() }, () => events.online(welcomed));
      },
      received: (event) => events.received(event),
      closed: disconnected,
    });
    connection.ask();
  }

  function disconnected({ error: told, ...ending }: Disconnection): void {
    const error = credentials.redacted(told);
    const lost = session;
    session = undefined;
    connection = undefined;
    const isClosing = state.name === "closing";
    let isRetriable = false;
    if (lost === undefined && !isClosing)
      tell(() => (isRetriable = credentials.refused({ ...ending, error })));
    const fatal = ending.fatal && !isRetriable;
    const isLocal = fatal && ending.isLocal === true;
    apply({ name: "disconnected", time: clock.now(), error, fatal, isLocal, isRetriable }, () => {
      if (lost === undefined || isClosing) return;
      for (const report of lost.end(error)) tell(report);
      events.lost(lost, error);
    });
  }

  function emit(record: StatusRecord): void {
    status = record;
    tell(() => events.status(record));
  }

  /** Goes on if a listener throws, because a state whose actions are missing would last for ever. */
  function tell(report: () => void): void {
    try {
      report();
    } catch (cause) {
      env.log("A listener of the connection failed", cause);
    }
  }

  return {
    get session() {
      return session;
    },
    get status() {
      return status;
    },
    start(rememberedUrl, wasOnline = false) {
      apply({ name: "started", wasOnline, ...(rememberedUrl === undefined ? {} : { rememberedUrl }) });
    },
    reconnectNow() {
      connection?.ask();
      apply({ name: "retried" });
    },
    close(reason) {
      if (closing !== undefined) return closing;
      if (state.name === "closed") return Promise.resolve();
      closing = new Promise((resolve) => (finishClosing = resolve));
      apply({ name: "closed", reason });
      return closing;
    },
  };
}

function onlineStatus({ id, url, serializer, details }: WireSession): StatusRecord {
  // With its token, any script of the origin could take the session over.
  const { "resume-token": _token, ...shown } = details;
  return { state: "online", session: id, url, serializer: serializer.name, details: shown };
}
