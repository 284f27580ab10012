import { invalidArgument } from "../../connection/error-records.js";
import { suspectKey } from "../../connection/suspects.js";
import { unmetHopes } from "../../connection/gate/features.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { SessionInspection } from "../../contract/port.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import type { Dict } from "../../protocol/dict.js";
import type { PublicationId, WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage, Publish } from "../../protocol/messages.js";
import { passthruAttributes } from "../../protocol/passthru.js";
import { optionConflict } from "../error-records.js";
import type { WireContext } from "../restoring.js";
import type { PendingRequest } from "../tab/pending-request.js";
import { enqueue } from "../tab/send-queue.js";
import type { Tab } from "../tab/tab.js";
import { createWireEntries } from "../wire-entries.js";
import { wireKey } from "../wire-table.js";
import { createCatchUp } from "./catch-up.js";
import { deliverEvent, deliverToOthers, relayEvent } from "./event-delivery.js";
import { seenFrom } from "./following.js";
import { isRetained } from "./publisher-exclusion.js";
import type { PublisherExclusion } from "./publisher-exclusion.js";
import type { PublisherExclusions } from "./publisher-exclusions.js";
import { requestRetained, retainedAnswered } from "./retained-events.js";
import type { SeenRecord } from "./seen-record.js";
import { SubscriptionTable } from "./subscription-table.js";
import { createUnclaimedEvents } from "./unclaimed-events.js";
import {
  activateSubscription,
  newWireSubscription,
  sameOptions,
  showOptions,
  subscribeOptions,
} from "./wire-subscription.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

type SubscribeRequest = Extract<AnsweredRequest, { kind: "subscribe" }>;

