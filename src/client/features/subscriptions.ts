import type { RequestId, SubscriptionHandle } from "../../contract/ids.js";
import type { EventRun, EventTarget, Notice } from "../../contract/notices.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import type { EventHandler } from "../api/events.js";
import type { SubscribeOptions } from "../api/request-options.js";
import type { Subscription } from "../api/subscription.js";
import { handler as functionCheck, text } from "../errors/checks.js";
import { parseCommonOptions } from "../requests/common-options.js";
import { isFarewell } from "../requests/owner.js";
import type { Owner } from "../requests/owner.js";
import { payloadDecodeError } from "../requests/payload-coder.js";
import type { Decoded } from "../../codec/serializer.js";
import { toWireOptions } from "../requests/wire-options.js";
import { HandleTable } from "./handle-table.js";
import type { OwnedEntry } from "./handle-table.js";
import { disposable, publicObject } from "./public-object.js";
import type { TabContext } from "./tab-context.js";
import { wampEvent } from "./wamp-event.js";

type SingleEvent = Extract<Notice, { readonly kind: "event" }>;

interface LocalSubscription extends OwnedEntry {
  readonly topic: string;
  readonly handler: EventHandler;
  /** Options of every SUBSCRIBE for it, except those of the first one only, such as `get_retained`. */
  readonly options: Dict;
}

/** Holds the subscriptions of this tab and delivers their events. */
export class Subscriptions extends HandleTable<SubscriptionHandle, LocalSubscription> {
  constructor(tab: TabContext) {
    super(
      tab,
      {
        replay: (request, subscription, { topic, options }) => ({
          kind: "subscribe",
          request,
          subscription,
          replayed: true,
          topic,
          options,
          timeout: 0,
          offline: "wait",
        }),
        release: (request, subscription) => ({ kind: "unsubscribe", request, subscription }),
      },
      // Removed as soon as unsubscribe() is called, because its handler must not be called afterwards.
      false,
    );
  }

  /** Subscribes to a topic; see `Session.subscribe`. */
  async subscribe(
    owner: Owner,
    topic: string,
    handler: EventHandler,
    options: SubscribeOptions,
  ): Promise<Subscription> {
    text("subscribe(): topic", topic);
    functionCheck("subscribe(): handler", handler, options);
    const { requestTimeout, offline } = this.tab.defaults;
    const common = parseCommonOptions("subscribe()", options, { timeout: requestTimeout, offline });
    const { match = "exact" } = options;
    const { get_retained: retained, ...kept } = toWireOptions("subscribe()", "subscribe", options);
    const entry = { owner, topic, handler, options: { ...common.wire, ...kept } };
    const first: Dict = { ...entry.options, ...(retained !== undefined && { get_retained: retained }) };
    const make = (
      request: RequestId,
      subscription: SubscriptionHandle,
      timeout: number,
    ): AnsweredRequest => ({
      kind: "subscribe",
      request,
      subscription,
      topic,
      options: first,
      timeout,
      offline: common.offline,
    });
    const handle = await this.open(entry, make, common);
    return publicObject("Subscription", {
      topic,
      match,
      get active() {
        return handle.active;
      },
      ended: handle.ended,
      unsubscribe: handle.release,
      ...disposable(handle.release),
    });
  }

  /** Delivers a run of events to their handlers, in order. */
  deliver(run: EventRun): void {
    const { targets, publications, details } = run;
    const [first] = targets;
    this.tab.coder.decodeJoined(run.payloads).forEach((decoded, index) => {
      const target = targets.length === 1 ? first : targets[index];
      const publication = publications[index];
      if (target === undefined || publication === undefined) return;
      this.#deliverTo(target, decoded, publication, details[index] ?? {});
    });
  }

  /** Delivers one event to its handlers. */
  deliverOne({ target, publication, details, payload }: SingleEvent): void {
    this.#deliverTo(target, this.tab.coder.tryDecode(payload), publication, details);
  }

  #deliverTo(target: EventTarget, decoded: Decoded, publication: number, details: Dict): void {
    if (typeof target === "number") this.#handle(target, decoded, publication, details);
    else for (const id of target) this.#handle(id, decoded, publication, details);
  }

  #handle(id: SubscriptionHandle, decoded: Decoded, publication: number, details: Dict): void {
    const subscription = this.get(id);
    if (subscription?.owner.isOpen !== true) return;
    const { owner, topic, handler } = subscription;
    if ("failure" in decoded) {
      owner.warn(payloadDecodeError(`an event of ${topic}`, decoded.failure));
      return;
    }
    try {
      const returned: unknown = handler(wampEvent(topic, decoded, publication, details));
      // Not by its class: Angular replaces the global Promise, and another realm has its own.
      if (isThenable(returned))
        Promise.resolve(returned).catch((error: unknown) => this.#report(error, owner));
    } catch (error) {
      this.#report(error, owner);
    }
  }

  #report(error: unknown, owner: Owner): void {
    if (!isFarewell(error, owner)) this.tab.report(error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
