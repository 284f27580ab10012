import type { Inspection } from "../../contract/port.js";
import type { UnknownApi } from "../api/api-types.js";
import type { AuthOptions } from "../api/auth-options.js";
import type { CallResult, ProgressiveResult } from "../api/call-result.js";
import type { EncodedPayload } from "../api/encoded-payload.js";
import type { LazyEventHandler, LazyWampEvent } from "../api/lazy.js";

import type { InvocationHandler } from "../api/invocation-context.js";
import type { Registration } from "../api/registration.js";
import type {
  CallOptions,
  PublishOptions,
  RegisterOptions,
  SubscribeOptions,
} from "../api/request-options.js";
import type { Session } from "../api/session.js";
import type { LogoutOptions } from "../api/session-login.js";
import type { CloseReason, SessionStatus } from "../api/status.js";
import type { Subscription } from "../api/subscription.js";
import { dict, handler, noMore } from "../errors/checks.js";
import { invalid } from "../errors/invalid.js";
import type { SessionClosedError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { call, callProgressive, wholeResult } from "../features/calls.js";
import { eventIterator } from "../features/event-iterator.js";
import { disposable, publicObject } from "../features/public-object.js";
import { publish } from "../features/publications.js";
import type { OptionsArguments } from "../features/request-parts.js";
import type { ClientSession, Leaseholder } from "./client-session.js";
import { createListeners } from "./listeners.js";
import { sessionClosedError, unreadyError } from "./session-state.js";
import { completeLogin } from "./settings.js";
import type { Settings } from "./settings.js";

/** Maximum number of warnings kept for the first listener; a page without one must not collect them forever. */
const KEPT = 100;

const LEFT = { kind: "left" } as const;
const leftError = (): SessionClosedError => sessionClosedError(LEFT);

/** The application's view of a lease: the object that `connect()` returns. */
export type SessionFacade = ReturnType<typeof createLease>["facade"];

/**
 * Creates a lease, one `connect()` of this tab: the owner of everything that is requested through the application's view of it. Its status
 * is that of the session until it leaves.
 * @param settings the options of this `connect()`; most of them are in force only if it was the first one
 */
export function createLease(session: ClientSession, settings: Settings) {
  const { state, context, subscriptions, registrations } = session;
  const { realm, principal } = session.settings.options;
  const { tab, report } = context;
  const listeners = createListeners<SessionStatus>(report);
  const warnings = createListeners<WampMuxError>(report, KEPT);
  /** The promises that the application has taken, and may await. */
  const taken = { ready: false, closed: false };
  let leaving: Promise<void> | undefined;
  let closedStatus: SessionStatus | undefined;
  let resolveReady: () => void = () => undefined;
  let rejectReady: (error: WampMuxError) => void = () => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    resolveReady = resolve;
    rejectReady = reject;
  });
  // An application need not wait for it.
  ready.catch(() => undefined);
  let resolveClosed: (reason: CloseReason) => void = () => undefined;
  const closed = new Promise<CloseReason>((resolve) => {
    resolveClosed = resolve;
  });
  if (state.wasOnline) resolveReady();
  const unfollow = state.listeners.add(follow);

  function follow(status: SessionStatus): void {
    if (closedStatus !== undefined) return;
    if (status.state === "online") resolveReady();
    if (status.state === "closed") {
      closedStatus = status;
      unfollow();
      rejectReady(unreadyError(status.reason));
      resolveClosed(status.reason);
    }
    listeners.emit(status);
  }

  const leave = (): Promise<void> => (leaving ??= leaveOnce());

  async function leaveOnce(): Promise<void> {
    await session.remove(owner, leftError);
    const { mode, workerUrl, storage } = state.status;
    follow({ mode, workerUrl, storage, state: "closed", reason: LEFT });
  }

  const throwIfLeft = (): void => {
    if (leaving !== undefined) throw leftError();
  };

  const owner: Leaseholder = {
    settings,
    get hearsStatus() {
      return listeners.areHeard;
    },
    get hearsWarnings() {
      return warnings.areHeard;
    },
    get awaitsEnd() {
      return taken.closed || (taken.ready && !state.wasOnline);
    },
    get isOpen() {
      return leaving === undefined;
    },
    throwIfLeft,
    warn: warnings.emit,
  };
  session.add(owner);

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
        return listeners.add(listener);
      case "warning":
        return warnings.add(listener);
      default:
        throw invalid("on(): event", event, '"status" or "warning"', JSON.stringify(event));
    }
  }

  const facade = publicObject("Session", {
    realm,
    principal,
    tab,
    get ready(): Promise<void> {
      taken.ready = true;
      return ready;
    },
    get closed(): Promise<CloseReason> {
      taken.closed = true;
      return closed;
    },
    get status(): SessionStatus {
      return closedStatus ?? state.status;
    },
    on,
    call: (
      procedure: string,
      args: readonly unknown[] | EncodedPayload = [],
      ...options: OptionsArguments<CallOptions>
    ): Promise<unknown> =>
      call(context, owner, { method: "call()", procedure, args, options }, (result) => result.args[0]),
    callResult: (
      procedure: string,
      args: readonly unknown[] | EncodedPayload = [],
      ...options: OptionsArguments<CallOptions>
    ): Promise<CallResult> =>
      call(
        context,
        owner,
        { method: "callResult()", procedure, args, options, canBeLazy: true },
        wholeResult,
      ),
    callProgressive: (
      procedure: string,
      args: readonly unknown[] | EncodedPayload = [],
      ...options: OptionsArguments<CallOptions>
    ): AsyncIterable<ProgressiveResult> =>
      callProgressive(context, owner, {
        method: "callProgressive()",
        procedure,
        args,
        options,
        canBeLazy: true,
      }),
    publish: (
      topic: string,
      args: readonly unknown[] | EncodedPayload = [],
      ...options: OptionsArguments<PublishOptions>
    ): Promise<number | undefined> => publish(context, owner, topic, args, options),
    subscribe: (
      topic: string,
      listener: LazyEventHandler,
      ...options: OptionsArguments<SubscribeOptions>
    ): Promise<Subscription> => subscriptions.subscribe(owner, topic, listener, options),
    events: (topic: string, ...options: OptionsArguments<SubscribeOptions>): AsyncIterable<LazyWampEvent> =>
      publicObject("Events", {
        [Symbol.asyncIterator]: () =>
          // JavaScript code may pass null, which subscribe() refuses.
          eventIterator(
            (listener) => subscriptions.subscribe(owner, topic, listener, options),
            (options[0] as SubscribeOptions | null | undefined)?.signal,
          ) as AsyncIterableIterator<LazyWampEvent>,
      }),
    outbox: session.outbox.of(owner),
    register: ((
      procedure: string,
      callee: InvocationHandler,
      ...options: OptionsArguments<RegisterOptions>
    ): Promise<Registration> =>
      registrations.register(owner, procedure, callee, options)) as Session<UnknownApi>["register"],
    reconnectNow: async (): Promise<void> => {
      throwIfLeft();
      await session.reconnectNow();
    },
    inspect: async (): Promise<Inspection> => {
      throwIfLeft();
      return await session.inspect();
    },
    reauthenticate: async (
      auth: AuthOptions | readonly AuthOptions[],
      ...others: readonly unknown[]
    ): Promise<void> => {
      noMore("reauthenticate()", others);
      throwIfLeft();
      await session.whole.reauthenticate(owner, completeLogin("reauthenticate(): auth", auth));
    },
    logout: async (options: LogoutOptions = {}): Promise<void> => {
      throwIfLeft();
      const { outbox = "wipe" } = dict("logout(): options", options) as LogoutOptions;
      if (outbox !== "wipe" && outbox !== "keep")
        throw invalid("logout(): options.outbox", outbox, '"wipe" or "keep"', JSON.stringify(outbox));
      await session.whole.logout(outbox);
    },
    leave,
    ...disposable(leave),
  } satisfies Session<UnknownApi>);

  return { owner, facade };
}