/** The subscriptions of all tabs of a session (WAMP, "Publish and Subscribe"). */
export function createSubscriptions(
  context: WireContext,
  exclusions: PublisherExclusions,
  record: SeenRecord,
) {
  const table = new SubscriptionTable();
  const unclaimed = createUnclaimedEvents();
  const catchUp = createCatchUp(context, record);

  /**
   * Sends the SUBSCRIBE that creates or restores a wire subscription. It is repeated once if its answer seems to be lost, because the
   * router answers with the same id; but not if it would also repeat a retained event.
   * @param local the local subscription for which it also requests the retained event, if it wants that
   */
  const sendSubscribe = (wire: WireSubscription, session: WireSession, local?: LocalSubscription): void => {
    const { topic, state } = wire;
    const retainedFor = local?.wantsRetained === true ? local : undefined;
    if (retainedFor !== undefined) wire.retained.begin(retainedFor);
    const options = subscribeOptions(wire, retainedFor !== undefined);
    let isUnanswered = true;
    const send = (forgetLost?: () => void): void => {
      const sent = entries.request(
        wire,
        session,
        { type: "SUBSCRIBE", topic, options },
        {
          answered: (answer) => {
            forgetLost?.();
            if (answer.type === "SUBSCRIBED") answered(wire, answer.subscription, session, retainedFor);
            if (isUnanswered) unclaimed.subscribeAnswered();
            isUnanswered = false;
          },
          overtaken: () => {
            if (wire.state !== state || retainedFor || forgetLost || sent === undefined) return;
            sent.stopDeadline();
            send(() => session.forget(sent.id));
          },
        },
      );
      if (sent !== undefined && forgetLost === undefined) unclaimed.subscribeSent();
    };
    send();
  };

  const entries = createWireEntries<
    WireSubscriptionId,
    SubscriptionHandle,
    LocalSubscription,
    WireSubscription
  >(context, table, {
    subject: ({ topic }) => `subscription to ${topic}`,
    suspectKey: ({ topic, match }) => suspectKey("subscribe", topic, match),
    send: sendSubscribe,
    releaseOf: (subscription) => ({ type: "UNSUBSCRIBE", subscription }),
    // Crossbar.io and Nexus give a session the same id again, for the SUBSCRIBE that the newer entry has sent.
    mayShareId: ({ state }) => state !== "idle",
    isUnwanted: ({ locals }) => locals.size === 0,
    detached: (local) => {
      const { exclusion, handle, tab, wire } = local;
      exclusion.subscriptionEnded();
      tab.notices.followed.delete(handle);
      wire.locals.delete(local);
      wire.retained.remove(local);
    },
    failed: ({ state, retained }) => void (state === "idle" && retained.reset()),
    endNotice: (subscription, error) => ({ kind: "subscription-ended", subscription, error }),
  });

  const answered = (
    wire: WireSubscription,
    id: WireSubscriptionId,
    session: WireSession,
    retainedFor: LocalSubscription | undefined,
  ): void => {
    if (!entries.answered(wire, id)) return;
    for (const local of wire.locals) {
      if (local.pending.sent && !wire.retained.isWaiting(local)) activateSubscription(local);
    }
    catchUp.proceed(wire);
    for (const event of unclaimed.claim(id)) deliverEvent(wire, event, session.received);
    if (retainedFor !== undefined) retainedAnswered(retainedFor, session);
    requestNext(wire, session);
  };

  /** Repeats SUBSCRIBE for the next local subscription that needs one of its own, one at a time. */
  const requestNext = (wire: WireSubscription, session: WireSession): void =>
    requestRetained(context, wire, session, (local, error) => {
      // The topic is subscribed, and a lost worker had it already.
      if (local.replayed) return activateSubscription(local);
      entries.remove(local);
      local.pending.reject(error);
    });

  /** Returns the entry for a topic and match policy. Its options may differ if local subscriptions belong to it. */
  const entryFor = (topic: string, match: MatchPolicy, options: Dict): WireSubscription => {
    const known = table.get(wireKey(topic, match));
    if (known !== undefined) {
      if (known.locals.size > 0 || sameOptions(known.options, options)) return known;
      // The entry lingers with different options, and no tab has requested it again.
      entries.end(known);
    }
    const wire = newWireSubscription(topic, match, options, catchUp.activated);
    table.add(wire);
    return wire;
  };

  /** Subscribes a local subscription whose turn in its tab's queue has come. */
  const subscribeInTurn = (local: LocalSubscription, session: WireSession): void => {
    const { wire, wantsRetained } = local;
    const effect = entries.ask(local, session);
    if (effect !== "send") {
      if (wantsRetained || local.exclusion.mustComeBehind(wire)) wire.retained.enqueue(local);
      else if (effect === "activate") activateSubscription(local);
      requestNext(wire, session);
    }
    if (local.removed) return;
    const options = subscribeOptions(wire, wantsRetained);
    for (const gap of unmetHopes("subscribe", options, session.features)) local.tab.tellOnce(gap);
  };

  const isAny = (topic: string, test: (locals: WireSubscription["locals"]) => boolean): boolean => {
    for (const wire of table.matching(topic)) if (test(wire.locals)) return true;
    return false;
  };

  const receive = (wire: WireSubscription, event: EventMessage): void => {
    if (catchUp.hasRecovered(wire, event)) return deliverToOthers(wire, event);
    deliverEvent(wire, event, context.session()?.received ?? 0);
    if (!isRetained(event.details)) catchUp.received(wire, event);
  };

  return {
    subscribe(tab: Tab, request: SubscribeRequest, pending: PendingRequest): void {
      const { subscription: handle, topic } = request;
      if (entries.locals.get(tab, handle) !== undefined) {
        return pending.reject(invalidArgument("The subscription handle", handle, "one that is not in use"));
      }
      const {
        match = "exact",
        get_retained: wantsRetained = false,
        catch_up: catchesUp = false,
        ...options
      } = request.options;
      const wire = entryFor(topic, match, options);
      if (!sameOptions(wire.options, options)) {
        return pending.reject(
          optionConflict(
            `The session already has the ${match} subscription to ${topic} with the options ` +
              `${showOptions(wire.options)}, but the tab asked for ${showOptions(options)}`,
          ),
        );
      }
      const exclusion = exclusions.for(tab);
      const local: LocalSubscription = {
        tab,
        exclusion,
        handle,
        wire,
        // The retained event has been delivered already.
        wantsRetained: wantsRetained && request.replayed !== true,
        replayed: request.replayed === true,
        catchesUp,
        tellsGaps: catchesUp || request.tellsGaps === true,
        seenBefore: seenFrom(request.seen),
        taken: undefined,
        missing: undefined,
        pending,
        active: false,
        removed: false,
      };
      wire.locals.add(local);
      if (catchesUp) tab.notices.followed.set(handle, (publication) => catchUp.taken(local, publication));
      entries.locals.set(tab, handle, local);
      pending.onGivenUp = () => void entries.remove(local);
      enqueue(tab.queue, request, pending, (session) => subscribeInTurn(local, session));
    },

    unsubscribe(tab: Tab, handle: SubscriptionHandle, pending: PendingRequest): void {
      const local = entries.locals.get(tab, handle);
      entries.leave(tab, handle, pending);
      if (local?.catchesUp === true) catchUp.unsubscribed(local.wire);
    },

    /** Releases the state of a tab that has departed. With `linger`, the router keeps sending, in case the tab is being reloaded. */
    release(tab: Tab, linger: boolean): void {
      for (const local of entries.locals.values(tab)) {
        catchUp.departed(local);
        if (linger) entries.detach(local);
        else entries.remove(local);
      }
    },

    count: (tab: Tab): number => entries.locals.count(tab),

    /** Tells whether a tab other than the publisher's has, or waits for, a subscription that matches the topic. */
    anyOutside: (publisher: PublisherExclusion | undefined, topic: string): boolean =>
      isAny(topic, (those) => those.anyOutside(publisher)),

    /** Tells whether a tab has, or waits for, a subscription that matches the topic and catches up. */
    anyFollowed: (publisher: PublisherExclusion, topic: string): boolean =>
      isAny(topic, (those) => those.followers.has(publisher)),

    /** Tells whether a tab waits for the history of a subscription that matches the topic. */
    anyBehind: (publisher: PublisherExclusion, topic: string): boolean =>
      isAny(topic, (those) => those.isBehind(publisher)),

    /** Tells whether the publisher's tab itself has, or waits for, a subscription that matches the topic. */
    anyOf: (publisher: PublisherExclusion, topic: string): boolean =>
      isAny(topic, (those) => those.anyOf(publisher)),

    /** Delivers a publication that the router withholds from this session to all tabs except the publisher's. */
    relayOutside(
      publisher: PublisherExclusion | undefined,
      topic: string,
      publication: PublicationId,
      { options, payload }: Pick<Publish, "options" | "payload">,
    ): void {
      const passthru = passthruAttributes(options);
      for (const wire of table.matching(topic)) {
        const details = wire.match === "exact" ? passthru : { ...passthru, topic };
        const event = { publication, details, payload };
        relayEvent(wire, event, publisher);
        catchUp.received(wire, event);
      }
    },

    /** Ends the lingering subscriptions that no tab has requested again. */
    sweep: (): void => table.entries().forEach((wire) => entries.end(wire)),

    received: (event: EventMessage): void => {
      const wire = table.find(event.subscription);
      if (wire !== undefined) receive(wire, event);
      // Any other event is a late one, for a subscription that has ended.
      else if (isRetained(event.details)) unclaimed.add(event);
    },

    revoked: entries.revoked,
    restore: entries.restore,

    /** Forgets what has been seen, because the session is that of another user now. */
    forgetSeen: (): void => catchUp.forgetAll(table.entries()),

    sessionLost(error: ErrorRecord): void {
      unclaimed.reset();
      catchUp.sessionLost(table.entries());
      entries.sessionLost(error);
    },

    inspect: (): SessionInspection["wireSubscriptions"] =>
      table.entries().map(({ topic, match, locals }) => ({ topic, match, locals: locals.size })),
  };
}

export type Subscriptions = ReturnType<typeof createSubscriptions>;
