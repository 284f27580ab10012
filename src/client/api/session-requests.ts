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
} from "./api-types.js";
import type { CallResult, ProgressiveResult } from "./call-result.js";
import type { EncodedPayload, LazyOption } from "./encoded-payload.js";
import type { LazyEventHandler, LazyInvocationHandler, LazyWampEvent } from "./lazy.js";
import type { EventHandler, WampEvent } from "./events.js";
import type { HandlerResult } from "./handler-result.js";
import type { InvocationHandler } from "./invocation-context.js";
import type { Registration } from "./registration.js";
import type {
  CallOptions,
  CallResultOptions,
  ExactOption,
  PatternOption,
  PublishOptions,
  RegisterOptions,
  SubscribeOptions,
} from "./request-options.js";
import type { Subscription } from "./subscription.js";

/** The requests of a {@link Session}: calls, publications, subscriptions and registrations. */
export interface SessionRequests<Api extends ApiShape> {
  /**
   * Calls a procedure (WAMP, "CALL").
   *
   * @param procedure its URI
   * @param rest positional arguments, or an {@link EncodedPayload}, then options; they are encoded at once and may be modified afterwards
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
   * Calls a procedure like {@link SessionRequests.call} and returns all parts of the result (WAMP, "RESULT").
   *
   * @param procedure its URI
   * @param rest positional arguments, or an {@link EncodedPayload}, then options
   * @throws the errors listed at {@link Session}; with the option `lazy` a {@link PayloadDecodeError} when its arguments are used
   * @example
   * const { args: [quotient], kwargs } = await session.callResult("com.example.divide", [7, 2]);
   * show([quotient, kwargs["remainder"]]);
   */
  callResult<P extends ProcedureUri<Api>>(
    procedure: P,
    ...rest: ArgsAndOptions<ProcedureArgs<Api, P>, CallResultOptions<ProcedureKwargs<Api, P>>>
  ): Promise<CallResult>;
  /**
   * Calls a procedure and requests progressive results (WAMP, "Progressive Call Results"). The call is made at once; its results can be
   * iterated only once. The final result comes last, with `progress: false`. Leaving the loop early (`break`) cancels the call.
   *
   * @param procedure its URI
   * @param rest positional arguments, or an {@link EncodedPayload}, then options
   * @returns the results; iterating over them throws the errors listed at {@link Session}
   * @example
   * for await (const { args } of session.callProgressive("com.example.report", [2026])) show(args);
   */
  callProgressive<P extends ProcedureUri<Api>>(
    procedure: P,
    ...rest: ArgsAndOptions<ProcedureArgs<Api, P>, CallResultOptions<ProcedureKwargs<Api, P>>>
  ): AsyncIterable<ProgressiveResult>;
  /**
   * Publishes an event (WAMP, "PUBLISH"). The other tabs get it if they have subscribed; this tab does not, unless `excludeMe` is false.
   *
   * @param topic its URI
   * @param rest positional arguments, or an {@link EncodedPayload}, then options
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
   * Subscribes to a topic or a pattern, whose events remain encoded until their arguments are used: a relay decodes nothing.
   *
   * @param topic its URI, or the pattern
   * @param handler called with each event, in the order in which the router sent them
   * @param options match policy, retained event, deadline
   * @throws the errors listed at {@link Session}
   * @example
   * await session.subscribe("com.example.tick", ({ payload }) => session.publish("com.example.tock", payload), { lazy: true });
   */
  subscribe<T extends TopicUri<Api>>(
    topic: T,
    handler: LazyEventHandler<TopicArgs<Api, T>, TopicKwargs<Api, T>>,
    options: SubscribeOptions & LazyOption,
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
   * Iterates over the events of a topic or a pattern, which remain encoded until their arguments are used.
   *
   * @param topic its URI, or the pattern
   * @param options match policy, retained event, deadline, signal
   * @returns the events; iterating over them throws the errors listed at {@link Session}
   */
  events<T extends TopicUri<Api>>(
    topic: T,
    options: SubscribeOptions & LazyOption,
  ): AsyncIterable<LazyWampEvent<TopicArgs<Api, T>, TopicKwargs<Api, T>>>;

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
      ProcedureResult<Api, P> | HandlerResult | EncodedPayload
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
   * Registers a procedure or a pattern, whose calls remain encoded until their arguments are used.
   *
   * @param procedure its URI, or the pattern
   * @param handler answers the calls; it gets the encoded payload in the place of the arguments
   * @param options match and invocation policy, concurrency, deadline
   * @throws the errors listed at {@link Session}
   * @example
   * await session.register("com.example.echo", (payload) => payload, { lazy: true });
   */
  register<P extends ProcedureUri<Api>>(
    procedure: P,
    handler: LazyInvocationHandler<
      ProcedureArgs<Api, P>,
      ProcedureKwargs<Api, P>,
      ProcedureResult<Api, P> | HandlerResult | EncodedPayload
    >,
    options: RegisterOptions & LazyOption,
  ): Promise<Registration>;
}
