import type { RequestId, SubscriptionHandle } from "../../contract/ids.js";
import type { EventRun, EventTarget, Notice } from "../../contract/notices.js";
import type { MatchPolicy, WireOptions } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Arguments } from "../../codec/serializer.js";
import type { Dict } from "../../protocol/dict.js";
import { undecodable } from "../api/call-result.js";
import { handler as functionCheck, text } from "../requests/checks.js";
import { wampEvent } from "../api/events.js";
import type { EventHandler } from "../api/events.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { Handle } from "./handle.js";
import { decodeJoined, decodeOne } from "../requests/payload-coder.js";
import type { DecodeFailure } from "../requests/payload-coder.js";
import { replay, undo } from "../requests/replay.js";
import { parseCommonOptions } from "../requests/common-options.js";
import type { CommonOptions } from "../requests/common-options.js";
import { toWireOptions } from "../requests/wire-options.js";
import type { SubscribeOptions } from "../api/request-options.js";
import type { TabContext } from "./tab-context.js";

type SingleEvent = Extract<Notice, { readonly kind: "event" }>;

/** What a page has subscribed to. The handle lives on when the connection or the worker is replaced. */
export interface Subscription extends AsyncDisposable {
  /** The topic, or the pattern. */
  readonly topic: string;
  /** How the topic matches. */
  readonly match: MatchPolicy;
  /** Whether the handler is called; false from the moment `unsubscribe()` is called. */
  readonly active: boolean;
  /** Resolves when it is over: with an error if that was not asked for, such as a revocation. Never rejects. */
  readonly ended: Promise<WampMuxError | undefined>;
  /** Lets go of the topic. The handler is not called any more from now on. A second call gives the same promise. */
  unsubscribe(): Promise<void>;
}

class LocalSubscription extends Handle implements Subscription {
  readonly topic: string;
  readonly match: MatchPolicy;
  readonly handler: EventHandler;
  readonly wire: Dict;

  constructor(
    asked: { topic: string; match: MatchPolicy; handler: EventHandler; wire: Dict },
    release: () => Promise<void>,
  ) {
    super(release);
    this.topic = asked.topic;
    this.match = asked.match;
    this.handler = asked.handler;
    this.wire = asked.wire;
  }

  unsubscribe(): Promise<void> {
    return this.undo();
  }
}

/** The subscriptions of this page. */
export class Subscriptions {
  readonly #open = new Map<SubscriptionHandle, LocalSubscription>();
  #last = 0;
  readonly #tab: TabContext;

  constructor(tab: TabContext) {
    this.#tab = tab;
  }

  get size(): number {
    return this.#open.size;
  }

  async subscribe(topic: string, handler: EventHandler, options: SubscribeOptions): Promise<Subscription> {
    text("subscribe(): topic", topic);
    functionCheck("subscribe(): handler", handler);
    const { requestTimeout, offline } = this.#tab.defaults;
    const manner = parseCommonOptions("subscribe()", options, { timeout: requestTimeout, offline });
    const { match = "exact" } = options;
    const { match: _match, ...once } = toWireOptions("subscribe()", "subscribe", options);

    const id = this.#nextHandle();
    const release = (): Promise<void> => this.#release(id);
    const subscription = new LocalSubscription({ topic, match, handler, wire: manner.wire }, release);
    // Before the answer: the retained event may come before it.
    this.#open.set(id, subscription);
    try {
      return await this.#tab.requests.ask({
        make: (request) => subscribeRequest(request, id, subscription, manner, once),
        answer: () => subscription,
        accepted: () => subscription.established(),
        signal: manner.signal,
        late: () => void release().catch(this.#tab.report),
      });
    } catch (error) {
      this.#open.delete(id);
      throw error;
    }
  }

  /** Calls the handlers, in order. */
  deliver(run: EventRun): void {
    const { targets, publications, details } = run;
    const [first] = targets;
    decodeJoined(run.payloads).forEach((decoded, index) => {
      const target = targets.length === 1 ? first : targets[index];
      const publication = publications[index];
      if (target === undefined || publication === undefined) return;
      this.#handAll(target, decoded, publication, details[index] ?? {});
    });
  }

  deliverOne({ target, publication, details, payload }: SingleEvent): void {
    this.#handAll(target, decodeOne(payload), publication, details);
  }

  /** It ended without the application's asking. */
  ended(id: SubscriptionHandle, error: WampMuxError): void {
    const subscription = this.#open.get(id);
    this.#open.delete(id);
    subscription?.end(error);
  }

  /** The worker is lost: what it had is asked of the next one. */
  replay(): void {
    const manner: CommonOptions = { timeout: 0, offline: "wait", signal: undefined, wire: {} };
    for (const [id, subscription] of this.#open) {
      // The retained event was given already.
      const make = (request: RequestId): AnsweredRequest =>
        subscribeRequest(request, id, subscription, { ...manner, wire: subscription.wire }, {});
      void replay(this.#tab.requests, subscription, make).then((error) => {
        if (error !== undefined) this.ended(id, error);
      });
    }
  }

  /** The session is over. */
  close(error: WampMuxError | undefined): void {
    for (const subscription of this.#open.values()) subscription.end(error);
    this.#open.clear();
  }

  #handAll(
    target: EventTarget,
    decoded: Arguments | DecodeFailure,
    publication: number,
    details: Dict,
  ): void {
    if (typeof target === "number") this.#hand(target, decoded, publication, details);
    else for (const id of target) this.#hand(id, decoded, publication, details);
  }

  #hand(
    id: SubscriptionHandle,
    decoded: Arguments | DecodeFailure,
    publication: number,
    details: Dict,
  ): void {
    const subscription = this.#open.get(id);
    if (subscription === undefined) return;
    if ("failure" in decoded) {
      this.#tab.warn(undecodable(`an event of ${subscription.topic}`, decoded.failure));
      return;
    }
    try {
      const returned: unknown = subscription.handler(
        wampEvent(subscription.topic, decoded, publication, details),
      );
      if (returned instanceof Promise) returned.catch(this.#tab.report);
    } catch (error) {
      this.#tab.report(error);
    }
  }

  #release(id: SubscriptionHandle): Promise<void> {
    this.#open.delete(id);
    return undo(this.#tab.requests, (request) => ({ kind: "unsubscribe", request, subscription: id }));
  }

  #nextHandle(): SubscriptionHandle {
    this.#last += 1;
    return this.#last as SubscriptionHandle;
  }
}

function subscribeRequest(
  request: RequestId,
  subscription: SubscriptionHandle,
  { topic, match }: LocalSubscription,
  { timeout, offline, wire }: CommonOptions,
  once: WireOptions<"subscribe">,
): AnsweredRequest {
  const options = { ...wire, ...(match !== "exact" && { match }), ...once };
  return { kind: "subscribe", request, subscription, topic, options, timeout, offline };
}
