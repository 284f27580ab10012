import type { ErrorRecord } from "../contract/errors.js";
import type { SessionConfig } from "../contract/session-config.js";
import type { StatusRecord } from "../contract/status.js";
import { backoff } from "../contract/backoff.js";
import type { AuthExchange } from "../auth/auth-method.js";
import { authRuns } from "./auth-runs.js";
import { Connection } from "./connection.js";
import { closedByUs } from "./disconnection.js";
import type { Disconnection } from "./disconnection.js";
import type { ConnectionEnvironment } from "./environment.js";
import type { EstablishedSession } from "./established-session.js";
import type { UnaskedEvent, WireSession } from "./wire-session.js";

/** What happened is told before the status that follows from it. */
export interface ReconnectorEvents {
  status(record: StatusRecord): void;
  online(session: WireSession): void;
  /** Called after `online` with messages that answer no request; also between `close` and its end. */
  received(event: UnaskedEvent): void;
  /** The session is over for a reason other than `close`. The handlers of its requests have been told. */
  lost(session: WireSession, error: ErrorRecord): void;
  /** Asks the application for the secret, before each attempt of a session that is configured so. */
  credential(): Promise<string>;
}

/**
 * Keeps a session connected: one connection after the other, until it is closed or there is no point in going on. There is none
 * when the attempts are used up, or when every URL has given a fatal reason since the last WELCOME: as long as one has not, the
 * others may be out of date or set up wrongly.
 */
export class Reconnector {
  #status: StatusRecord;
  #session: EstablishedSession | undefined;
  #connection: Connection | undefined;
  /** The URL of the next attempt. */
  #urlIndex = 0;
  /** Attempts since the last WELCOME, the current one included: a socket that opens proves nothing. */
  #attempts = 0;
  /** The URLs that gave a fatal reason since the last WELCOME. */
  readonly #authenticate: () => AuthExchange;
  readonly #fatalUrls = new Set<string>();
  #stopWaiting: () => void = () => undefined;
  #closing:
    { readonly reason: string; readonly done: Promise<void>; readonly finish: () => void } | undefined;

  constructor(
    private readonly env: ConnectionEnvironment,
    private readonly config: SessionConfig,
    private readonly events: ReconnectorEvents,
  ) {
    this.#status = { state: "connecting", attempt: 1, url: this.#url };
    this.#authenticate = authRuns(env.authMethods, config.auth, () => events.credential());
  }

  get session(): WireSession | undefined {
    return this.#session;
  }

  get status(): StatusRecord {
    return this.#status;
  }

  /** Begins; `rememberedUrl` is the one that worked the last time, and is tried first if it is still configured. */
  start(rememberedUrl?: string): void {
    if (this.#attempts > 0 || this.#status.state === "closed") return;
    this.#urlIndex = Math.max(0, rememberedUrl === undefined ? 0 : this.config.urls.indexOf(rememberedUrl));
    this.#connect();
  }

  /** Cuts a retry delay short, and asks once more for a secret that does not come; does nothing in any other state. */
  reconnectNow(): void {
    this.#connection?.askAgain();
    if (this.#status.state !== "waiting") return;
    this.#stopWaiting();
    this.#connect();
  }

  /**
   * Ends the session for good: with GOODBYE if there is one, else by giving up the attempt. Resolves when that is done, in
   * any case within the time that a router has to answer GOODBYE.
   */
  close(reason: string): Promise<void> {
    if (this.#closing !== undefined) return this.#closing.done;
    if (this.#status.state === "closed") return Promise.resolve();
    let finish = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    this.#closing = { reason, done, finish };
    this.#stopWaiting();
    if (this.#connection === undefined) this.#over(closedByUs(reason).error);
    else this.#connection.close(reason);
    return done;
  }

  get #url(): string {
    const { urls } = this.config;
    const url = urls[this.#urlIndex % urls.length];
    if (url === undefined) throw new Error("A session needs at least one URL");
    return url;
  }

  #connect(): void {
    const url = this.#url;
    this.#attempts += 1;
    this.#emit({ state: "connecting", attempt: this.#attempts, url });
    if (this.#closing !== undefined) return;
    const connection = new Connection(this.env, this.config, url, this.#authenticate, {
      welcomed: (session) => {
        this.#welcomed(session);
      },
      received: (event) => {
        this.events.received(event);
      },
      closed: (disconnection) => {
        this.#ended(disconnection);
      },
    });
    this.#connection = connection;
    connection.open();
  }

  #welcomed(session: EstablishedSession): void {
    this.#session = session;
    this.#attempts = 0;
    this.#fatalUrls.clear();
    this.events.online(session);
    if (this.#session !== session || this.#closing !== undefined) return;
    const { id, url, serializer, details } = session;
    this.#emit({ state: "online", session: id, url, serializer: serializer.name, details });
  }

  #ended({ error, fatal }: Disconnection): void {
    const session = this.#session;
    this.#session = undefined;
    this.#connection = undefined;
    if (this.#closing !== undefined) {
      this.#over(closedByUs(this.#closing.reason).error);
      return;
    }
    if (fatal) this.#fatalUrls.add(this.#url);
    // The URL that worked is the first one to come back to.
    if (session === undefined) this.#urlIndex += 1;
    else this.#lose(session, error);
    if (this.#isClosing()) return;
    if (this.config.urls.every((url) => this.#fatalUrls.has(url))) this.#over(error);
    else if (this.#attempts >= this.config.retry.maxAttempts) this.#over(exhausted(this.#attempts, error));
    else this.#wait(error);
  }

  #lose(session: EstablishedSession, error: ErrorRecord): void {
    session.lost(error);
    this.events.lost(session, error);
  }

  #wait(reason: ErrorRecord): void {
    const delay = backoff(this.#attempts, this.config.retry, this.env.random);
    this.#stopWaiting = this.env.clock.after(delay, () => {
      this.#connect();
    });
    this.#emit({
      state: "waiting",
      attempt: this.#attempts + 1,
      retryAt: this.env.clock.now() + delay,
      reason,
    });
  }

  #over(reason: ErrorRecord): void {
    this.#emit({ state: "closed", reason });
    this.#closing?.finish();
  }

  // A listener may have called `close` meanwhile, which the compiler cannot see.
  #isClosing(): boolean {
    return this.#closing !== undefined;
  }

  #emit(status: StatusRecord): void {
    this.#status = status;
    this.events.status(status);
  }
}

function exhausted(attempts: number, cause: ErrorRecord): ErrorRecord {
  return {
    name: "SessionClosedError",
    message: `No session after ${attempts} attempts in a row: ${cause.message}`,
    cause,
  };
}
