import { unmetHopes } from "../../connection/gate/features.js";
import { isRefused } from "../../connection/gate/refusal.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import { isFinal } from "../../contract/final-reasons.js";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { SessionInspection } from "../../contract/port.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";
import { connectionLost, wampErrorOf } from "../error-records.js";
import { endLocal } from "../local-entry.js";
import { giveBack, retryLater, startDeadline } from "../restoring.js";
import type { WireContext } from "../restoring.js";
import type { TabTable } from "../tab-table.js";
import { wireKey } from "../wire-table.js";
import { deliverEvent } from "./event-delivery.js";
import { isRetained } from "./publisher-exclusion.js";
import { requestRetained, retainedAnswered } from "./retained-events.js";
import { SubscriptionTable } from "./subscription-table.js";
import { createUnclaimedEvents } from "./unclaimed-events.js";
import { transition } from "./wire-subscription-state.js";
import type { WireSubscriptionEffect, WireSubscriptionEvent } from "./wire-subscription-state.js";
import {
  activateSubscription,
  lasts,
  newWireSubscription,
  sameOptions,
  subscribeOptions,
} from "./wire-subscription.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

/**
 * The wire subscriptions of a session: their table, and the execution of the transitions in wire-subscription-state.ts.
 * @param allLocals the local subscriptions of all tabs; a local subscription leaves this table when it is detached
 */
