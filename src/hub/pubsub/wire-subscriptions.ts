import { unmetHopes } from "../../connection/gate/features.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { SessionInspection } from "../../contract/port.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";
import type { WireContext } from "../restoring.js";
import { createWireEntries } from "../wire-entries.js";
import { wireKey } from "../wire-table.js";
import { deliverEvent } from "./event-delivery.js";
import { isRetained } from "./publisher-exclusion.js";
import { requestRetained, retainedAnswered } from "./retained-events.js";
import { SubscriptionTable } from "./subscription-table.js";
import { createUnclaimedEvents } from "./unclaimed-events.js";
import {
  activateSubscription,
  newWireSubscription,
  sameOptions,
  subscribeOptions,
} from "./wire-subscription.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

/** The wire subscriptions of a session, and the local subscriptions of all tabs. */
export function createWireSubscriptions(context: WireContext) {
  const table = new SubscriptionTable();
  const unclaimed = createUnclaimedEvents();

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
    send: sendSubscribe,
    releaseOf: (subscription) => ({ type: "UNSUBSCRIBE", subscription }),
    // Crossbar.io and Nexus give a session the same id again, for the SUBSCRIBE that the newer entry has sent.
    mayShareId: ({ state }) => state !== "idle",
    isUnwanted: ({ locals }) => locals.size === 0,
    detached: (local) => {
      const { exclusion, wire } = local;
      exclusion.subscriptionEnded();
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
    for (const event of unclaimed.claim(id)) deliverEvent(wire, event, session.received);
    if (retainedFor !== undefined) retainedAnswered(retainedFor, session);
    requestNext(wire, session);
  };

  /** Repeats SUBSCRIBE for the next local subscription that needs one of its own, one at a time. */
  const requestNext = (wire: WireSubscription, session: WireSession): void =>
    requestRetained(context, wire, session, (local, error) => {
      entries.remove(local);
      local.pending.reject(error);
    });

  return {
    ...entries,

    /** Returns the entry for a topic and match policy. Its options may differ if local subscriptions belong to it. */
    entryFor(topic: string, match: MatchPolicy, options: Dict): WireSubscription {
      const known = table.get(wireKey(topic, match));
      if (known !== undefined) {
        if (known.locals.size > 0 || sameOptions(known.options, options)) return known;
        // The entry lingers with different options, and no tab has requested it again.
        entries.end(known);
      }
      const wire = newWireSubscription(topic, match, options);
      table.add(wire);
      return wire;
    },

    /** Returns the entries whose topic or pattern matches the topic. */
    matching: (topic: string): Iterable<WireSubscription> => table.matching(topic),

    /** Subscribes a local subscription whose turn in its tab's queue has come. */
    subscribe(local: LocalSubscription, session: WireSession): void {
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
    },

    /** Ends the lingering subscriptions that no tab has requested again. */
    sweep: (): void => table.entries().forEach((wire) => entries.end(wire)),

    received: (event: EventMessage): void => {
      const wire = table.find(event.subscription);
      if (wire !== undefined) deliverEvent(wire, event, context.session()?.received ?? 0);
      // Any other event is a late one, for a subscription that has ended.
      else if (isRetained(event.details)) unclaimed.add(event);
    },

    sessionLost(error: ErrorRecord): void {
      unclaimed.reset();
      entries.sessionLost(error);
    },

    inspect: (): SessionInspection["wireSubscriptions"] =>
      table.entries().map(({ topic, match, locals }) => ({ topic, match, locals: locals.size })),
  };
}
