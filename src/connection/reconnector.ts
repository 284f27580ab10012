import type { AuthAnswers } from "../auth/authentication.js";
import { backoff } from "../contract/backoff.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { Question } from "../contract/port.js";
import type { SessionConfig } from "../contract/session-config.js";
import type { StatusRecord } from "../contract/status.js";
import type { UnaskedEvent } from "../protocol/session-events.js";
import { createConnection } from "./connection.js";
import type { Connection } from "./connection.js";
import { closedByUs } from "./disconnection.js";
import type { Disconnection } from "./disconnection.js";
import type { ConnectionEnvironment } from "./environment.js";
import type { EstablishedSession } from "./established-session.js";
import type { LastingParts } from "./lasting-parts.js";
import { nextState, urlAt } from "./reconnector-state.js";
import type { ReconnectorEvent, ReconnectorRules, ReconnectorState } from "./reconnector-state.js";
import type { WireSession } from "./wire-session.js";

/** Receives the events of a reconnector, each before the status that follows from it. */
export interface ReconnectorEvents {
  status(record: StatusRecord): void;
  /** @param provenBy the method by which the session has proved its identity, if it had to */
  online(session: WireSession, provenBy: string | undefined): void;
  /** Called after `online` with messages that do not answer a request; also between `close` and its completion. */
  received(event: UnaskedEvent): void;
  /** The status of the session that is online has another round trip. */
  measured(record: StatusRecord): void;
  /** Tells whether the loss of the connection would matter, although no request is unanswered. */
  isNeeded(): boolean;
  /**
   * Asks the application whether the reason for the end of a connection is fatal. Resolves with undefined if it leaves that to the table;
   * returns undefined if there is none to ask.
   */
  isFatal(reason: ErrorRecord): Promise<boolean | undefined> | undefined;
  /** The session was lost, not closed by `close`. The handlers of its requests have been called. */
  lost(session: WireSession, error: ErrorRecord): void;
}

/** The credentials of a session, and the judge of what becomes of them. */
export interface ReconnectorAccess extends AuthAnswers {
  /** Lets the application be asked anew for what it has not answered yet. */
  askAgain(): void;
  /** Returns the complete URL with this index in the configuration; called before each attempt. */
  address(index: number): Promise<string>;
  /**
   * An attempt failed. Returns true if that may be due to the secret and another one is to be tried, or the application has not given it
   * yet, so that nothing is final.
   */
  refused(disconnection: Disconnection): boolean;
  /** Returns an error without the secrets that a router may have echoed. */
  redacted(error: ErrorRecord): ErrorRecord;
}

/** Milliseconds for the application to judge a reason; then the table decides. */
export const VERDICT_TIME = 3_000;

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
  /** The browser has a network again, or none: no further attempt is made then, but those of `reconnectNow`. */
  networkChanged(isOnline: boolean): void;
  /** Something suggests that the connection is gone, or that an attempt would succeed: probes it, or cuts a retry delay short. */
  hint(): void;
  /** Tells what an application is being asked for; undefined if it has answered. */
  asking(question: Question | undefined): void;
  /**
   * Closes the session for good: with GOODBYE if it is established, otherwise by abandoning the attempt. Resolves when that is done,
   * at the latest when the router's time to answer GOODBYE is over.
   * @param loss set if the session will be followed by another one: the owner learns that it was lost, for this reason
   */
  close(reason: string, loss?: ErrorRecord): Promise<void>;
}

