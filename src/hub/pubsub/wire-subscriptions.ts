import { unmetHopes } from "../../connection/gate/features.js";
import type { WireSession } from "../../connection/wire-session.js";
import type { ErrorRecord } from "../../contract/errors.js";
import { isFinal } from "../../contract/final-reasons.js";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";
import type { Clock } from "../../web/clock.js";
import { concerning, connectionLost } from "../error-records.js";
import { giveBack } from "../give-back.js";
import { restoreDelay } from "../restoring.js";
import type { RestoreQueue } from "../restoring.js";
import type { TabTable } from "../tab-table.js";
import { wireKey } from "../wire-table.js";
import { deliverEvent } from "./event-delivery.js";
import { isRetained } from "./publisher-exclusion.js";
import { requestRetained, retainedAnswered } from "./retained-events.js";
import { SubscriptionTable } from "./subscription-table.js";
import { exchangeSubscribe } from "./subscribe-exchange.js";
import { createUnclaimedEvents } from "./unclaimed-events.js";
import { transition } from "./wire-subscription-state.js";
import type { WireSubscriptionEffect, WireSubscriptionEvent } from "./wire-subscription-state.js";
import {
  activate,
  detachFromWire,
  lasts,
  newWireSubscription,
  sameOptions,
  subscribeOptions,
} from "./wire-subscription.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

export interface WireSubscriptionsParts {
  readonly clock: Clock;
  /** Deadline in milliseconds for SUBSCRIBED, even if no tab waits for it. */
  readonly requestTimeout: number;
  readonly session: () => WireSession | undefined;
  readonly restores: RestoreQueue;
  /** The local subscriptions of all tabs; a local subscription leaves this table when it is detached. */
  readonly locals: TabTable<SubscriptionHandle, LocalSubscription>;
  /** Tells whether events that are still on their way must not reach the local subscription: they are its own tab's. */
  readonly mustComeBehind: (local: LocalSubscription) => boolean;
}

