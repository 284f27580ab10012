import type { SubscriptionHandle } from "../../contract/ids.js";
import type { EventRun, EventTarget, Notice } from "../../contract/notices.js";
import type { Dict } from "../../protocol/dict.js";
import type { EventHandler, WampEvent } from "../api/events.js";
import type { SubscribeOptions } from "../api/request-options.js";
import type { Subscription } from "../api/subscription.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { isFarewell } from "../requests/owner.js";
import type { Owner } from "../requests/owner.js";
import { payloadDecodeError } from "../requests/payload-coder.js";
import { joinedContents, singleContents } from "./contents.js";
import type { Contents } from "./contents.js";
import { createHandleTable } from "./handle-table.js";
import { withLazyPayload } from "./lazy.js";
import { disposable, publicObject } from "./public-object.js";
import type { OptionsArguments } from "./request-parts.js";
import type { TabContext } from "./tab-context.js";
import { wampEvent } from "./wamp-event.js";

/** An event whose arguments are one of several contents. */
interface ReceivedEvent {
  readonly contents: Contents;
  readonly index: number;
  readonly publication: number;
  readonly details: Dict;
}

/** The arguments of an event that has getters for them instead. */
const NOT_DECODED = { args: [], kwargs: {} } as const;

type SingleEvent = Extract<Notice, { readonly kind: "event" }>;

export type Subscriptions = ReturnType<typeof createSubscriptions>;

/** Creates the table of the subscriptions of this tab, which delivers their events. */
export function createSubscriptions(tab: TabContext) {
  const table = createHandleTable<SubscriptionHandle, EventHandler>(tab, {
    method: "subscribe()",
    parameter: "topic",
    ask: (request, subscription, topic, terms) => ({
      kind: "subscribe",
      request,
      subscription,
      topic,
      ...terms,
    }),
    release: (request, subscription) => ({ kind: "unsubscribe", request, subscription }),
    // Removed as soon as unsubscribe() is called, because its handler must not be called afterwards.
    openWhileReleasing: false,
  });

  function deliverTo(target: EventTarget, event: ReceivedEvent): void {
    if (typeof target === "number") handle(target, event);
    else for (const id of target) handle(id, event);
  }

  function handle(id: SubscriptionHandle, { contents, index, publication, details }: ReceivedEvent): void {
    const subscription = table.get(id);
    if (subscription?.owner.isOpen !== true) return;
    const { owner, uri: topic, handler, isLazy } = subscription;
    const message = `an event of ${topic}`;
    const payload = isLazy ? contents.encoded(index) : undefined;
    const view = payload && tab.coder.view(payload, message);
    const failed = (error: unknown): void => {
      // No fault of the handler.
      if (tab.coder.isFailure(view, error)) owner.warn(error as WampMuxError);
      else if (!isFarewell(error, owner)) tab.report(error);
    };
    try {
      let event: WampEvent;
      if (view === undefined) {
        const decoded = contents.decoded(index);
        if ("failure" in decoded) return owner.warn(payloadDecodeError(message, decoded.failure));
        event = wampEvent(topic, decoded, publication, details);
      } else event = withLazyPayload(wampEvent(topic, NOT_DECODED, publication, details), view);
      const returned: unknown = handler(event);
      // Not by its class: Angular replaces the global Promise, and another realm has its own.
      if (isThenable(returned)) Promise.resolve(returned).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  return {
    ...table,

    /** Subscribes to a topic; see `Session.subscribe`. */
    subscribe: (
      owner: Owner,
      topic: string,
      handler: EventHandler,
      given: OptionsArguments<SubscribeOptions>,
    ): Promise<Subscription> =>
      table.open(owner, topic, handler, given, (handle, match) =>
        publicObject("Subscription", {
          topic,
          match,
          get active() {
            return handle.active;
          },
          ended: handle.ended,
          unsubscribe: handle.release,
          ...disposable(handle.release),
        }),
      ),

    /** Delivers a run of events to their handlers, in order. */
    deliver({ targets, publications, details, payloads }: EventRun): void {
      const contents = joinedContents(tab.coder, payloads);
      for (let index = 0; index < payloads.ends.length; index++) {
        const target = targets[targets.length === 1 ? 0 : index];
        const publication = publications[index];
        if (target === undefined || publication === undefined) continue;
        deliverTo(target, { contents, index, publication, details: details[index] ?? {} });
      }
    },

    /** Delivers one event to its handlers. */
    deliverOne: ({ target, publication, details, payload }: SingleEvent): void =>
      deliverTo(target, { contents: singleContents(tab.coder, payload), index: 0, publication, details }),
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
