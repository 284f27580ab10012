import type { Inspection } from "../../contract/port.js";
import type { CallResult, ProgressiveResult } from "../api/call-result.js";
import { oneOf } from "../../contract/rules.js";
import { check } from "../errors/checks.js";
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
import type { ClientSession } from "./client-session.js";
import type { Session } from "../api/session.js";
import type { CloseReason, SessionStatus } from "../api/status.js";
import type { Subscription } from "../api/subscription.js";

const eventName = oneOf("status", "warning");

/** What the application gets: the public methods, each handed to the part that does it. */
export class SessionFacade implements Session {
  readonly #core: ClientSession;

  constructor(core: ClientSession) {
    this.#core = core;
  }

  get realm(): string {
    return this.#core.settings.session.realm;
  }

  get principal(): string {
    return this.#core.settings.session.principal;
  }

  get ready(): Promise<void> {
    return this.#core.ready;
  }

  get closed(): Promise<CloseReason> {
    return this.#core.closed;
  }

  get status(): SessionStatus {
    return this.#core.status;
  }

  on(event: "status", listener: (status: SessionStatus) => void): () => void;
  on(event: "warning", listener: (error: WampMuxError) => void): () => void;
  on(
    ...[event, listener]:
      | [event: "status", listener: (status: SessionStatus) => void]
      | [event: "warning", listener: (error: WampMuxError) => void]
  ): () => void {
    check("on(): event", event, eventName);
    return event === "status" ? this.#core.statusListeners.add(listener) : this.#core.warnings.add(listener);
  }

  async call(procedure: string, args: readonly unknown[] = [], options: CallOptions = {}): Promise<unknown> {
    const { args: results } = await this.#core.calls.call("call()", procedure, args, options);
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
    } = await this.#core.calls.call("callResult()", procedure, args, options);
    return { args: results, kwargs, details };
  }

  callProgressive(
    procedure: string,
    args: readonly unknown[] = [],
    options: CallOptions = {},
  ): AsyncIterable<ProgressiveResult> {
    return this.#core.calls.progressive(procedure, args, options);
  }

  publish(
    topic: string,
    args: readonly unknown[] = [],
    options: PublishOptions = {},
  ): Promise<number | undefined> {
    return this.#core.publications.publish(topic, args, options);
  }

  subscribe(topic: string, handler: EventHandler, options: SubscribeOptions = {}): Promise<Subscription> {
    return this.#core.subscriptions.subscribe(topic, handler, options);
  }

  events(topic: string, options: SubscribeOptions = {}): AsyncIterable<WampEvent> {
    const { subscriptions } = this.#core;
    return {
      [Symbol.asyncIterator]: () =>
        new EventIterator((handler) => subscriptions.subscribe(topic, handler, options), options.signal),
    };
  }

  register(
    procedure: string,
    handler: InvocationHandler,
    options: RegisterOptions = {},
  ): Promise<Registration> {
    return this.#core.registrations.register(procedure, handler, options);
  }

  reconnectNow(): Promise<void> {
    return this.#core.reconnectNow();
  }

  inspect(): Promise<Inspection> {
    return this.#core.inspect();
  }

  leave(): Promise<void> {
    return this.#core.leave();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }
}