export function createWireSubscriptions(
  context: WireContext,
  allLocals: TabTable<SubscriptionHandle, LocalSubscription>,
) {
  const table = new SubscriptionTable();
  const unclaimed = createUnclaimedEvents();
  const { restores, session: openSession } = context;

  /** Makes the transition, and removes a wire subscription that has ended from the table. */
  const step = (wire: WireSubscription, event: WireSubscriptionEvent): WireSubscriptionEffect => {
    const { state, effect } = transition(wire.state, event);
    if (state === "ended" && wire.state !== "ended") table.remove(wire);
    if (state !== "retrying") wire.stopTimer();
    wire.state = state;
    if (state === "subscribed" || state === "unsubscribed") wire.failures = 0;
    return effect;
  };

  /** Removes a local subscription without changing the wire subscription; it receives no further event. */
  const detach = (local: LocalSubscription): void => {
    const { tab, handle, wire } = local;
    allLocals.remove(tab, handle);
    local.removed = true;
    local.exclusion.drop(handle);
    wire.locals.delete(local);
    wire.retained.remove(local);
  };

  /**
   * Removes a local subscription, and ends the wire subscription with the last one. Returns true if UNSUBSCRIBE was sent; then
   * `unsubscribed` is called when it is answered.
   */
  const remove = (local: LocalSubscription, unsubscribed?: () => void): boolean => {
    if (local.removed) return false;
    detach(local);
    return local.wire.locals.size === 0 && end(local.wire, unsubscribed);
  };

  const end = (wire: WireSubscription, unsubscribed?: () => void): boolean => {
    const effect = step(wire, "last-left");
    if (effect !== "unsubscribe" || wire.id === undefined || openSession() === undefined) return false;
    sendUnsubscribe(wire.id, unsubscribed);
    return true;
  };

  const sendUnsubscribe = (id: WireSubscriptionId, done = (): void => undefined): void =>
    giveBack(context, { type: "UNSUBSCRIBE", subscription: id }, done);

  /**
   * Sends the SUBSCRIBE that creates or restores a wire subscription. It is repeated once if its answer seems to be lost, because the
   * router answers with the same id; but not if it would also repeat a retained event.
   * @param local the local subscription for which it also requests the retained event
   */
  const sendSubscribe = (wire: WireSubscription, session: WireSession, local?: LocalSubscription): void => {
    const { topic, state } = wire;
    const options = subscribeOptions(wire, local !== undefined);
    let isUnanswered = true;
    const send = (forgetLost?: () => void): void => {
      let isDue = true;
      const stopDeadline = startDeadline(context, session, state === "restoring", (error) => {
        isDue = false;
        fail(wire, "timed-out", error);
      });
      const request = session.request(
        { type: "SUBSCRIBE", topic, options },
        {
          answered: (answer) => {
            stopDeadline();
            forgetLost?.();
            if (answer.type === "SUBSCRIBED") answered(wire, answer.subscription, session, local);
            else if (answer.type === "ERROR") refused(wire, wampErrorOf(answer));
            if (isUnanswered) unclaimed.subscribeAnswered();
            isUnanswered = false;
          },
          overtaken: () => {
            if (wire.state !== state || !isDue || local || forgetLost || isRefused(request)) return;
            stopDeadline();
            send(() => session.forget(request));
          },
          // The loss of the session is told to all wire subscriptions.
          lost: stopDeadline,
        },
      );
      if (isRefused(request)) {
        stopDeadline();
        refused(wire, request.refused);
      } else if (forgetLost === undefined) unclaimed.subscribeSent();
    };
    send();
  };

  const answered = (
    wire: WireSubscription,
    id: WireSubscriptionId,
    session: WireSession,
    retainedFor: LocalSubscription | undefined,
  ): void => {
    if (step(wire, "answered") === "undo") return undo(wire, id);
    table.identify(wire, id);
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
      // The topic is subscribed, and a lost worker had it already.
      if (lasts(local)) return activateSubscription(local);
      remove(local);
      local.pending.reject(error);
    });

  /**
   * Undoes a SUBSCRIBED for a wire subscription that has ended. If a newer entry of the same topic has sent SUBSCRIBE, it shares the id
   * (Crossbar.io and Nexus give a session the same id again), and the router must keep the subscription.
   */
  const undo = ({ key }: WireSubscription, id: WireSubscriptionId): void => {
    const newer = table.get(key);
    if (newer === undefined || newer.state === "unsubscribed") sendUnsubscribe(id);
  };

  const refused = (wire: WireSubscription, error: ErrorRecord): void =>
    fail(wire, isFinal(error) ? "refused" : "refused-for-now", error);

  const fail = (wire: WireSubscription, event: WireSubscriptionEvent, error: ErrorRecord): void => {
    const effect = step(wire, event);
    if (effect === "reject-waiting") rejectWaiting(wire, error, lasts);
    else if (effect === "reject-all-waiting") rejectWaiting(wire, error, () => false);
    else if (effect === "end-all") endAll(wire, error);
    else if (effect === "restore-lasting") {
      rejectWaiting(wire, error, lasts);
      restore(wire);
      restores.pump();
    } else if (effect === "retry-later") {
      const subject = `subscription to ${wire.topic}`;
      wire.stopTimer = retryLater(context, wire.locals, subject, error, wire.failures++, () => restore(wire));
    }
  };

  const rejectWaiting = (
    wire: WireSubscription,
    error: ErrorRecord,
    isSpared: (local: LocalSubscription) => boolean,
  ): void => {
    wire.retained.reset();
    for (const local of [...wire.locals]) {
      if (isSpared(local) || !local.pending.sent) continue;
      detach(local);
      local.pending.reject(error);
    }
    if (wire.locals.size === 0) end(wire);
  };

  const endAll = (wire: WireSubscription, error: ErrorRecord): void => {
    for (const local of [...wire.locals]) {
      detach(local);
      endLocal(local, { kind: "subscription-ended", subscription: local.handle, error });
    }
  };

  const restore = (wire: WireSubscription): void => {
    if (![...wire.locals].some(lasts) || step(wire, "restored") !== "subscribe") return;
    restores.restore((session) => {
      // Its last local subscription may have left since.
      if (wire.state === "restoring") sendSubscribe(wire, session);
    });
  };

  return {
    detach,

    remove,

    /** Returns the entry for a topic and match policy. Its options may differ if local subscriptions belong to it. */
    entryFor(topic: string, match: MatchPolicy, options: Dict): WireSubscription {
      const known = table.get(wireKey(topic, match));
      if (known !== undefined) {
        if (known.locals.size > 0 || sameOptions(known.options, options)) return known;
        // The entry lingers with different options, and no tab has requested it again.
        end(known);
      }
      const wire = newWireSubscription(topic, match, options);
      table.add(wire);
      return wire;
    },

    /** Returns the entries whose topic or pattern matches the topic. */
    matching: (topic: string): Iterable<WireSubscription> => table.matching(topic),

    /** Subscribes a local subscription whose turn in its tab's queue has come. */
    subscribe(local: LocalSubscription, session: WireSession): void {
      const { wire, pending, wantsRetained } = local;
      pending.sent = true;
      const effect = step(wire, local.replayed && wire.state === "unsubscribed" ? "restored" : "asked");
      if (effect === "subscribe") {
        if (wantsRetained) wire.retained.begin(local);
        sendSubscribe(wire, session, wantsRetained ? local : undefined);
      } else if (wantsRetained || local.exclusion.mustComeBehind(wire)) wire.retained.enqueue(local);
      else if (effect === "join") activateSubscription(local);
      requestNext(wire, session);
      if (local.removed) return;
      const options = subscribeOptions(wire, wantsRetained);
      for (const gap of unmetHopes("subscribe", options, session.features)) local.tab.tellOnce(gap);
    },

    /** Ends the lingering subscriptions that no tab has requested again. */
    sweep: (): void => {
      for (const wire of table.entries()) if (wire.locals.size === 0) end(wire);
    },

    received: (event: EventMessage): void => {
      const wire = table.find(event.subscription);
      if (wire !== undefined) deliverEvent(wire, event, openSession()?.received ?? 0);
      // Any other event is a late one, for a subscription that has ended.
      else if (isRetained(event.details)) unclaimed.add(event);
    },

    /** Ends a subscription that the router has ended (WAMP, "Subscription Revocation"). */
    revoked: (id: WireSubscriptionId, error: ErrorRecord): void => {
      const wire = table.find(id);
      if (wire !== undefined) fail(wire, "revoked", error);
    },

    /** Queues SUBSCRIBE for the subscriptions of the previous session. */
    restore: (): void => table.entries().forEach(restore),

    /** Rejects the local subscriptions that wait for an answer; the active ones stay, to be restored. */
    sessionLost: (error: ErrorRecord): void => {
      table.forgetIds();
      unclaimed.reset();
      for (const wire of table.entries()) fail(wire, "session-lost", connectionLost(true, error));
    },

    inspect: (): SessionInspection["wireSubscriptions"] =>
      table.entries().map(({ topic, match, locals }) => ({ topic, match, locals: locals.size })),
  };
}
