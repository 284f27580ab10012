import type { Inspection } from "../../contract/port.js";
import type { UnknownApi } from "../api/api-types.js";
import type { CallResult, ProgressiveResult } from "../api/call-result.js";
import { handler, noMore } from "../errors/checks.js";
import { invalid } from "../errors/invalid.js";
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
import type { OptionsArguments } from "../features/request-parts.js";
import { disposable, publicObject } from "../features/public-object.js";
import { publish } from "../features/publications.js";
import type { Lease } from "./lease.js";
import type { Session } from "../api/session.js";
import type { CloseReason, SessionStatus } from "../api/status.js";
import type { Subscription } from "../api/subscription.js";

/** The application's view of a lease. */
export type SessionFacade = ReturnType<typeof sessionFacade>;

/** Creates the application's view of a lease: passes each public method on to the part of the session that implements it. */
export function sessionFacade(lease: Lease) {
  const { session } = lease;
  const { context, subscriptions, registrations } = session;
  const { realm, principal } = session.settings.options;

  function on(event: "status", listener: (status: SessionStatus) => void): () => void;
  function on(event: "warning", listener: (error: WampMuxError) => void): () => void;
  function on(
    ...[event, listener, ...others]:
      | [event: "status", listener: (status: SessionStatus) => void, ...others: unknown[]]
      | [event: "warning", listener: (error: WampMuxError) => void, ...others: unknown[]]
  ): () => void {
    noMore("on()", others);
    handler("on(): listener", listener);
    switch (event) {
      case "status":
        return lease.listeners.add(listener);
      case "warning":
        return lease.warnings.add(listener);
      default:
        throw invalid("on(): event", event, '"status" or "warning"', JSON.stringify(event));
    }
  }

  return publicObject("Session", {
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
    call: (
      procedure: string,
      args: readonly unknown[] = [],
      ...options: OptionsArguments<CallOptions>
    ): Promise<unknown> =>
      call(context, lease, { method: "call()", procedure, args, options }, (result) => result.args[0]),
    callResult: (
      procedure: string,
      args: readonly unknown[] = [],
      ...options: OptionsArguments<CallOptions>
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
      ...options: OptionsArguments<CallOptions>
    ): AsyncIterable<ProgressiveResult> =>
      callProgressive(context, lease, { method: "callProgressive()", procedure, args, options }),
    publish: (
      topic: string,
      args: readonly unknown[] = [],
      ...options: OptionsArguments<PublishOptions>
    ): Promise<number | undefined> => publish(context, lease, topic, args, options),
    subscribe: (
      topic: string,
      listener: EventHandler,
      ...options: OptionsArguments<SubscribeOptions>
    ): Promise<Subscription> => subscriptions.subscribe(lease, topic, listener, options),
    events: (topic: string, ...options: OptionsArguments<SubscribeOptions>): AsyncIterable<WampEvent> =>
      publicObject("Events", {
        [Symbol.asyncIterator]: () =>
          // JavaScript code may pass null, which subscribe() refuses.
          eventIterator(
            (listener) => subscriptions.subscribe(lease, topic, listener, options),
            (options[0] as SubscribeOptions | null | undefined)?.signal,
          ),
      }),
    register: (
      procedure: string,
      callee: InvocationHandler,
      ...options: OptionsArguments<RegisterOptions>
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
}