/** @param lasting what outlives the reconnector, which ends with its login */
export function createReconnector(
  env: ConnectionEnvironment,
  config: SessionConfig,
  lasting: LastingParts,
  credentials: ReconnectorAccess,
  events: ReconnectorEvents,
): Reconnector {
  const { clock } = env;
  const { urls, retry } = config;
  const rules: ReconnectorRules = { urls, maxAttempts: retry.maxAttempts };
  const authenticate = env.authentication(config.auth, credentials);
  let state: ReconnectorState = { name: "idle" };
  let status: StatusRecord = { state: "connecting", attempt: 1, url: urlAt(0, rules) };
  let connection: Connection | undefined;
  let session: EstablishedSession | undefined;
  /** True if the browser says that it has no network. */
  let isOffline = false;
  let stopWaiting: () => void = () => undefined;
  /** The method that the router chose on the last connection, which ended before the application had given its part of it. */
  let chosen: string | undefined;
  /** The application's verdict on the last loss, if it is asked. */
  let verdict: Promise<boolean | undefined> | undefined;
  /** Set by the first `close`. */
  let closing: Promise<void> | undefined;
  let finishClosing: () => void = () => undefined;
  /** The reason for which a session that is being closed counts as lost, if it does. */
  let loss: ErrorRecord | undefined;

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
      case "judging": {
        const judged = (verdict?: boolean): void => {
          if (isIn(entered)) apply({ name: "judged", verdict, isOffline });
        };
        stopWaiting = clock.after(VERDICT_TIME, judged);
        verdict?.then(judged, () => judged());
        const { error: reason } = entered.loss;
        emit({
          state: "waiting",
          attempt: entered.ended.attempts + 1,
          retryAt: clock.now() + VERDICT_TIME,
          reason,
        });
        return;
      }
      case "offline":
        emit({ state: "offline", attempt: entered.attempts + 1, reason: entered.reason });
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
    const only = chosen;
    chosen = undefined;
    const access = { authenticate: () => authenticate(only), address: () => credentials.address(index) };
    connection = createConnection(env, config, lasting, url, access, {
      welcomed: (welcomed, provenBy) => {
        session = welcomed;
        apply({ name: "welcomed", time: clock.now() }, () => events.online(welcomed, provenBy));
      },
      received: (event) => events.received(event),
      measured: () => {
        if (state.name !== "online" || session === undefined) return;
        const measured = (status = onlineStatus(session));
        tell(() => events.measured(measured));
      },
      isNeeded: () => events.isNeeded(),
      closed: disconnected,
    });
    connection.open();
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
    chosen = ending.askedFor;
    const fatal = ending.fatal && !isRetriable;
    const isLocal = fatal && ending.isLocal === true;
    // Neither another secret nor a browser that cannot authenticate is a matter of opinion.
    verdict = isClosing || isRetriable || isLocal ? undefined : events.isFatal(error);
    const isJudged = verdict !== undefined;
    const how = { time: clock.now(), error, fatal, isLocal, isRetriable, isOffline, isJudged };
    apply({ name: "disconnected", ...how }, () => {
      const cause = isClosing ? loss : error;
      if (lost === undefined || cause === undefined) return;
      for (const report of lost.end(cause, isClosing || ending.isClean === true)) tell(report);
      events.lost(lost, cause);
    });
  }

  function hint(): void {
    if (state.name === "online") session?.check();
    if (state.name === "waiting") apply({ name: "retried" });
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
      credentials.askAgain();
      apply({ name: "retried" });
    },
    networkChanged(isOnline) {
      isOffline = !isOnline;
      if (isOffline) apply({ name: "wentOffline" });
      else if (state.name === "offline") apply({ name: "retried" });
      else hint();
    },
    hint,
    asking(question) {
      if (state.name !== "connecting") return;
      const { urlIndex, attempts: attempt } = state;
      const trying = { attempt, url: urlAt(urlIndex, rules) };
      const { what, method } = question ?? {};
      if (what === "query" || (what === undefined && status.state !== "authenticating")) return;
      emit(
        what === undefined
          ? { state: "connecting", ...trying }
          : { state: "authenticating", ...trying, asked: what, method: method ?? "" },
      );
    },
    close(reason, lostFor) {
      if (closing !== undefined) return closing;
      if (state.name === "closed") return Promise.resolve();
      loss = lostFor;
      closing = new Promise((resolve) => (finishClosing = resolve));
      apply({ name: "closed", reason });
      return closing;
    },
  };
}

function onlineStatus({ id, url, serializer, details, roundTrip }: WireSession): StatusRecord {
  // With its token, any script of the origin could take the session over.
  const { "resume-token": _token, ...shown } = details;
  return {
    state: "online",
    session: id,
    url,
    serializer: serializer.name,
    details: shown,
    roundTrip: Math.round(roundTrip),
  };
}
