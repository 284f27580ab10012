import type { Inspection } from "../../contract/port.js";
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
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { EventHandler, WampEvent } from "./events.js";
import type { HandlerResult } from "./handler-result.js";
import type { InvocationHandler } from "./invocation-context.js";
import type { Registration } from "../features/registrations.js";
import type {
  CallOptions,
  ExactOption,
  PatternOption,
  PublishOptions,
  RegisterOptions,
  SubscribeOptions,
} from "./request-options.js";
import type { CloseReason, SessionStatus } from "./status.js";
import type { Subscription } from "../features/subscriptions.js";

/**
 * A page's part in the WAMP session that all pages of the origin share. Made by `connect`.
 *
 * Every request is rejected with one of: `InvalidArgumentError` (what came, what was expected), `SerializationError`, `WampError`
 * (the router's or the callee's answer), `TimeoutError`, `ConnectionLostError`, `OfflineError`, `WorkerLostError`,
 * `SessionClosedError`, `OverflowError`, `FeatureNotSupportedError`, or the reason of its signal. Nothing is thrown otherwise.
 */
export interface Session<Api extends ApiShape = UntypedApi> extends AsyncDisposable {
  /** The realm that was asked for. */
  readonly realm: string;
  /** Who the session is for. */
  readonly principal: string;

  /**
   * Resolves when there is a WAMP session for the first time (WAMP, "WELCOME"); rejects with the reason if it is closed
   * before. Requests need not wait for it.
   */
  readonly ready: Promise<void>;

  /** Resolves when the session is over for this page, with the reason. Never rejects. */
  readonly closed: Promise<CloseReason>;

  /** How the session is now. */
  readonly status: SessionStatus;

  /**
   * Listens to changes of `status`.
   * @returns what stops listening
   */
  on(event: "status", listener: (status: SessionStatus) => void): () => void;
  /**
   * Listens to errors that settle no request, such as an event that could not be decoded. Those from before the first
   * listener are told to it.
   * @returns what stops listening
   */
  on(event: "warning", listener: (error: WampMuxError) => void): () => void;

  /**
   * Calls a procedure (WAMP, "CALL").
   *
   * @param procedure its URI
   * @param rest positional arguments, then options; encoded at once, so that they may be changed afterwards
   * @returns the first positional result; undefined if there is none
   * @example
   * const sum = await session.call("com.example.add2", [2, 3], { timeout: 2_000 });
   */
  call<P extends ProcedureUri<Api>>(
    procedure: P,
    ...rest: ArgsAndOptions<ProcedureArgs<Api, P>, CallOptions<ProcedureKwargs<Api, P>>>
  ): Promise<ProcedureResult<Api, P>>;

  /** Like {@link Session.call}, with everything that the result has. */
  callResult<P extends ProcedureUri<Api>>(
    procedure: P,
    ...rest: ArgsAndOptions<ProcedureArgs<Api, P>, CallOptions<ProcedureKwargs<Api, P>>>
  ): Promise<CallResult>;

  /**
   * Calls a procedure that answers in parts (WAMP, "Progressive Call Results"). The call is made at once; the parts can
   * be read once. The final result comes last, with `progress` false. Not reading on (`break`) cancels the call.
   *
   * @example
   * for await (const part of session.callProgressive("com.example.report", [2026])) show(part.args);
   */
  callProgressive<P extends ProcedureUri<Api>>(
    procedure: P,
    ...rest: ArgsAndOptions<ProcedureArgs<Api, P>, CallOptions<ProcedureKwargs<Api, P>>>
  ): AsyncIterable<ProgressiveResult>;

  /**
   * Publishes an event (WAMP, "PUBLISH"). This page does not get it, unless `excludeMe` is false; the other pages of the
   * session do.
   *
   * @param topic its URI
   * @param rest positional arguments, then options
   * @returns the publication's id if it was asked to be acknowledged; otherwise it resolves when the event has been sent
   * @example
   * await session.publish("com.example.chat", ["hello"], { acknowledge: true });
   */
  publish<T extends TopicUri<Api>>(
    topic: T,
    ...rest: ArgsAndOptions<TopicArgs<Api, T>, PublishOptions<TopicKwargs<Api, T>>>
  ): Promise<number | undefined>;

  /**
   * Subscribes to a topic (WAMP, "SUBSCRIBE"). The subscription lasts until `unsubscribe()`, also when the connection or the worker
   * is replaced. What the handler throws is reported as an uncaught error and does not stop other handlers.
   *
   * @param topic its URI, or a pattern with the option `match`
   * @param handler is called with each event, in the order of the wire
   * @example
   * await using ticks = await session.subscribe("com.example.tick", (event) => draw(event.args));
   */
  subscribe<T extends TopicUri<Api>>(
    topic: T,
    handler: EventHandler<TopicArgs<Api, T>, TopicKwargs<Api, T>>,
    options?: SubscribeOptions & ExactOption,
  ): Promise<Subscription>;
  /** Subscribes to all topics that match a pattern (WAMP, "Pattern-based Subscriptions"). */
  subscribe(
    topic: string,
    handler: EventHandler,
    options: SubscribeOptions & PatternOption,
  ): Promise<Subscription>;

  /**
   * The events of a topic one by one. Subscribes when the first one is asked for, unsubscribes when nobody reads on; the
   * option `signal` ends the reading at any time.
   *
   * @example
   * for await (const event of session.events("com.example.log")) console.log(event.args);
   */
  events<T extends TopicUri<Api>>(
    topic: T,
    options?: SubscribeOptions & ExactOption,
  ): AsyncIterable<WampEvent<TopicArgs<Api, T>, TopicKwargs<Api, T>>>;
  /** The events of all topics that match a pattern. */
  events(topic: string, options: SubscribeOptions & PatternOption): AsyncIterable<WampEvent>;

  /**
   * Registers a procedure (WAMP, "REGISTER"). The registration lasts until `unregister()`, also when the connection or the worker is
   * replaced.
   *
   * @param procedure its URI, or a pattern with the option `match`
   * @param handler answers the calls
   * @example
   * await session.register("com.example.add2", ([a, b]) => a + b);
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
  /** Registers all procedures that match a pattern (WAMP, "Pattern-based Registrations"). */
  register(
    procedure: string,
    handler: InvocationHandler,
    options: RegisterOptions & PatternOption,
  ): Promise<Registration>;

  /** Tries to connect at once instead of when the next attempt is due; asks once more for a secret that does not come. */
  reconnectNow(): Promise<void>;

  /** What the worker holds for all pages, counted; for tests and for finding leaks. */
  inspect(): Promise<Inspection>;

  /**
   * Leaves the session: what this page holds is released, what it still waits for is rejected with `SessionClosedError`. The other
   * pages stay; with the last one the WAMP session ends (WAMP, "GOODBYE"). A second call gives the same promise.
   */
  leave(): Promise<void>;
}
