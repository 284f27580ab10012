import type { Inspection } from "../../contract/port.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type {
  ApiShape,
  ArgsAndOptions,
  ProcedureArgs,
  ProcedureKwargs,
  ProcedureResult,
  ProcedureUri,
  TopicArgs,
  TopicKwargs,
  TopicUri,
  UntypedApi,
} from "./api-types.js";
import type { CallResult, ProgressiveResult } from "./call-result.js";
import type { EventHandler, WampEvent } from "./events.js";
import type { HandlerResult } from "./handler-result.js";
import type { InvocationHandler } from "./invocation-context.js";
import type { Outbox } from "./outbox.js";
import type { Registration } from "./registration.js";
import type {
  CallOptions,
  ExactOption,
  PatternOption,
  PublishOptions,
  RegisterOptions,
  SubscribeOptions,
} from "./request-options.js";
import type { CloseReason, SessionStatus } from "./status.js";
import type { Subscription } from "./subscription.js";

/** Options of `Session.logout`. */
export interface LogoutOptions {
  /**
   * Wipes what the outbox holds, or keeps it until its user logs in again.
   * @default "wipe"
   */
  readonly outbox?: "keep" | "wipe" | undefined;
}

/**
 * A lease of the WAMP session that all tabs of the origin share; created by `connect`. Its `leave()` ends everything that was requested
 * through it, and nothing of the other leases of the same page.
 *
 * A request never throws. It rejects with one of these errors: `InvalidArgumentError`, `SerializationError`, `WampError` (an ERROR from
 * the router or the callee), `PayloadDecodeError`, `TimeoutError`, `ConnectionLostError`, `OfflineError`, `WorkerLostError`,
 * `SessionClosedError`, `OverflowError`, `OptionConflictError`, `FeatureNotSupportedError`, `StorageError`, or the reason of its signal.
 */
export interface Session<Api extends ApiShape = UntypedApi> extends AsyncDisposable {
  /** The requested realm. */
  readonly realm: string;
  /** Name of the user that the session belongs to. */
  readonly principal: string;

  /**
   * The identity of this tab in the session: random, of lower-case letters and digits, so that it can be a component of a URI. It is the
   * same for every `connect()` of the page to the session, and outlives the loss of the connection and of the worker; a reload is another
   * tab. WAMP's session id means all tabs. No peer knows it unless it is sent, such as with the option `sendTab`.
   *
   * @example
   * // A backend publishes to one tab: it takes the identity from the keyword argument `_tab` of a call with `sendTab`.
   * await session.subscribe(`com.example.tab.${session.tab}`, (event) => show(event.args));
   * await session.call("com.example.order", ["book"], { sendTab: true });
   */
  readonly tab: string;

  /**
   * Resolves when a WAMP session is established for the first time (WAMP, "WELCOME"); rejects with the reason if the session is closed
   * before that. Requests need not wait for it.
   */
  readonly ready: Promise<void>;

  /** Resolves with the reason when this lease has left, or the session is closed. Never rejects. */
  readonly closed: Promise<CloseReason>;

  /** The current status. */
  readonly status: SessionStatus;

  /** The requests that were made with `offline: "durable"`, of all tabs and of those that were closed. */
  readonly outbox: Outbox;

  /**
   * Listens for changes of `status`.
   *
   * @param event the event to listen to
   * @param listener called with each new status
   * @returns a function that removes the listener
   * @throws {@link InvalidArgumentError} for any other event name
   * @example
   * const stop = session.on("status", ({ state }) => show(state));
   * stop();
   */
  on(event: "status", listener: (status: SessionStatus) => void): () => void;
  /**
   * Listens for errors that do not settle a request, such as an event that could not be decoded, or the first failed attempt to connect if
   * nothing listens for the status. Those that concern a subscription or registration are told to the lease that made it, all others to
   * every lease of the page. Errors that occur before there is a listener are kept and delivered to the first one.
   *
   * @param event the event to listen to
   * @param listener called with each error
   * @returns a function that removes the listener
   * @throws {@link InvalidArgumentError} for any other event name
   */
  on(event: "warning", listener: (error: WampMuxError) => void): () => void;

