import type { SubscriptionHandle } from "../../contract/ids.js";
import type { EventTarget } from "../../contract/notices.js";
import type { Dict } from "../../protocol/dict.js";
import type { Clock } from "../../web/clock.js";
import { Fifo } from "../fifo.js";
import type { TabEvent } from "../tab/event-batcher.js";
import type { NoticeSender } from "../tab/notice-sender.js";
import { PendingPublications } from "./pending-publications.js";
import type { EventSource, PendingPublication } from "./pending-publications.js";

/** The subscriptions of one tab that get the same event. */
export interface EventGroup {
  readonly locals: readonly { readonly handle: SubscriptionHandle; readonly removed: boolean }[];
  /** Their handles, as the tab gets them; its identity matters for the notices. */
  readonly target: EventTarget;
}

/** Milliseconds that an event is held at most, from its arrival, until PUBLISHED arrives. */
export const HOLD_DEADLINE = 2_000;
/** Number of publications remembered at least because their events may still arrive after PUBLISHED, and at most twice as many. */
const EXCLUDED_KEPT = 4_096;
/** Maximum number of topics of unrecognized publications; the oldest are forgotten. */
const TOPICS_KEPT = 4_096;

interface HeldEvent {
  readonly event: TabEvent;
  readonly group: EventGroup;
  readonly source: EventSource;
  readonly isOnly: boolean;
  readonly arrived: number;
  /** Number of the last publication that was out when the event arrived: a later one cannot have caused it. */
  readonly sent: number;
  /** Number of subscriptions at the beginning of the group that are known to have ended. */
  ended: number;
}

/**
 * Publisher exclusion for one tab (WAMP, "Publisher Exclusion"). The router excludes whole sessions, but the tab's siblings share its
 * session. The publication is therefore sent with `exclude_me: false`, and the tab's own event is dropped here, by the publication id in
 * PUBLISHED. An EVENT may arrive before its PUBLISHED: an event that may come from a publication that is out is held until that is
 * answered, and so are all later events for the tab, to preserve their order.
 */
export class PublisherExclusion {
  readonly #pending = new PendingPublications();
  /** The tab's own publications, each with the time of its PUBLISHED, in the order of their arrival. */
  readonly #excluded = new Map<number, number>();
  readonly #unrecognized = new Set<string>();
  readonly #held = new Fifo<HeldEvent>();
  #stopDeadline: (() => void) | undefined;
  readonly #notices: NoticeSender;
  readonly #clock: Clock;

  constructor(notices: NoticeSender, clock: Clock) {
    this.#notices = notices;
    this.#clock = clock;
  }

  /** Number of events that are held. */
  get held(): number {
    return this.#held.length;
  }

  /** Expects the events of a publication that is being sent. */
  expect(topic: string): PendingPublication {
    return this.#pending.add(topic);
  }

  /** Drops the events of a publication whose id is known from PUBLISHED, both those that are held and those that are yet to arrive. */
  exclude(pending: PendingPublication, publication: number): void {
    this.remember(publication);
    this.release(pending);
  }

  /** Drops the events of a publication of the tab, which may come out of a history. */
  remember(publication: number): void {
    this.#excluded.set(publication, this.#clock.now());
    this.#forgetExcluded();
  }

  /** Tells whether a publication is known to be the tab's own. */
  isOwn(publication: number | undefined): boolean {
    return publication !== undefined && this.#excluded.has(publication);
  }

  /** Stops holding events for a publication that will have none, or whose events can no longer be recognized. */
  release(pending: PendingPublication): void {
    this.#pending.remove(pending);
    this.#deliverHeld();
  }

