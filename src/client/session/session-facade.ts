import type { Inspection } from "../../contract/port.js";
import type { UnknownApi } from "../api/api-types.js";
import type { CallResult, ProgressiveResult } from "../api/call-result.js";
import { oneOf } from "../../contract/rules.js";
import { check, handler } from "../errors/checks.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { EventIterator } from "../features/event-iterator.js";
import type { EventHandler, WampEvent } from "../api/events.js";
import type { InvocationHandler } from "../api/invocation-context.js";
import type { Registration } from "../api/registration.js";
import type {
  CallOptions,
  PublishOptions,
  RegisterOptions,
  SubscribeOptions,
} from "../api/request-options.js";
import { refuseExtraArguments } from "./argument-counts.js";
import type { ClientSession } from "./client-session.js";
import type { Session } from "../api/session.js";
import type { CloseReason, SessionStatus } from "../api/status.js";
import type { Subscription } from "../api/subscription.js";

const eventName = oneOf("status", "warning");

/** The application's view of a session: delegates each public method to the part of the session that implements it. */
export class SessionFacade implements Session<UnknownApi> {
  readonly #session: ClientSession;

  constructor(session: ClientSession) {
    this.#session = session;
    refuseExtraArguments(this);
  }

  get realm(): string {
    return this.#session.settings.session.realm;
  }

  get principal(): string {
    return this.#session.settings.session.principal;
  }

  get tab(): string {
    return this.#session.tab;
  }

  get ready(): Promise<void> {
    return this.#session.state.ready;
  }

  get closed(): Promise<CloseReason> {
    return this.#session.state.closed;
  }

  get status(): SessionStatus {
    return this.#session.state.status;
  }

  on(event: "status", listener: (status: SessionStatus) => void): () => void;
  on(event: "warning", listener: (error: WampMuxError) => void): () => void;
  on(
    ...[event, listener]:
      | [event: "status", listener: (status: SessionStatus) => void]
      | [event: "warning", listener: (error: WampMuxError) => void]
  ): () => void {
    check("on(): event", event, eventName);
    handler("on(): listener", listener);
    return event === "status"
      ? this.#session.state.listeners.add(listener)
      : this.#session.warnings.add(listener);
  }

  async call(procedure: string, args: readonly unknown[] = [], options: CallOptions = {}): Promise<unknown> {
    const { args: results } = await this.#session.calls.call("call()", procedure, args, options);
    return results[0];
  }

  async callResult(
    procedure: string,
    args: readonly unknown[] = [],
    options: CallOptions = {},
  ): Promise<CallResult> {
    const {
      args: results,
      kwargs,
      details,
    } = await this.#session.calls.call("callResult()", procedure, args, options);
    return { args: results, kwargs, details };
  }

  callProgressive(
    procedure: string,
    args: readonly unknown[] = [],
    options: CallOptions = {},
  ): AsyncIterable<ProgressiveResult> {
    return this.#session.calls.progressive(procedure, args, options);
  }

  publish(
    topic: string,
    args: readonly unknown[] = [],
    options: PublishOptions = {},
  ): Promise<number | undefined> {
    return this.#session.publications.publish(topic, args, options);
  }

  subscribe(topic: string, handler: EventHandler, options: SubscribeOptions = {}): Promise<Subscription> {
    return this.#session.subscriptions.subscribe(topic, handler, options);
  }

  events(topic: string, options: SubscribeOptions = {}): AsyncIterable<WampEvent> {
    const { subscriptions } = this.#session;
    return {
      [Symbol.asyncIterator]: () =>
        // JavaScript code may pass null, which subscribe() refuses.
        new EventIterator(
          (listener) => subscriptions.subscribe(topic, listener, options),
          (options as SubscribeOptions | null)?.signal,
        ),
    };
  }

  register(
    procedure: string,
    handler: InvocationHandler,
    options: RegisterOptions = {},
  ): Promise<Registration> {
    return this.#session.registrations.register(procedure, handler, options);
  }

  reconnectNow(): Promise<void> {
    return this.#session.reconnectNow();
  }

  inspect(): Promise<Inspection> {
    return this.#session.inspect();
  }

  leave(): Promise<void> {
    return this.#session.leave();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }
}