  /**
   * Calls a procedure (WAMP, "CALL").
   *
   * @param procedure its URI
   * @param rest positional arguments, then options; they are encoded at once and may be modified afterwards
   * @returns the first positional result; undefined if there is none
   * @throws the errors listed at {@link Session}; a {@link WampError} is the answer of the router or the callee
   * @example
   * show(await session.call("com.example.add2", [2, 3], { timeout: 2_000 }));
   */
  call<P extends ProcedureUri<Api>>(
    procedure: P,
    ...rest: ArgsAndOptions<ProcedureArgs<Api, P>, CallOptions<ProcedureKwargs<Api, P>>>
  ): Promise<ProcedureResult<Api, P>>;

  /**
   * Calls a procedure like {@link Session.call} and returns all parts of the result (WAMP, "RESULT").
   *
   * @param procedure its URI
   * @param rest positional arguments, then options
   * @throws the errors listed at {@link Session}
   * @example
   * const { args: [quotient], kwargs } = await session.callResult("com.example.divide", [7, 2]);
   * show([quotient, kwargs["remainder"]]);
   */
  callResult<P extends ProcedureUri<Api>>(
    procedure: P,
    ...rest: ArgsAndOptions<ProcedureArgs<Api, P>, CallOptions<ProcedureKwargs<Api, P>>>
  ): Promise<CallResult>;

  /**
   * Calls a procedure and requests progressive results (WAMP, "Progressive Call Results"). The call is made at once; its results can be
   * iterated only once. The final result comes last, with `progress: false`. Leaving the loop early (`break`) cancels the call.
   *
   * @param procedure its URI
   * @param rest positional arguments, then options
   * @returns the results; iterating over them throws the errors listed at {@link Session}
   * @example
   * for await (const { args } of session.callProgressive("com.example.report", [2026])) show(args);
   */
  callProgressive<P extends ProcedureUri<Api>>(
    procedure: P,
    ...rest: ArgsAndOptions<ProcedureArgs<Api, P>, CallOptions<ProcedureKwargs<Api, P>>>
  ): AsyncIterable<ProgressiveResult>;

  /**
   * Publishes an event (WAMP, "PUBLISH"). The other tabs get it if they have subscribed; this tab does not, unless `excludeMe` is false.
   *
   * @param topic its URI
   * @param rest positional arguments, then options
   * @returns the publication's id with `acknowledge: true`; otherwise undefined, as soon as the event has been sent or, with
   * `offline: "durable"`, stored
   * @throws the errors listed at {@link Session}
   * @example
   * await session.publish("com.example.chat", ["hello"], { acknowledge: true });
   */
  publish<T extends TopicUri<Api>>(
    topic: T,
    ...rest: ArgsAndOptions<TopicArgs<Api, T>, PublishOptions<TopicKwargs<Api, T>>>
  ): Promise<number | undefined>;

  /**
   * Subscribes to a topic (WAMP, "SUBSCRIBE"). The subscription lasts until `unsubscribe()`, even if the connection or the worker is
   * replaced. An error that the handler throws, or with which its promise rejects, is reported as an uncaught error and does not affect
   * other handlers; the `SessionClosedError` of its own requests after `leave()` is not.
   *
   * @param topic its URI
   * @param handler called with each event, in the order in which the router sent them
   * @param options match policy, retained event, deadline
   * @throws the errors listed at {@link Session}
   * @example
   * await using ticks = await session.subscribe("com.example.tick", (event) => draw(event.args));
   * show(ticks.active);
   */
  subscribe<T extends TopicUri<Api>>(
    topic: T,
    handler: EventHandler<TopicArgs<Api, T>, TopicKwargs<Api, T>>,
    options?: SubscribeOptions & ExactOption,
  ): Promise<Subscription>;
  /**
   * Subscribes to all topics that match a pattern (WAMP, "Pattern-based Subscriptions").
   *
   * @param topic the pattern
   * @param handler called with each event, in the order in which the router sent them
   * @param options match policy, retained event, deadline
   * @throws the errors listed at {@link Session}
   * @example
   * await session.subscribe("com.example", (event) => show(event.topic), { match: "prefix" });
   */
  subscribe(
    topic: string,
    handler: EventHandler,
    options: SubscribeOptions & PatternOption,
  ): Promise<Subscription>;

