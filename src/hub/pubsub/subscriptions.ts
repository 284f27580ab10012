import type { ErrorRecord } from "../../contract/errors.js";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import type { PublicationId, WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";
import type { Payload } from "../../protocol/payload.js";
import { matches } from "../../protocol/uri.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { Clock } from "../../web/clock.js";
import { isRetained } from "./publisher-exclusion.js";
import {
  connectionLost,
  featureNotSupported,
  invalidArgument,
  optionConflict,
  timedOut,
  wampError,
} from "../error-records.js";
import { requestSize } from "../validation/message-size.js";
import type { Tab } from "../tab/tab.js";
import {
  keyOf,
  newWireSubscription,
  offerTo,
  retarget,
  sameOptions,
  subscribeOptions,
} from "./wire-subscription.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";
import type { Answer, WireSession, AnswerHandler } from "../../connection/wire-session.js";

type SubscribeRequest = Extract<AnsweredRequest, { kind: "subscribe" }>;
/** Retained events kept for subscriptions whose SUBSCRIBED has not come; the oldest go first. */
const UNCLAIMED_KEPT = 1_000;

/** The subscriptions of all tabs of a session (WAMP, "Publish and Subscribe"). */
export class Subscriptions {
  readonly #clock: Clock;
  /** Milliseconds for SUBSCRIBED, also where no tab waits for it. */
  readonly #requestTimeout: number;
  readonly #session: () => WireSession | undefined;
  readonly #byKey = new Map<string, WireSubscription>();
  readonly #byId = new Map<WireSubscriptionId, WireSubscription>();
  #subscribing = 0;
  #unclaimed: EventMessage[] = [];

  constructor(clock: Clock, requestTimeout: number, session: () => WireSession | undefined) {
    this.#clock = clock;
    this.#requestTimeout = requestTimeout;
    this.#session = session;
  }

  subscribe(tab: Tab, request: SubscribeRequest, ask: PendingRequest): void {
    if (tab.subscriptions.has(request.subscription)) {
      return ask.reject(
        invalidArgument("The subscription handle", request.subscription, "one that is not in use"),
      );
    }
    const { match = "exact", get_retained: wantsRetained = false, ...options } = request.options;
    const wire = this.#wireFor(request.topic, match, options);
    if (!sameOptions(wire.options, options)) {
      return ask.reject(
        optionConflict(
          `${match} subscription to ${request.topic}: the session has it with the options ` +
            `${JSON.stringify(wire.options)}, asked for are ${JSON.stringify(options)}`,
        ),
      );
    }
    const local: LocalSubscription = {
      tab,
      handle: request.subscription,
      wire,
      wantsRetained,
      ask,
      active: false,
      removed: false,
    };
    wire.locals.add(local);
    tab.subscriptions.set(local.handle, local);
    ask.onGivenUp = () => void this.#remove(local);
    tab.queue.request({
      bytes: requestSize(request),
      get dropped() {
        return ask.settled;
      },
      send: (session) => this.#turnOf(local, session),
    });
  }

  unsubscribe(tab: Tab, handle: SubscriptionHandle, ask: PendingRequest): void {
    const local = tab.subscriptions.get(handle);
    if (local !== undefined && !local.ask.settled) local.ask.cancel("skip", 0);
    const done = (): void => ask.resolve({ kind: "done", request: ask.request });
    if (local === undefined || !this.#remove(local, done)) done();
    else ask.sent = true;
  }

  /** Releases what a tab that is gone held. With `linger` the router keeps sending, for the tab that may come back. */
  release(tab: Tab, linger: boolean): void {
    for (const local of [...tab.subscriptions.values()]) {
      if (linger) this.#detach(local);
      else this.#remove(local);
    }
  }

  /** Ends what lingered and nobody came back for. */
  sweep(): void {
    for (const wire of [...this.#byKey.values()]) {
      if (wire.locals.size === 0) this.#end(wire);
    }
  }

  /** Whether a tab other than this one has, or waits for, a subscription that the topic matches. */
  anyOutside(tab: Tab, topic: string): boolean {
    for (const wire of this.#matching(topic)) {
      for (const local of wire.locals) if (local.tab !== tab) return true;
    }
    return false;
  }

  /** Delivers a publication that the router keeps from this session to all tabs but its publisher. */
  relayOutside(publisher: Tab, topic: string, publication: PublicationId, payload: Payload): void {
    for (const wire of this.#matching(topic)) {
      const event = { publication, details: wire.match === "exact" ? {} : { topic }, payload };
      for (const [tab, target] of wire.targets) {
        if (tab !== publisher) tab.exclusion.offer(event, target, wire, false);
      }
    }
  }

  received(event: EventMessage): void {
    const wire = this.#byId.get(event.subscription);
    if (wire === undefined) {
      // A retained event may come before SUBSCRIBED; any other one is a late event of what was unsubscribed.
      const early = this.#subscribing > 0 && isRetained(event.details);
      if (early && this.#unclaimed.push(event) > UNCLAIMED_KEPT) this.#unclaimed.shift();
      return;
    }
    if (isRetained(event.details)) {
      const asker = wire.retained.recipientOf(event, this.#position);
      if (asker !== "early" && asker?.removed === false) offerTo(asker, event);
      return;
    }
    const isOnly = wire.targets.size === 1;
    for (const [tab, target] of wire.targets) tab.exclusion.offer(event, target, wire, isOnly);
  }

  /** The router ended it (WAMP, "Subscription Revocation"). */
  revoked(id: WireSubscriptionId, reason: string): void {
    const wire = this.#byId.get(id);
    if (wire !== undefined) this.#lose(wire, wampErrorOfRevocation(reason));
  }

  /** On a new session, before anything else is sent: what was there before is asked for again. */
  restore(session: WireSession): void {
    for (const wire of this.#byKey.values()) {
      if (wire.targets.size > 0) this.#subscribeAgain(wire, session);
    }
  }

  /** Who waits for an answer is told; who has a subscription keeps it, and nothing of it is on the wire any more. */
  sessionLost(error: ErrorRecord): void {
    this.#byId.clear();
    this.#unclaimed = [];
    this.#subscribing = 0;
    for (const wire of [...this.#byKey.values()]) {
      wire.state = "unsubscribed";
      wire.id = undefined;
      wire.retained.reset();
      this.#refuseWaiting(wire, connectionLost(true, error));
    }
  }

  inspect(): { topic: string; match: MatchPolicy; locals: number }[] {
    return [...this.#byKey.values()].map(({ topic, match, locals }) => ({
      topic,
      match,
      locals: locals.size,
    }));
  }

  /** Messages that the session has received. */
  get #position(): number {
    return this.#session()?.received ?? 0;
  }

  #wireFor(topic: string, match: MatchPolicy, options: Dict): WireSubscription {
    const key = keyOf(topic, match);
    const known = this.#byKey.get(key);
    const isFree = known?.locals.size === 0 && !sameOptions(known.options, options);
    if (known !== undefined && !isFree) return known;
    // It lingers for nobody.
    if (known !== undefined) this.#end(known);
    const wire = newWireSubscription(topic, match, options);
    this.#byKey.set(key, wire);
    return wire;
  }

  *#matching(topic: string): Iterable<WireSubscription> {
    const exact = this.#byKey.get(keyOf(topic, "exact"));
    if (exact !== undefined) yield exact;
    for (const wire of this.#byKey.values()) {
      if (wire.match !== "exact" && matches(wire.match, wire.topic, topic)) yield wire;
    }
  }

  /** The local's turn in its tab's order has come. */
  #turnOf(local: LocalSubscription, session: WireSession): void {
    const { wire, ask } = local;
    if (wire.match !== "exact" && !session.features.patternBasedSubscription) {
      this.#remove(local);
      return ask.reject(featureNotSupported("pattern_based_subscription", "broker"));
    }
    ask.sent = true;
    if (wire.state === "unsubscribed") this.#subscribeFirst(local, session);
    else if (local.wantsRetained) wire.retained.enqueue(local);
    else if (wire.state === "subscribed") this.#activate(local);
    this.#nextRetained(wire, session);
  }

  #subscribeFirst(local: LocalSubscription, session: WireSession): void {
    const { wire } = local;
    if (local.wantsRetained) wire.retained.begin(local);
    this.#sendSubscribe(wire, session, local.wantsRetained, (error) => this.#refuseWaiting(wire, error));
  }

  #subscribeAgain(wire: WireSubscription, session: WireSession): void {
    this.#sendSubscribe(wire, session, false, (error) => this.#lose(wire, error));
  }

  #sendSubscribe(
    wire: WireSubscription,
    session: WireSession,
    getRetained: boolean,
    refused: (error: ErrorRecord) => void,
  ): void {
    wire.state = "subscribing";
    this.#subscribing += 1;
    const options = subscribeOptions(wire, getRetained);
    const fail = (error: ErrorRecord): void => {
      if (!this.#isCurrent(wire)) return;
      wire.state = "unsubscribed";
      wire.retained.reset();
      refused(error);
    };
    const stopDeadline = this.#clock.after(this.#requestTimeout, () =>
      fail(timedOut(this.#requestTimeout, true)),
    );
    const answered = (answer: Answer): void => {
      stopDeadline();
      this.#subscribing -= 1;
      if (answer.kind === "subscribed") this.#subscribed(wire, answer.subscription, session);
      else if (answer.kind === "error") fail(wampError(answer.uri, answer.details, answer.payload));
      if (this.#subscribing === 0) this.#unclaimed = [];
    };
    // Who waits is told by `sessionLost`; a handler knows only one of them.
    session.subscribe({ topic: wire.topic, options }, { answered, lost: stopDeadline });
  }

  #subscribed(wire: WireSubscription, id: WireSubscriptionId, session: WireSession): void {
    if (!this.#isCurrent(wire)) {
      // Everybody has left meanwhile. A newer entry of the same topic that has asked too shares the id (Crossbar.io and
      // Nexus give a session the same id again): then it has to stay.
      const newer = this.#byKey.get(keyOf(wire.topic, wire.match));
      if (newer === undefined || newer.state === "unsubscribed") unsubscribeOnWire(id, session);
      return;
    }
    wire.state = "subscribed";
    wire.id = id;
    this.#byId.set(id, wire);
    for (const local of wire.locals) {
      if (local.ask.sent && !local.active && !wire.retained.waits(local)) this.#activate(local);
    }
    const mine = this.#unclaimed.filter((event) => event.subscription === id);
    if (mine.length > 0) this.#unclaimed = this.#unclaimed.filter((event) => event.subscription !== id);
    for (const event of mine) this.received(event);
    this.#retainedAnswered(wire, session);
  }

  #retainedAnswered(wire: WireSubscription, session: WireSession): void {
    const early = wire.retained.answered(this.#position);
    if (early !== undefined && !early.asker.removed) {
      this.#activate(early.asker);
      for (const event of early.events) offerTo(early.asker, event);
    }
    this.#nextRetained(wire, session);
  }

  /** Repeats SUBSCRIBE for the next one that asked for the retained event, one at a time. */
  #nextRetained(wire: WireSubscription, session: WireSession): void {
    if (wire.state !== "subscribed") return;
    const asker = wire.retained.next();
    if (asker === undefined) return;
    const handler: AnswerHandler = {
      answered: (answer) => {
        if (answer.kind === "error") {
          wire.retained.refused();
          this.#remove(asker);
          asker.ask.reject(wampError(answer.uri, answer.details, answer.payload));
          this.#nextRetained(wire, session);
        } else this.#retainedAnswered(wire, session);
      },
      lost: toldByLineLost,
    };
    const options = subscribeOptions(wire, true);
    session.subscribe({ topic: wire.topic, options }, handler);
  }

  #activate(local: LocalSubscription): void {
    if (local.active) return;
    local.active = true;
    retarget(local.wire);
    const { id } = local.wire;
    local.ask.resolve({ kind: "done", request: local.ask.request, ...(id !== undefined && { id }) });
  }

  /** Rejects everybody who waits for a SUBSCRIBED that will not come. */
  #refuseWaiting(wire: WireSubscription, error: ErrorRecord): void {
    for (const local of [...wire.locals]) {
      if (local.active || !local.ask.sent) continue;
      this.#detach(local);
      local.ask.reject(error);
    }
    if (wire.locals.size === 0) this.#end(wire);
  }

  /** Everybody loses it; who is told depends on whether the subscribe has resolved. */
  #lose(wire: WireSubscription, error: ErrorRecord): void {
    if (wire.id !== undefined) this.#byId.delete(wire.id);
    this.#byKey.delete(keyOf(wire.topic, wire.match));
    for (const local of [...wire.locals]) {
      this.#detach(local);
      if (local.active)
        local.tab.notices.push({ kind: "subscription-ended", subscription: local.handle, error });
      else local.ask.reject(error);
    }
  }

  /** Takes a local out and ends the wire subscription with the last one. True: `unsubscribed` will be called. */
  #remove(local: LocalSubscription, unsubscribed: () => void = () => undefined): boolean {
    if (local.removed) return false;
    this.#detach(local);
    return local.wire.locals.size === 0 && this.#end(local.wire, unsubscribed);
  }

  #detach(local: LocalSubscription): void {
    local.removed = true;
    local.tab.subscriptions.delete(local.handle);
    local.tab.exclusion.drop(local.handle);
    local.wire.locals.delete(local);
    local.wire.retained.remove(local);
    retarget(local.wire);
  }

  #end(wire: WireSubscription, unsubscribed: () => void = () => undefined): boolean {
    if (!this.#isCurrent(wire)) return false;
    this.#byKey.delete(keyOf(wire.topic, wire.match));
    const session = this.#session();
    if (wire.id === undefined || session === undefined) return false;
    this.#byId.delete(wire.id);
    unsubscribeOnWire(wire.id, session, unsubscribed);
    return true;
  }

  #isCurrent(wire: WireSubscription): boolean {
    return this.#byKey.get(keyOf(wire.topic, wire.match)) === wire;
  }
}

function unsubscribeOnWire(
  id: WireSubscriptionId,
  session: WireSession,
  done: () => void = () => undefined,
): void {
  if (!session.open) return done();
  // An ERROR means that it was gone already, and a lost connection ends it just as well.
  session.unsubscribe(id, { answered: done, lost: done });
}

/** `Subscriptions.sessionLost` tells everybody who waits; a handler knows only one of them. */
const toldByLineLost = (): void => undefined;

function wampErrorOfRevocation(reason: string): ErrorRecord {
  return {
    name: "WampError",
    message: `The router ended the subscription: ${reason}`,
    fields: { uri: reason, details: {} },
  };
}
