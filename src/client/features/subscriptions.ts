import type { Decoded } from "../../codec/serializer.js";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { EventRun, EventTarget, Notice } from "../../contract/notices.js";
import type { Dict } from "../../protocol/dict.js";
import type { EventHandler } from "../api/events.js";
import type { SubscribeOptions } from "../api/request-options.js";
import type { Subscription } from "../api/subscription.js";
import { isFarewell } from "../requests/owner.js";
import type { Owner } from "../requests/owner.js";
import { payloadDecodeError } from "../requests/payload-coder.js";
import { createHandleTable } from "./handle-table.js";
import { disposable, publicObject } from "./public-object.js";
import type { OptionsArguments } from "./request-parts.js";
import type { TabContext } from "./tab-context.js";
import { wampEvent } from "./wamp-event.js";

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

  function deliverTo(target: EventTarget, decoded: Decoded, publication: number, details: Dict): void {
    if (typeof target === "number") handle(target, decoded, publication, details);
    else for (const id of target) handle(id, decoded, publication, details);
  }

  function handle(id: SubscriptionHandle, decoded: Decoded, publication: number, details: Dict): void {
    const subscription = table.get(id);
    if (subscription?.owner.isOpen !== true) return;
    const { owner, uri: topic, handler } = subscription;
    if ("failure" in decoded) return owner.warn(payloadDecodeError(`an event of ${topic}`, decoded.failure));
    try {
      const returned: unknown = handler(wampEvent(topic, decoded, publication, details));
      // Not by its class: Angular replaces the global Promise, and another realm has its own.
      if (isThenable(returned)) Promise.resolve(returned).catch((error: unknown) => report(error, owner));
    } catch (error) {
      report(error, owner);
    }
  }

  function report(error: unknown, owner: Owner): void {
    if (!isFarewell(error, owner)) tab.report(error);
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
      const decoded = tab.coder.decodeJoined(payloads);
      for (let index = 0; index < decoded.length; index++) {
        const target = targets[targets.length === 1 ? 0 : index];
        const event = decoded[index];
        const publication = publications[index];
        if (target === undefined || event === undefined || publication === undefined) continue;
        deliverTo(target, event, publication, details[index] ?? {});
      }
    },

    /** Delivers one event to its handlers. */
    deliverOne: ({ target, publication, details, payload }: SingleEvent): void =>
      deliverTo(target, tab.coder.tryDecode(payload), publication, details),
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