  /**
   * Iterates over the events of a topic (WAMP, "EVENT"). The iterator subscribes when the first event is requested, and unsubscribes
   * when the loop ends; the option `signal` ends the iteration at any time.
   *
   * @param topic its URI
   * @param options match policy, retained event, deadline, signal
   * @returns the events; iterating over them throws the errors listed at {@link Session}
   * @example
   * for await (const event of session.events("com.example.log")) console.log(event.args);
   */
  events<T extends TopicUri<Api>>(
    topic: T,
    options?: SubscribeOptions & ExactOption,
  ): AsyncIterable<WampEvent<TopicArgs<Api, T>, TopicKwargs<Api, T>>>;
  /**
   * Iterates over the events of all topics that match a pattern (WAMP, "Pattern-based Subscriptions").
   *
   * @param topic the pattern
   * @param options match policy, retained event, deadline, signal
   * @returns the events; iterating over them throws the errors listed at {@link Session}
   */
  events(topic: string, options: SubscribeOptions & PatternOption): AsyncIterable<WampEvent>;

  /**
   * Registers a procedure (WAMP, "REGISTER"). The registration lasts until `unregister()`, even if the connection or the worker is
   * replaced.
   *
   * @param procedure its URI
   * @param handler answers the calls
   * @param options match and invocation policy, concurrency, deadline
   * @throws the errors listed at {@link Session}, such as a {@link WampError} `wamp.error.procedure_already_exists`
   * @example
   * await session.register("com.example.add2", ([a, b]: [number, number]) => a + b);
   */
  register<P extends ProcedureUri<Api>>(
    procedure: P,
    handler: InvocationHandler<
      ProcedureArgs<Api, P>,
      ProcedureKwargs<Api, P>,
      ProcedureResult<Api, P> | HandlerResult
    >,
    options?: RegisterOptions & ExactOption,
  ): Promise<Registration>;
  /**
   * Registers all procedures that match a pattern (WAMP, "Pattern-based Registrations").
   *
   * @param procedure the pattern
   * @param handler answers the calls; the invocation's `procedure` is the one that was called
   * @param options match and invocation policy, concurrency, deadline
   * @throws the errors listed at {@link Session}
   * @example
   * await session.register("com.example.files", (_args, { procedure }) => find(procedure), { match: "prefix" });
   */
  register(
    procedure: string,
    handler: InvocationHandler,
    options: RegisterOptions & PatternOption,
  ): Promise<Registration>;

  /**
   * Connects at once instead of after the retry delay, and asks again for a secret that has not arrived. During the delay before the next
   * worker it starts that at once.
   *
   * @throws {@link SessionClosedError} if the session is closed, {@link WorkerLostError} while the next worker is being started,
   * {@link TimeoutError} if the worker does not answer within `attachTimeout`
   */
  reconnectNow(): Promise<void>;

  /**
   * Returns counts of everything that the worker holds for all tabs; for tests, and for finding leaks.
   *
   * @throws {@link SessionClosedError} if the session is closed, {@link WorkerLostError} while no worker is attached,
   * {@link TimeoutError} if the worker does not answer within `attachTimeout`
   */
  inspect(): Promise<Inspection>;

  /**
   * Ends the session of all tabs, with GOODBYE, and wipes what the worker has stored of it. In each tab the status becomes "closed" for the
   * reason "logged-out", and what is pending rejects with `SessionClosedError`. Resolves when the session is closed. Keys that the application
   * has stored are its own.
   *
   * @param options what becomes of the outbox
   * @throws {@link TimeoutError} if the session is not closed within `requestTimeout`, {@link SessionClosedError} if it was closed before
   * @example
   * const session = await connect({ url: "wss://router.example/ws", realm: "realm1" });
   * await session.logout();
   */
  logout(options?: LogoutOptions): Promise<void>;

  /**
   * Ends this lease: everything that was requested through it is released, and its pending requests reject with `SessionClosedError`. The
   * page leaves the session with its last lease; when the last tab leaves, the WAMP session ends (WAMP, "GOODBYE"). Resolves when the worker
   * has released everything. A second call returns the same promise. Never rejects.
   *
   * @example
   * const session = await connect({ url: "wss://router.example/ws", realm: "realm1" });
   * await session.leave();
   */
  leave(): Promise<void>;
}
