import type { GapReason, LastSeen } from "../../contract/gap.js";
import type { WireContext } from "../restoring.js";
import type { TabEvent } from "../tab/event-batcher.js";
import { share } from "./event-delivery.js";
import { joined, lastOf, recentOf, seenFrom } from "./following.js";
import type { Following, Missing, Seen } from "./following.js";
import type { HistoryAnswer } from "./history-answer.js";
import { requestHistory } from "./history-request.js";
import type { HistoryFailure } from "./history-request.js";
import { inheritPlace, earliestPlace, leavePlace } from "./places.js";
import type { SeenRecord } from "./seen-record.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

/** Maximum number and bytes of the events that wait for a history. */
const WAITING_KEPT = 10_000;
const WAITING_BYTES = 8 * 1024 * 1024;
/** Number of recovered events that are recognized when they arrive once more, because the router told its history before it sent them. */
const RECOVERED_KEPT = 1_000;
/** Number of publications among which the places of pages are found at least; the earlier ones are forgotten when there are twice as many. */
const SEEN_KEPT = 1_000;

/**
 * Fetches from the router's event history what subscriptions have missed (WAMP, "Event History"), or tells them of the gap. Until then
 * such a subscription gets no events: those that arrive wait for it. It begins to catch up when it becomes active, and whenever its topic is
 * subscribed again. All local subscriptions of a wire subscription share one request, whatever each of them has seen.
 */
export function createCatchUp(context: WireContext, record: SeenRecord) {
  const tellGap = ({ tab, handle }: LocalSubscription, since: Seen, reason: GapReason): void =>
    tab.notices.push({ kind: "gap", subscription: handle, since: lastOf(since), reason });

  /** Tells the page where a subscription stands that has not got an event, for the next worker. */
  const tellSeen = (local: LocalSubscription, seen: Seen = local.wire.following.seen): void => {
    const { tab, handle, taken } = local;
    if (seen === undefined) return;
    tab.notices.push({ kind: "seen", subscription: handle, publication: lastOf(seen) });
    if (taken === undefined) local.taken = lastOf(seen);
  };

  const setMissing = (local: LocalSubscription, missing: Missing | undefined): void => {
    // A copy, because further publications are added to those that have been seen.
    local.missing = missing && { since: missing.since && recentOf(missing.since) };
    local.wire.locals.regroup();
  };

  /** Deals with all active local subscriptions that have missed something, once the topic is subscribed. */
  const proceed = (wire: WireSubscription): void => {
    const { following } = wire;
    if (wire.state !== "established" || wire.id === undefined) return;
    for (const local of behind(wire)) {
      if (local.catchesUp) continue;
      tellGap(local, local.missing?.since, "not-requested");
      setMissing(local, undefined);
    }
    if (following.request !== undefined || behind(wire).length === 0) return;
    following.request = requestHistory(
      context,
      wire.id,
      (answer) => behind(wire).every(({ missing }) => placeIn(answer, missing?.since) !== undefined),
      (outcome) => finish(wire, outcome),
    );
    // Only now, because a request that is refused is over at once.
    context.restores.pump();
  };

  /** Learns where the history stands, of a topic of which nothing has been seen. Events do not wait for that. */
  const begin = (wire: WireSubscription): void => {
    const { following } = wire;
    following.isCurrent = true;
    if (wire.id === undefined || following.request !== undefined) return;
    following.request = requestHistory(
      context,
      wire.id,
      () => true,
      (outcome) => {
        following.request = undefined;
        if (typeof outcome === "object" && following.seen === undefined && following.isCurrent) {
          following.seen = outcome.events.map(({ publication }) => publication);
          record.set(wire.key, lastOf(following.seen));
          for (const local of followers(wire)) tellSeen(local);
        }
        proceed(wire);
      },
    );
    context.restores.pump();
  };

  /** Delivers what was missed, then what has waited. */
  const finish = (wire: WireSubscription, outcome: HistoryAnswer | HistoryFailure | "overflow"): void => {
    const { following } = wire;
    const { waiting } = following;
    stop(following);
    const locals = behind(wire);
    if (locals.length === 0) return;
    const known = typeof outcome === "object" ? outcome.events : [];
    const unserved = new Map<LocalSubscription, Seen>();
    let reached: Seen;
    for (const local of locals) {
      const since = local.missing?.since;
      const place = typeof outcome === "object" ? placeIn(outcome, since) : undefined;
      setMissing(local, undefined);
      if (typeof outcome !== "object") tellGap(local, since, outcome);
      else if (since === undefined) tellGap(local, since, "unavailable");
      else if (place === undefined) tellGap(local, since, "expired");
      // Without a place in it, the whole history may be new, but what is known to be seen is not.
      const missed = since === undefined ? [] : known.slice(place ?? 0);
      const unseen = missed
        .filter(({ publication }) => since?.includes(publication) !== true)
        .map((event) => withTopic(event, wire));
      for (const event of inOrder(unseen, waiting)) share(local, event);
      // Without a place in the history, a page stays where it is, not where another one stands.
      if (missed.length + waiting.length === 0) unserved.set(local, place === undefined ? since : undefined);
      reached = joined(reached, since);
    }
    const arrived = new Set(inOrder(known, waiting).map(({ publication }) => publication));
    const all = [...(reached ?? []).filter((publication) => !arrived.has(publication)), ...arrived];
    following.isCurrent = true;
    following.recovered = new Set(known.slice(-RECOVERED_KEPT).map(({ publication }) => publication));
    const hasSeen = all.length > 0 || reached !== undefined || typeof outcome === "object";
    following.seen = hasSeen ? all : undefined;
    for (const [local, since] of unserved) tellSeen(local, since);
  };

  const stop = (following: Following): void => {
    following.request?.giveUp();
    following.request = undefined;
    following.waiting = [];
    following.waitingBytes = 0;
  };

  return {
    proceed,

    /** Decides what a local subscription that has become active has missed. */
    activated: (local: LocalSubscription): void => {
      const { wire, seenBefore } = local;
      const { following } = wire;
      const given = record.isTrusted ? seenBefore : undefined;
      if (!local.catchesUp) {
        if (local.tellsGaps && local.replayed) tellGap(local, given, "not-requested");
        return;
      }
      // Where others stand says nothing of what a subscription has missed whose worker was lost before the page knew its own place.
      const isLost = local.replayed && given === undefined;
      const left = isLost ? undefined : inheritPlace(local, given);
      if (!isLost && given === undefined && left === undefined && following.isCurrent) return tellSeen(local);
      const since = isLost
        ? seenFrom(record.inherited(wire.key))
        : (given ?? left ?? following.seen ?? seenFrom(record.get(wire.key)));
      if (since === undefined && !local.replayed) return begin(wire);
      local.taken = since && lastOf(since);
      setMissing(local, { since });
      // One that is on its way serves this subscription, too.
      if (following.request === undefined) proceed(wire);
    },

    /** Tells whether those who catch up have got an event already: the router told its history before it sent the event. */
    hasRecovered: ({ following }: WireSubscription, { publication }: TabEvent): boolean =>
      following.recovered.has(publication),

    /** Takes note of an event that has been delivered to those who miss nothing. */
    received(wire: WireSubscription, event: TabEvent): void {
      const { following, locals } = wire;
      const { publication, payload } = event;
      if (locals.isFollowed) {
        const { seen = [] } = following;
        following.seen = seen.length < 2 * SEEN_KEPT ? seen : seen.slice(-SEEN_KEPT);
        following.seen.push(publication);
      } else following.isCurrent = false;
      if (following.request === undefined || behind(wire).length === 0) return;
      following.waiting.push(event);
      following.waitingBytes += payload.data.length;
      if (following.waiting.length > WAITING_KEPT || following.waitingBytes > WAITING_BYTES)
        finish(wire, "overflow");
    },

    /** Takes note that a page has taken in the events of a local subscription up to this one. */
    taken(local: LocalSubscription, publication: LastSeen): void {
      local.taken = publication;
      const { wire } = local;
      record.moved(wire.key, () => earliestPlace(wire));
    },

    departed: (local: LocalSubscription): void => leavePlace(record, local),

    /** Takes note of the end of a session: what is published from now on is missed. */
    sessionLost(wires: Iterable<WireSubscription>): void {
      for (const wire of wires) {
        const { following } = wire;
        stop(following);
        for (const local of wire.locals) {
          if (local.active && local.missing === undefined && (local.catchesUp || local.tellsGaps))
            setMissing(local, { since: following.seen });
        }
        following.isCurrent = false;
        following.recovered = new Set();
      }
    },

    /** Forgets the place of all local subscriptions, because the new session is that of another user. */
    forgetAll(wires: Iterable<WireSubscription>): void {
      for (const wire of wires) {
        forget(wire);
        for (const local of wire.locals) {
          local.taken = undefined;
          if (local.missing !== undefined) setMissing(local, { since: undefined });
        }
      }
    },

    /** Forgets the place in a topic with the last local subscription that follows it and that the application has ended. */
    unsubscribed(wire: WireSubscription): void {
      for (const { catchesUp } of wire.locals) if (catchesUp) return;
      stop(wire.following);
      wire.following.isCurrent = false;
      forget(wire);
      record.forget(wire.key);
    },
  };
}