  /** Delivers the event, drops it as the tab's own, or holds it. `isOnly`: no other tab gets this payload. */
  offer(event: TabEvent, group: EventGroup, source: EventSource, isOnly: boolean): void {
    if (this.#isExcluded(event)) return;
    const sent = this.#pending.last;
    const mustWait = this.#held.length > 0 || this.#mayBeOwn(event, source, sent);
    if (!mustWait) return this.#notices.pushEvent(event, group.target, isOnly);
    this.#held.push({ event, group, source, isOnly, arrived: this.#clock.now(), sent, ended: 0 });
    this.#watchFirst();
  }

  /** Takes note that a subscription of the tab has ended: held events lose it when they reach the head of the queue. */
  subscriptionEnded(): void {
    if (this.#held.length > 0) this.#deliverHeld();
  }

  /**
   * Takes note of a publication of the tab that the router sends to the session for the tab's siblings, and whose id the hub will not
   * know, because the tab has no subscription to its topic.
   */
  sentUnrecognized(topic: string): void {
    this.#unrecognized.delete(topic);
    this.#unrecognized.add(topic);
    if (this.#unrecognized.size <= TOPICS_KEPT) return;
    const [oldest = ""] = this.#unrecognized;
    this.#unrecognized.delete(oldest);
  }

  /**
   * Tells whether events of the tab that the hub cannot recognize may be on their way to a subscription. A subscription that the tab
   * requests now must not get them, which it would not get with a session of its own either. Any topic counts for a pattern, because
   * comparing thousands of them for each of many patterns would block the worker, and the wrong answer costs one SUBSCRIBE only.
   */
  mustComeBehind({ topic, match }: EventSource): boolean {
    return match === "exact" ? this.#unrecognized.has(topic) : this.#unrecognized.size > 0;
  }

  /**
   * Delivers the held events and resets the state: the session is lost or the tab has departed, so no PUBLISHED will arrive. The tab's own
   * publications stay known, because they may be in a history.
   */
  reset(): void {
    this.#pending.clear();
    this.#deliverHeld();
    this.#unrecognized.clear();
  }

  #isExcluded(event: TabEvent): boolean {
    return this.#excluded.has(event.publication) && !isRetained(event.details);
  }

  #mayBeOwn({ details }: TabEvent, source: EventSource, sent: number): boolean {
    return !isRetained(details) && this.#pending.mayCause(source, details["topic"], sent);
  }

  /** Delivers held events, up to one that is still to wait. */
  #deliverHeld(): void {
    for (let first = this.#firstHeld(); first !== undefined; first = this.#firstHeld()) {
      const { event, group, source, isOnly, sent } = first;
      const isExcluded = this.#isExcluded(event);
      if (!isExcluded && this.#mayBeOwn(event, source, sent) && this.#timeLeft(first) > 0) break;
      this.#held.shift();
      if (!isExcluded) this.#notices.pushEvent(event, targetLeft(group), isOnly);
    }
    this.#watchFirst();
  }

  /** Returns the first held event for which a subscription is left, and drops those before it. */
  #firstHeld(): HeldEvent | undefined {
    for (let first = this.#held.first; first !== undefined; first = this.#held.first) {
      const { locals } = first.group;
      // A subscription never comes back, so that repeated calls never look at one twice.
      while (locals[first.ended]?.removed === true) first.ended += 1;
      if (first.ended < locals.length) return first;
      this.#held.shift();
    }
    return undefined;
  }

  /** Forgets excluded publications beyond the limit, many at a time, except those whose events may be held. */
  #forgetExcluded(): void {
    if (this.#excluded.size <= 2 * EXCLUDED_KEPT) return;
    const heldSince = this.#clock.now() - HOLD_DEADLINE;
    for (const [publication, since] of this.#excluded) {
      if (this.#excluded.size <= EXCLUDED_KEPT || since >= heldSince) return;
      this.#excluded.delete(publication);
    }
  }

  #timeLeft({ arrived }: HeldEvent): number {
    return arrived + HOLD_DEADLINE - this.#clock.now();
  }

  /** Keeps one timer while events are held, for the first of them: no other is due earlier. */
  #watchFirst(): void {
    const first = this.#firstHeld();
    if (first === undefined) {
      this.#stopDeadline?.();
      this.#stopDeadline = undefined;
      return;
    }
    // A timer that was set for an earlier event fires early, and is then set for this one.
    this.#stopDeadline ??= this.#clock.after(Math.max(0, this.#timeLeft(first)), () => {
      this.#stopDeadline = undefined;
      this.#deliverHeld();
    });
  }
}

/** Returns the part of a target that is left; the same one as long as all subscriptions last. */
function targetLeft({ locals, target }: EventGroup): EventTarget {
  const left = locals.filter(({ removed }) => !removed);
  return left.length === locals.length ? target : left.map(({ handle }) => handle);
}

/**
 * Tells whether the event is a retained one. A subscriber that requests the retained event gets it even if it is the publisher
 * (WAMP, "Event Retention"), so a retained event is never excluded.
 */
export function isRetained(details: Dict): boolean {
  return details["retained"] === true;
}
