import type { SubscriptionHandle } from "../../contract/ids.js";
import type { EventTarget } from "../../contract/notices.js";
import type { Dict } from "../../protocol/dict.js";
import type { Clock } from "../../web/clock.js";
import type { TabEvent } from "../tab/event-batcher.js";
import type { NoticeSender } from "../tab/notice-sender.js";
import { createHeldEvents } from "./held-events.js";
import { createPendingPublications } from "./pending-publications.js";
import type { EventSource, PendingPublication } from "./pending-publications.js";

/** Milliseconds that an event is held at most, from its arrival, until PUBLISHED arrives. */
export const HOLD_DEADLINE = 2_000;
/** Number of publications remembered at least because their events may still arrive after PUBLISHED, and at most twice as many. */
const EXCLUDED_KEPT = 4_096;
/** Maximum number of topics of unrecognized publications; the oldest are forgotten. */
const TOPICS_KEPT = 4_096;

interface HeldEvent {
  readonly event: TabEvent;
  readonly target: EventTarget;
  readonly source: EventSource;
  readonly isOnly: boolean;
  readonly arrived: number;
  /** Number of the last publication that was out when the event arrived: a later one cannot have caused it. */
  readonly sent: number;
}

/**
 * Publisher exclusion for one tab (WAMP, "Publisher Exclusion"). The router excludes whole sessions, but the tab's siblings share its
 * session. The publication is therefore sent with `exclude_me: false`, and the tab's own event is dropped here, by the publication id in
 * PUBLISHED. An EVENT may arrive before its PUBLISHED: an event that may come from a publication that is out is held until that is
 * answered, and so are all later events for the tab, to preserve their order.
 */
export function createPublisherExclusion(notices: NoticeSender, clock: Clock) {
  const unanswered = createPendingPublications();
  /** The tab's own publications, each with the time of its PUBLISHED, in the order of their arrival. */
  const excluded = new Map<number, number>();
  const unrecognized = new Set<string>();
  const waiting = createHeldEvents<HeldEvent>();
  let stopDeadline: (() => void) | undefined;

  const release = (pending: PendingPublication): void => {
    unanswered.remove(pending);
    deliverHeld();
  };

  const isKnownAsOwn = (event: TabEvent): boolean =>
    excluded.has(event.publication) && !isRetained(event.details);

  const mayBeOwn = ({ details }: TabEvent, source: EventSource, sent: number): boolean =>
    !isRetained(details) && unanswered.mayCause(source, details["topic"], sent);

  /** Delivers held events, up to one that is still to wait. */
  const deliverHeld = (): void => {
    for (let first = waiting.peek(); first !== undefined; first = waiting.peek()) {
      const { event, source, isOnly, sent } = first;
      const isExcluded = isKnownAsOwn(event);
      if (!isExcluded && mayBeOwn(event, source, sent) && timeLeft(first) > 0) break;
      const target = waiting.shift();
      if (!isExcluded) notices.pushEvent(event, target, isOnly);
    }
    watchFirst();
  };

  /** Forgets excluded publications beyond the limit, many at a time, except those whose events may be held. */
  const forgetExcluded = (): void => {
    if (excluded.size <= 2 * EXCLUDED_KEPT) return;
    const heldSince = clock.now() - HOLD_DEADLINE;
    for (const [publication, since] of excluded) {
      if (excluded.size <= EXCLUDED_KEPT || since >= heldSince) return;
      excluded.delete(publication);
    }
  };

  const timeLeft = ({ arrived }: HeldEvent): number => arrived + HOLD_DEADLINE - clock.now();

  /** Keeps one timer while events are held, for the first of them: no other is due earlier. */
  const watchFirst = (): void => {
    const first = waiting.peek();
    if (first === undefined) {
      stopDeadline?.();
      stopDeadline = undefined;
      return;
    }
    // A timer that was set for an earlier event fires early, and is then set for this one.
    stopDeadline ??= clock.after(Math.max(0, timeLeft(first)), () => {
      stopDeadline = undefined;
      deliverHeld();
    });
  };

  return {
    /** Number of events that are held. */
    get held(): number {
      return waiting.length;
    },

    /** Expects the events of a publication that is being sent. */
    expect(topic: string): PendingPublication {
      return unanswered.add(topic);
    },

    /** Drops the events of a publication whose id is known from PUBLISHED, both those that are held and those that are yet to arrive. */
    exclude(pending: PendingPublication, publication: number): void {
      excluded.set(publication, clock.now());
      forgetExcluded();
      release(pending);
    },

    /** Stops holding events for a publication that will have none, or whose events can no longer be recognized. */
    release,

    /** Delivers the event, drops it as the tab's own, or holds it. `isOnly`: no other tab gets this payload. */
    offer(event: TabEvent, target: EventTarget, source: EventSource, isOnly: boolean): void {
      if (isKnownAsOwn(event)) return;
      const sent = unanswered.last;
      const mustWait = waiting.length > 0 || mayBeOwn(event, source, sent);
      if (!mustWait) return notices.pushEvent(event, target, isOnly);
      waiting.push({ event, target, source, isOnly, arrived: clock.now(), sent });
      watchFirst();
    },

    /** Drops the held events of a subscription that has ended. */
    drop(subscription: SubscriptionHandle): void {
      if (waiting.length === 0) return;
      waiting.end(subscription);
      deliverHeld();
    },

    /**
     * Takes note of a publication of the tab that the router sends to the session for the tab's siblings, and whose id the hub will not
     * know, because the tab has no subscription to its topic.
     */
    sentUnrecognized(topic: string): void {
      unrecognized.delete(topic);
      unrecognized.add(topic);
      if (unrecognized.size <= TOPICS_KEPT) return;
      const [oldest = ""] = unrecognized;
      unrecognized.delete(oldest);
    },

    /**
     * Tells whether events of the tab that the hub cannot recognize may be on their way to a subscription. A subscription that the tab
     * requests now must not get them, which it would not get with a session of its own either. Any topic counts for a pattern, because
     * comparing thousands of them for each of many patterns would block the worker, and the wrong answer costs one SUBSCRIBE only.
     */
    mustComeBehind: ({ topic, match }: EventSource): boolean =>
      match === "exact" ? unrecognized.has(topic) : unrecognized.size > 0,

    /** Delivers the held events and resets the state: the session is lost or the tab has departed, so no PUBLISHED will arrive. */
    reset(): void {
      unanswered.clear();
      deliverHeld();
      excluded.clear();
      unrecognized.clear();
    },
  };
}

export type PublisherExclusion = ReturnType<typeof createPublisherExclusion>;

/**
 * Tells whether the event is a retained one. A subscriber that requests the retained event gets it even if it is the publisher
 * (WAMP, "Event Retention"), so a retained event is never excluded.
 */
export function isRetained(details: Dict): boolean {
  return details["retained"] === true;
}