export type CatchUp = ReturnType<typeof createCatchUp>;

function forget({ following }: WireSubscription): void {
  following.seen = undefined;
  following.left = undefined;
}

function behind({ locals }: WireSubscription): LocalSubscription[] {
  return [...locals].filter(({ active, missing }) => active && missing !== undefined);
}

function followers({ locals }: WireSubscription): LocalSubscription[] {
  return [...locals].filter(({ active, catchesUp, missing }) => active && catchesUp && missing === undefined);
}

/** Returns the index in a history of the first event after those that have been seen; undefined if the history may have a gap before it. */
function placeIn({ events, isWhole }: HistoryAnswer, since: Seen): number | undefined {
  if (since === undefined) return undefined;
  const last = events.findLastIndex(({ publication }) => since.includes(publication));
  if (last >= 0) return last + 1;
  const isUnbroken = since.length === 0 && (isWhole || events.length === 0);
  return isUnbroken ? 0 : undefined;
}

/**
 * Joins a history and the events that have arrived since the request, each once. One that is still on its way may be in the history, behind
 * some that have arrived.
 */
function inOrder(history: readonly TabEvent[], arrived: readonly TabEvent[]): readonly TabEvent[] {
  const places = new Map(arrived.map(({ publication }, index) => [publication, index]));
  const events: TabEvent[] = [];
  let next = 0;
  for (const event of history) {
    const place = places.get(event.publication);
    if (place === undefined) events.push(event);
    else {
      events.push(...arrived.slice(next, place + 1));
      next = Math.max(next, place + 1);
    }
  }
  return [...events, ...arrived.slice(next)];
}

/** The topic stands in the details of events of patterns only. */
function withTopic(event: TabEvent, { match }: WireSubscription): TabEvent {
  const { topic: _topic, ...details } = event.details;
  return match === "exact" ? { ...event, details } : event;
}
