import type { AuthExchange } from "../auth/auth-method.js";
import { backoff } from "../contract/backoff.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { SessionConfig } from "../contract/session-config.js";
import type { StatusRecord } from "../contract/status.js";
import { authRuns } from "./auth-runs.js";
import { Connection } from "./connection.js";
import { closedByUs } from "./disconnection.js";
import type { Disconnection } from "./disconnection.js";
import type { ConnectionEnvironment } from "./environment.js";
import type { EstablishedSession } from "./established-session.js";
import type { GateRules } from "./gate/gate.js";
import { SizeLimit } from "./gate/size-limit.js";
import { nextState, urlAt } from "./reconnector-state.js";
import type { ReconnectorEvent, ReconnectorRules, ReconnectorState } from "./reconnector-state.js";
import type { UnaskedEvent, WireSession } from "./wire-session.js";

/** Receives the events of a reconnector, each before the status that follows from it. */
export interface ReconnectorEvents {
  status(record: StatusRecord): void;
  online(session: WireSession): void;
  /** Called after `online` with messages that do not answer a request; also between `close` and its completion. */
  received(event: UnaskedEvent): void;
  /** The session was lost, not closed by `close`. The handlers of its requests have been called. */
  lost(session: WireSession, error: ErrorRecord): void;
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
export class Reconnector {
  #state: ReconnectorState = { name: "idle" };
  #status: StatusRecord;
  #session: EstablishedSession | undefined;
  #connection: Connection | undefined;
  #stopWaiting: () => void = () => undefined;
  /** Set by the first `close`. */
  #closing: Promise<void> | undefined;
  #finishClosing: () => void = () => undefined;
  readonly #rules: ReconnectorRules;
  readonly #gate: GateRules;
  readonly #authenticate: () => AuthExchange;

  constructor(
    private readonly env: ConnectionEnvironment,
    private readonly config: SessionConfig,
    private readonly events: ReconnectorEvents,
  ) {
    this.#gate = { uriRules: config.uriRules, sizeLimit: new SizeLimit(config.maxMessageSize) };
    this.#rules = { urls: config.urls, maxAttempts: config.retry.maxAttempts };
    this.#status = { state: "connecting", attempt: 1, url: urlAt(0, this.#rules) };
    this.#authenticate = authRuns(env.authMethods, config.auth, () => events.secret());
  }

  get session(): WireSession | undefined {
    return this.#session;
  }

  get status(): StatusRecord {
    return this.#status;
  }

  /**
   * Starts connecting. `rememberedUrl`, the URL of the last session, is tried first if it is still configured.
   * @param wasOnline true if there has been a session in an earlier worker
   */
  start(rememberedUrl?: string, wasOnline = false): void {
    this.#apply({ name: "started", wasOnline, ...(rememberedUrl === undefined ? {} : { rememberedUrl }) });
  }

  /** Cuts a retry delay short, or asks again for a secret or query that has not arrived; does nothing in any other state. */
  reconnectNow(): void {
    this.#connection?.askAgain();
    this.#apply({ name: "retried" });
  }

  /**
   * Closes the session for good: with GOODBYE if it is established, otherwise by abandoning the attempt. Resolves when that is done,
   * at the latest when the router's time to answer GOODBYE is over.
   */
  close(reason: string): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    if (this.#state.name === "closed") return Promise.resolve();
    this.#closing = new Promise((resolve) => (this.#finishClosing = resolve));
    this.#apply({ name: "closed", reason });
    return this.#closing;
  }

  /**
   * Changes the state, reports the event, and performs the actions of the new state.
   * @param report reports the event to the owner; if its listener causes another event, that event takes precedence
   */
  #apply(event: ReconnectorEvent, report: () => void = () => undefined): void {
    const state = nextState(this.#state, event, this.#rules);
    if (state === this.#state) return;
    this.#state = state;
    this.#stopWaiting();
    this.#tell(report);
    if (this.#isIn(state)) this.#enter(state);
  }

  #isIn(state: ReconnectorState): boolean {
    return this.#state === state;
  }

  #enter(state: ReconnectorState): void {
    switch (state.name) {
      case "idle":
        return;
      case "connecting": {
        const url = urlAt(state.urlIndex, this.#rules);
        this.#emit({ state: "connecting", attempt: state.attempts, url });
        if (this.#isIn(state)) this.#connect(url, state.urlIndex % this.#rules.urls.length);
        return;
      }
      case "online": {
        const session = this.#session;
        if (session !== undefined) this.#emit(onlineStatus(session));
        return;
      }
      case "waiting": {
        const delay = backoff(state.attempts, this.config.retry, this.env.random);
        this.#stopWaiting = this.env.clock.after(delay, () => {
          this.#apply({ name: "retried" });
        });
        const retryAt = this.env.clock.now() + delay;
        this.#emit({ state: "waiting", attempt: state.attempts + 1, retryAt, reason: state.reason });
        return;
      }
      case "closing":
        if (this.#connection !== undefined) this.#connection.close(state.reason);
        // A listener of "connecting" called `close` before there was a connection.
        else this.#apply({ name: "disconnected", time: this.env.clock.now(), ...closedByUs(state.reason) });
        return;
      case "closed":
        this.#emit({ state: "closed", reason: state.reason });
        this.#finishClosing();
        return;
    }
  }

  #connect(url: string, index: number): void {
    const access = { authenticate: this.#authenticate, address: () => this.events.address(index) };
    const connection = new Connection(this.env, this.config, this.#gate, url, access, {
      welcomed: (session) => {
        this.#session = session;
        this.#apply({ name: "welcomed", time: this.env.clock.now() }, () => {
          this.events.online(session);
        });
      },
      received: (event) => {
        this.events.received(event);
      },
      closed: (disconnection) => {
        this.#disconnected(disconnection);
      },
    });
    this.#connection = connection;
    connection.open();
  }

  #disconnected({ error: told, ...ending }: Disconnection): void {
    const disconnection = { ...ending, error: this.events.redacted(told) };
    const session = this.#session;
    this.#session = undefined;
    this.#connection = undefined;
    const closing = this.#state.name === "closing";
    const isRetriable = session === undefined && !closing && this.#isRefusalOfOneSecret(disconnection);
    const { error, fatal } = disconnection;
    const time = this.env.clock.now();
    this.#apply({ name: "disconnected", time, error, fatal: fatal && !isRetriable, isRetriable }, () => {
      if (session === undefined || closing) return;
      for (const tell of session.end(error)) this.#tell(tell);
      this.events.lost(session, error);
    });
  }

  #isRefusalOfOneSecret(disconnection: Disconnection): boolean {
    let isRetriable = false;
    this.#tell(() => (isRetriable = this.events.refused(disconnection)));
    return isRetriable;
  }

  #emit(status: StatusRecord): void {
    this.#status = status;
    this.#tell(() => this.events.status(status));
  }

  /** Goes on if a listener throws, because a state whose actions are missing would last for ever. */
  #tell(report: () => void): void {
    try {
      report();
    } catch (cause) {
      this.env.log("A listener of the connection failed", cause);
    }
  }
}

function onlineStatus({ id, url, serializer, details }: WireSession): StatusRecord {
  // With its token, any script of the origin could take the session over.
  const { "resume-token": _token, ...shown } = details;
  return { state: "online", session: id, url, serializer: serializer.name, details: shown };
}
