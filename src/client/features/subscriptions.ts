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
import type { MatchPolicy } from "../../contract/request-options.js";
import { isPlainObject } from "../errors/checks.js";
import { invalid } from "../errors/invalid.js";
import type { Handle } from "./handle.js";
import { fieldsOf } from "./place.js";
import type { Place } from "./place.js";
import { joinedContents, singleContents } from "./contents.js";
import type { Contents } from "./contents.js";
import { createHandleTable } from "./handle-table.js";
import { withLazyPayload } from "./lazy.js";
import { disposable, publicObject } from "./public-object.js";
import type { OptionsArguments } from "./request-parts.js";
import type { TabContext } from "./tab-context.js";
import { wampEvent } from "./wamp-event.js";

type GapNotice = Extract<Notice, { readonly kind: "gap" }>;
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
    ask: (request, subscription, topic, terms, place) => ({
      kind: "subscribe",
      request,
      subscription,
      topic,
      ...terms,
      ...fieldsOf(place),
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
    const { owner, uri: topic, handler, isLazy, place } = subscription;
    const gap = place?.gap;
    if (place !== undefined) {
      place.gap = undefined;
      if (details["retained"] !== true) place.seen = publication;
    }
    const message = `an event of ${topic}`;
    const payload = isLazy ? contents.encoded(index) : undefined;
    const view = payload && tab.coder.view(payload, message);
    let event: WampEvent;
    if (view === undefined) {
      const decoded = contents.decoded(index);
      if ("failure" in decoded) return owner.warn(payloadDecodeError(message, decoded.failure));
      event = wampEvent(topic, decoded, publication, details, gap);
    } else event = withLazyPayload(wampEvent(topic, NOT_DECODED, publication, details, gap), view);
    run(
      () => handler(event),
      // The payload is no fault of the handler.
      (error) =>
        tab.coder.isFailure(view, error) ? owner.warn(error as WampMuxError) : report(error, owner),
    );
  }

  function report(error: unknown, owner: Owner): void {
    if (!isFarewell(error, owner)) tab.report(error);
  }

  /** Calls a function of the application. */
  function run(task: () => unknown, failed: (error: unknown) => void): void {
    try {
      const returned = task();
      // Not by its class: Angular replaces the global Promise, and another realm has its own.
      if (isThenable(returned)) Promise.resolve(returned).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  return {
    ...table,

    /** Subscribes to a topic; see `Session.subscribe`. */
    subscribe: async (
      owner: Owner,
      topic: string,
      handler: EventHandler,
      given: OptionsArguments<SubscribeOptions>,
    ): Promise<Subscription> => {
      const { place, options } = placeFrom(given);
      const toPublic = (handle: Handle, match: MatchPolicy): Subscription =>
        publicObject("Subscription", {
          topic,
          match,
          get active() {
            return handle.active;
          },
          ended: handle.ended,
          unsubscribe: handle.release,
          ...disposable(handle.release),
        });
      return await table.open(owner, topic, handler, options, toPublic, place);
    },

    /** Tells the application that a subscription has missed events. */
    missed({ subscription: id, since, reason }: GapNotice): void {
      const subscription = table.get(id);
      const place = subscription?.place;
      if (subscription?.owner.isOpen !== true || place === undefined) return;
      const { owner } = subscription;
      const gap = { since, reason };
      // The next event follows them all.
      place.gap = place.gap ? { ...gap, since: place.gap.since } : gap;
      const { onGap } = place;
      if (onGap !== undefined)
        run(
          () => onGap(gap),
          (error) => report(error, owner),
        );
    },

    /** Takes note of the place of a subscription that has not got the event itself. */
    seen({ subscription, publication }: Extract<Notice, { readonly kind: "seen" }>): void {
      const place = table.get(subscription)?.place;
      if (place !== undefined) place.seen = publication;
    },

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

/**
 * Takes apart the options of a subscription of which the page acts on some itself. Throws `InvalidArgumentError`; other mistakes are found
 * later.
 */
function placeFrom(given: OptionsArguments<SubscribeOptions>): {
  readonly place: Place | undefined;
  readonly options: OptionsArguments<SubscribeOptions>;
} {
  const [options, ...others] = given;
  const { catchUp, onGap, ...rest } = isPlainObject(options) ? (options as SubscribeOptions) : {};
  if (onGap !== undefined && typeof onGap !== "function")
    throw invalid("subscribe(): options.onGap", onGap, "a function");
  const isPlaced = catchUp === true || onGap !== undefined;
  return {
    place: isPlaced ? { onGap, seen: undefined, gap: undefined } : undefined,
    options: onGap === undefined ? given : [{ ...rest, catchUp }, ...others],
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