/** The wire subscriptions of a session: their table, and the execution of the transitions in wire-subscription-state.ts. */
export function createWireSubscriptions(parts: WireSubscriptionsParts) {
  const clock: Clock = parts.clock;
  const requestTimeout: number = parts.requestTimeout;
  const openSession: () => WireSession | undefined = parts.session;
  const restores: RestoreQueue = parts.restores;
  const localsByTab: TabTable<SubscriptionHandle, LocalSubscription> = parts.locals;
  const mustComeBehind: (local: LocalSubscription) => boolean = parts.mustComeBehind;
  const table = new SubscriptionTable();
  const unclaimed = createUnclaimedEvents();
  const refuse = (local: LocalSubscription, error: ErrorRecord): void => {
    remove(local);
    local.pending.reject(error);
  };

  const remove = (local: LocalSubscription, unsubscribed?: () => void): boolean => {
    if (local.removed) return false;
    detach(local);
    return local.wire.locals.size === 0 && end(local.wire, unsubscribed);
  };

  const detach = (local: LocalSubscription): void => {
    localsByTab.remove(local.tab, local.handle);
    detachFromWire(local);
  };

  const restoreOne = (wire: WireSubscription): void => {
    if (![...wire.locals].some(lasts) || step(wire, "restored") !== "subscribe") return;
    restores.restore((session) => {
      // Its last local subscription may have left since.
      if (wire.state === "restoring") sendSubscribe(wire, session, false);
    });
  };

  /** Makes the transition, and removes a wire subscription that has ended from the table. */
  const step = (wire: WireSubscription, event: WireSubscriptionEvent): WireSubscriptionEffect => {
    const { state, effect } = transition(wire.state, event);
    if (state === "ended" && wire.state !== "ended") table.remove(wire);
    if (wire.state === "retrying" && state !== "retrying") wire.stopRetry();
    wire.state = state;
    if (state === "subscribed" || state === "unsubscribed") wire.failures = 0;
    return effect;
  };

  const sendSubscribe = (wire: WireSubscription, session: WireSession, getRetained: boolean): void => {
    exchangeSubscribe(wire, session, getRetained, {
      clock,
      requestTimeout: requestTimeout,
      unclaimed: unclaimed,
      subscribed: (id) => answered(wire, id, session, getRetained),
      refused: (error) => refused(wire, error),
      timedOut: (error) => fail(wire, "timed-out", error),
    });
  };

  const refused = (wire: WireSubscription, error: ErrorRecord): void => {
    fail(wire, isFinal(error) ? "refused" : "refused-for-now", error);
  };

  const answered = (
    wire: WireSubscription,
    id: WireSubscriptionId,
    session: WireSession,
    getRetained: boolean,
  ): void => {
    if (step(wire, "answered") === "undo") return undo(wire, id);
    table.identify(wire, id);
    for (const local of wire.locals) {
      if (local.pending.sent && !wire.retained.isWaiting(local)) activate(local);
    }
    for (const event of unclaimed.claim(id)) deliverEvent(wire, event, session.received);
    if (getRetained) retainedAnswered(wire, session);
    requestNext(wire, session);
  };

  /** Repeats SUBSCRIBE for the next local subscription that needs one of its own, one at a time. */
  const requestNext = (wire: WireSubscription, session: WireSession): void => {
    requestRetained(wire, session, {
      clock,
      timeout: requestTimeout,
      refuse,
      next: () => requestNext(wire, session),
    });
  };

  /**
   * Undoes a SUBSCRIBED for a wire subscription that has ended. If a newer entry of the same topic has sent SUBSCRIBE, it shares the id
   * (Crossbar.io and Nexus give a session the same id again), and the router must keep the subscription.
   */
  const undo = ({ key }: WireSubscription, id: WireSubscriptionId): void => {
    const newer = table.get(key);
    if (newer === undefined || newer.state === "unsubscribed") sendUnsubscribe(id);
  };

  const fail = (wire: WireSubscription, event: WireSubscriptionEvent, error: ErrorRecord): void => {
    const effect = step(wire, event);
    if (effect === "reject-waiting") rejectWaiting(wire, error, lasts);
    else if (effect === "reject-all-waiting") rejectWaiting(wire, error, () => false);
    else if (effect === "restore-lasting") restoreLasting(wire, error);
    else if (effect === "retry-later") retryLater(wire, error);
    else if (effect === "end-all") endAll(wire, error);
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

  const restoreLasting = (wire: WireSubscription, error: ErrorRecord): void => {
    rejectWaiting(wire, error, lasts);
    restoreOne(wire);
    restores.pump();
  };

  /** Restores the subscription after a delay, and tells the tabs that have it why it is not there yet. */
  const retryLater = (wire: WireSubscription, error: ErrorRecord): void => {
    const warning = concerning(error, `subscription to ${wire.topic}`);
    if (error.name !== "TimeoutError") for (const { tab } of wire.locals) tab.tellOnce(warning);
    wire.stopRetry = clock.after(restoreDelay(wire.failures), () => {
      restoreOne(wire);
      restores.pump();
    });
    wire.failures += 1;
  };

  /** Ends all local subscriptions: by a notice if the subscribe request has resolved, otherwise by rejecting it. */
  const endAll = (wire: WireSubscription, error: ErrorRecord): void => {
    for (const local of [...wire.locals]) {
      detach(local);
      if (local.active)
        local.tab.notices.push({ kind: "subscription-ended", subscription: local.handle, error });
      else local.pending.reject(error);
    }
  };

  const end = (wire: WireSubscription, unsubscribed?: () => void): boolean => {
    const effect = step(wire, "last-left");
    if (effect !== "unsubscribe" || wire.id === undefined || openSession() === undefined) return false;
    sendUnsubscribe(wire.id, unsubscribed);
    return true;
  };

  const sendUnsubscribe = (id: WireSubscriptionId, done: () => void = () => undefined): void => {
    giveBack(restores, (session, handler) => session.unsubscribe(id, handler), done);
  };

  return {
    /** Returns the entry for a topic and match policy. Its options may differ if local subscriptions belong to it. */
    entryFor(topic: string, match: MatchPolicy, options: Dict): WireSubscription {
      const known = table.get(wireKey(topic, match));
      const isFree = known?.locals.size === 0 && !sameOptions(known.options, options);
      if (known !== undefined && !isFree) return known;
      // The entry lingers with different options, and no tab has requested it again.
      if (known !== undefined) end(known);
      const wire = newWireSubscription(topic, match, options);
      table.add(wire);
      return wire;
    },

    /** Returns the entries whose topic or pattern matches the topic. */
    matching(topic: string): Iterable<WireSubscription> {
      return table.matching(topic);
    },

    /** Subscribes a local subscription whose turn in its tab's queue has come. */
    subscribe(local: LocalSubscription, session: WireSession): void {
      const { wire, pending } = local;
      pending.sent = true;
      const effect = step(wire, local.replayed && wire.state === "unsubscribed" ? "restored" : "asked");
      if (effect === "subscribe") {
        if (local.wantsRetained) wire.retained.begin(local);
        sendSubscribe(wire, session, local.wantsRetained);
      } else if (local.wantsRetained || mustComeBehind(local)) wire.retained.enqueue(local);
      else if (effect === "join") activate(local);
      requestNext(wire, session);
      if (local.removed) return;
      const options = subscribeOptions(wire, local.wantsRetained);
      for (const gap of unmetHopes("subscribe", options, session.features)) local.tab.tellOnce(gap);
    },

    /**
     * Removes a local subscription, and ends the wire subscription with the last one. Returns true if UNSUBSCRIBE was sent; then
     * `unsubscribed` is called when it is answered.
     */
    remove,

    /** Removes a local subscription without changing the wire subscription. */
    detach,

    /** Ends the wire subscriptions that no local subscription belongs to. */
    sweep(): void {
      for (const wire of table.entries()) if (wire.locals.size === 0) end(wire);
    },

    received(event: EventMessage): void {
      const wire = table.find(event.subscription);
      if (wire !== undefined) deliverEvent(wire, event, openSession()?.received ?? 0);
      // Any other event is a late one, for a subscription that has ended.
      else if (isRetained(event.details)) unclaimed.add(event);
    },

    /** Ends a subscription that the router has ended (WAMP, "Subscription Revocation"). */
    revoked(id: WireSubscriptionId, error: ErrorRecord): void {
      const wire = table.find(id);
      if (wire !== undefined) fail(wire, "revoked", error);
    },

    /** Queues SUBSCRIBE for the subscriptions of the previous session. */
    restore(): void {
      for (const wire of table.entries()) restoreOne(wire);
    },

    /** Rejects the local subscriptions that wait for an answer; the active ones stay, to be restored. */
    sessionLost(error: ErrorRecord): void {
      table.forgetIds();
      unclaimed.reset();
      for (const wire of table.entries()) fail(wire, "session-lost", connectionLost(true, error));
    },

    inspect(): { topic: string; match: MatchPolicy; locals: number }[] {
      return table.entries().map(({ topic, match, locals }) => ({ topic, match, locals: locals.size }));
    },
  };
}

export type WireSubscriptions = ReturnType<typeof createWireSubscriptions>;
