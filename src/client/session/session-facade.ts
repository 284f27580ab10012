import type { Inspection } from "../../contract/port.js";
import type { UnknownApi } from "../api/api-types.js";
import type { CallResult, ProgressiveResult } from "../api/call-result.js";
import { oneOf } from "../../contract/rules.js";
import { check, handler } from "../errors/checks.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { call, callProgressive } from "../features/calls.js";
import { eventIterator } from "../features/event-iterator.js";
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
import { disposable, publicObject } from "../features/public-object.js";
import { publish } from "../features/publications.js";
import type { Lease } from "./lease.js";
import type { Session } from "../api/session.js";
import type { CloseReason, SessionStatus } from "../api/status.js";
import type { Subscription } from "../api/subscription.js";

const eventName = oneOf("status", "warning");

/** The application's view of a lease. */
export type SessionFacade = ReturnType<typeof sessionFacade>;

/** Creates the application's view of a lease: passes each public method on to the part of the session that implements it. */
export function sessionFacade(lease: Lease) {
  const { session } = lease;
  const { context, subscriptions, registrations } = session;
  const { realm, principal } = session.settings.session;

  function on(event: "status", listener: (status: SessionStatus) => void): () => void;
  function on(event: "warning", listener: (error: WampMuxError) => void): () => void;
  function on(
    ...[event, listener]:
      | [event: "status", listener: (status: SessionStatus) => void]
      | [event: "warning", listener: (error: WampMuxError) => void]
  ): () => void {
    check("on(): event", event, eventName);
    handler("on(): listener", listener);
    return event === "status" ? lease.listeners.add(listener) : lease.warnings.add(listener);
  }

  const facade = publicObject("Session", {
    realm,
    principal,
    tab: session.tab,
    get ready(): Promise<void> {
      return lease.ready;
    },
    get closed(): Promise<CloseReason> {
      return lease.closed;
    },
    get status(): SessionStatus {
      return lease.status;
    },
    on,
    call: (procedure: string, args: readonly unknown[] = [], options: CallOptions = {}): Promise<unknown> =>
      call(context, lease, { method: "call()", procedure, args, options }, (result) => result.args[0]),
    callResult: (
      procedure: string,
      args: readonly unknown[] = [],
      options: CallOptions = {},
    ): Promise<CallResult> =>
      call(
        context,
        lease,
        { method: "callResult()", procedure, args, options },
        ({ args: results, kwargs, details }) => ({ args: results, kwargs, details }),
      ),
    callProgressive: (
      procedure: string,
      args: readonly unknown[] = [],
      options: CallOptions = {},
    ): AsyncIterable<ProgressiveResult> =>
      callProgressive(context, lease, { method: "callProgressive()", procedure, args, options }),
    publish: (
      topic: string,
      args: readonly unknown[] = [],
      options: PublishOptions = {},
    ): Promise<number | undefined> => publish(context, lease, topic, args, options),
    subscribe: (
      topic: string,
      listener: EventHandler,
      options: SubscribeOptions = {},
    ): Promise<Subscription> => subscriptions.subscribe(lease, topic, listener, options),
    events: (topic: string, options: SubscribeOptions = {}): AsyncIterable<WampEvent> =>
      publicObject("Events", {
        [Symbol.asyncIterator]: () =>
          // JavaScript code may pass null, which subscribe() refuses.
          eventIterator(
            (listener) => subscriptions.subscribe(lease, topic, listener, options),
            (options as SubscribeOptions | null)?.signal,
          ),
      }),
    register: (
      procedure: string,
      callee: InvocationHandler,
      options: RegisterOptions = {},
    ): Promise<Registration> => registrations.register(lease, procedure, callee, options),
    reconnectNow: async (): Promise<void> => {
      lease.throwIfLeft();
      await session.reconnectNow();
    },
    inspect: async (): Promise<Inspection> => {
      lease.throwIfLeft();
      return await session.inspect();
    },
    leave: () => lease.leave(),
    ...disposable(() => lease.leave()),
  } satisfies Session<UnknownApi>);
  refuseExtraArguments(facade);
  return facade;
}
