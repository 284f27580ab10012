import type {
  CallOptions,
  ConnectOptions,
  CryptosignAuth,
  Inspection,
  OpenAuth,
  PasswordAuth,
  PublishOptions,
  RegisterOptions,
  SessionStatus,
  SubscribeOptions,
  TicketAuth,
} from "wamp-mux";
import type { TabPage } from "../engines/engine.js";
import { engine } from "../engines/index.js";
import type { HandlerKind, Outcome, SeenEvent, SeenInvocation } from "./page-kit.js";

/** Options that can cross from the test to the page: everything but functions and signals. */
/** The methods with a secret that is a value. */
export type SecretAuth = (TicketAuth | PasswordAuth | CryptosignAuth) & { readonly secret: string };
type PlainAuth = OpenAuth | SecretAuth;

export type PlainConnectOptions = Partial<
  Omit<ConnectOptions, "auth" | "passthru" | "query" | "url" | "workerUrl">
> & {
  readonly url?: string | readonly string[];
  readonly query?: string;
  readonly auth?: PlainAuth | readonly PlainAuth[];
  readonly workerUrl?: string;
};
type Plain<T> = Omit<T, "signal" | "onGap">;
type PlainCallOptions = Plain<CallOptions>;

export function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.error.name}: ${outcome.error.message} ${JSON.stringify(outcome.error)}`);
}

/** One page with a session in `window.session`, and the client's functions for the test to call. */
export class Tab {
  #listens = 0;
  #crashed = false;

  constructor(
    readonly page: TabPage,
    readonly name: string,
    readonly options: PlainConnectOptions & { url: string | readonly string[]; realm: string },
  ) {}

  /** Calls `connect()`, which resolves when the worker has accepted the tab; the session may still be connecting. */
  attach(overrides: PlainConnectOptions = {}): Promise<Outcome<void>> {
    return this.page.evaluate(
      (options) =>
        window.kit.outcome(
          window.wampMux.connect(options).then((session) => {
            window.session = session;
          }),
        ),
      { ...this.options, ...overrides },
    );
  }

  /** Calls `connect()` and waits for WELCOME. */
  async connect(overrides: PlainConnectOptions = {}): Promise<void> {
    valueOf(await this.attach(overrides));
    await this.page.evaluate(() => window.session.ready);
  }

  status(): Promise<SessionStatus> {
    return this.page.evaluate(() => window.session.status);
  }

  /** The WAMP session id; rejects when the session is not online. */
  async sessionId(): Promise<number> {
    const status = await this.status();
    if (status.state !== "online") throw new Error(`${this.name} is ${status.state}`);
    return status.session;
  }

  /** Resolves when the status is `state`. */
  async waitForStatus<S extends SessionStatus["state"]>(state: S) {
    const reached = await this.listenForStatus(state);
    return reached();
  }

  /** Starts to listen, and returns a function that resolves when the status has been `state`, if only for a moment. */
  async listenForStatus<S extends SessionStatus["state"]>(state: S) {
    const name = `status ${state} ${(this.#listens += 1)}`;
    await this.page.evaluate(
      ([name, wanted]) => {
        window.kit.start(
          name,
          () =>
            new Promise((resolve) => {
              const look = (status: SessionStatus) => {
                if (status.state === wanted) resolve(status);
              };
              look(window.session.status);
              window.session.on("status", look);
            }),
        );
      },
      [name, state] as const,
    );
    return async () => valueOf(await this.settled(name)) as Extract<SessionStatus, { state: S }>;
  }

  callOutcome(procedure: string, args: readonly unknown[] = [], options: PlainCallOptions = {}) {
    return this.page.evaluate(
      ([procedure, args, options]) => window.kit.outcome(window.session.call(procedure, args, options)),
      [procedure, args, options] as const,
    );
  }

  async call(
    procedure: string,
    args: readonly unknown[] = [],
    options: PlainCallOptions = {},
  ): Promise<unknown> {
    return valueOf(await this.callOutcome(procedure, args, options));
  }

  /** Starts a call; `settled(name)` returns its outcome, `abort(name)` aborts it. Resolves when the call is made. */
  startCall(name: string, procedure: string, args: readonly unknown[] = [], options: PlainCallOptions = {}) {
    return this.page.evaluate(
      ([name, procedure, args, options]) => {
        const { signal } = window.kit.controller(name);
        window.kit.start(name, () => window.session.call(procedure, args, { ...options, signal }));
      },
      [name, procedure, args, options] as const,
    );
  }

  startPublish(
    name: string,
    topic: string,
    args: readonly unknown[] = [],
    options: Plain<PublishOptions> = {},
  ) {
    return this.page.evaluate(
      ([name, topic, args, options]) => {
        window.kit.start(name, () => window.session.publish(topic, args, options));
      },
      [name, topic, args, options] as const,
    );
  }

  abort(name: string): Promise<void> {
    return this.page.evaluate((name) => window.kit.controller(name).abort(), name);
  }

  settled(name: string): Promise<Outcome> {
    return this.page.evaluate((name) => window.kit.settled(name), name);
  }

  isSettled(name: string): Promise<boolean> {
    return this.page.evaluate((name) => window.kit.isSettled(name), name);
  }

  publishOutcome(topic: string, args: readonly unknown[] = [], options: Plain<PublishOptions> = {}) {
    return this.page.evaluate(
      ([topic, args, options]) => window.kit.outcome(window.session.publish(topic, args, options)),
      [topic, args, options] as const,
    );
  }

  async publish(topic: string, args: readonly unknown[] = [], options: Plain<PublishOptions> = {}) {
    return valueOf(await this.publishOutcome(topic, args, options));
  }

  /** Subscribes, and records the events under `name`. */
  subscribeOutcome(
    topic: string,
    options: Plain<SubscribeOptions> = {},
    name = topic,
  ): Promise<Outcome<void>> {
    return this.page.evaluate(
      ([topic, options, name]) => {
        const recorder = window.kit.recorder<SeenEvent>(name);
        const record = ({ topic, args, kwargs, publication, retained }: SeenEvent) =>
          recorder.add({ topic, args, kwargs, publication, retained });
        const { match = "exact", ...others } = options;
        const asked =
          match === "exact"
            ? window.session.subscribe(topic, record, others)
            : window.session.subscribe(topic, record, { ...others, match });
        return window.kit.outcome(asked.then((handle) => void window.kit.track(name, handle)));
      },
      [topic, options, name] as const,
    );
  }

  async subscribe(topic: string, options: Plain<SubscribeOptions> = {}, name = topic): Promise<void> {
    valueOf(await this.subscribeOutcome(topic, options, name));
  }

  /** Resolves with all events recorded under `name` as soon as there are `count`. */
  events(name: string, count: number): Promise<SeenEvent[]> {
    return this.page.evaluate(([name, count]) => window.kit.recorder<SeenEvent>(name).waitForCount(count), [
      name,
      count,
    ] as const);
  }

  /** The first arguments of the events recorded under `name`, as soon as there are `count`. */
  async firstArgs(name: string, count: number): Promise<unknown[]> {
    return (await this.events(name, count)).map(({ args }) => args[0]);
  }

  registerOutcome(
    procedure: string,
    kind: HandlerKind,
    options: Plain<RegisterOptions> = {},
    name = procedure,
  ) {
    return this.page.evaluate(
      ([procedure, kind, options, name]) => {
        const { match = "exact", ...others } = options;
        const handler = window.kit.handler(kind, procedure);
        const asked =
          match === "exact"
            ? window.session.register(procedure, handler, others)
            : window.session.register(procedure, handler, { ...others, match });
        return window.kit.outcome(asked.then((handle) => void window.kit.track(name, handle)));
      },
      [procedure, kind, options, name] as const,
    );
  }

  async register(
    procedure: string,
    kind: HandlerKind,
    options: Plain<RegisterOptions> = {},
    name = procedure,
  ) {
    valueOf(await this.registerOutcome(procedure, kind, options, name));
  }

  /** Resolves with all invocations of a procedure in this tab as soon as there are `count`. */
  invocations(procedure: string, count: number): Promise<SeenInvocation[]> {
    return this.page.evaluate(
      ([name, count]) => window.kit.recorder<SeenInvocation>(name).waitForCount(count),
      [procedure, count] as const,
    );
  }

  release(procedure: string, value: unknown = null): Promise<void> {
    return this.page.evaluate(([procedure, value]) => window.kit.release(procedure, value), [
      procedure,
      value,
    ] as const);
  }

  /** Ends the subscription or registration with this name. */
  end(name: string): Promise<void> {
    return this.page.evaluate((name) => window.kit.end(name), name);
  }

  inspect(): Promise<Inspection> {
    return this.page.evaluate(() => window.session.inspect());
  }

  /** Polls the tables of the hub, even across the loss of a worker, because there is no event for their changes. */
  async inspectUntil(wanted: (inspection: Inspection) => boolean): Promise<Inspection> {
    for (;;) {
      const outcome = await this.page.evaluate(() => window.kit.outcome(window.session.inspect()));
      if (!outcome.ok && outcome.error.name !== "WorkerLostError") valueOf(outcome);
      if (outcome.ok && wanted(outcome.value)) return outcome.value;
    }
  }

  leave(): Promise<void> {
    return this.page.evaluate(() => window.session.leave());
  }

  /** True after the test has closed the page, or has made it crash. */
  get isGone(): boolean {
    return this.#crashed || this.page.isClosed();
  }

  /** Kills the page's process; resolves when it is dead. */
  async crash(): Promise<void> {
    await engine.crash(this.page);
    this.#crashed = true;
  }
}
