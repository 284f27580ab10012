import type { SubscriptionHandle } from "../../contract/ids.js";
import type { EventTarget } from "../../contract/notices.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import { matches } from "../../protocol/uri.js";
import type { Clock } from "../../web/clock.js";
import { Fifo } from "../fifo.js";
import type { TabEvent } from "../tab/event-batcher.js";
import type { NoticeSender } from "../tab/notice-sender.js";

/** Milliseconds that an event is held at most until PUBLISHED arrives. */
export const HOLD_DEADLINE = 2_000;
/** Maximum number of publications whose events may still arrive after PUBLISHED; the oldest are forgotten. */
const EXCLUDED_KEPT = 4_096;

/** A publication of the tab whose PUBLISHED has not arrived. */
export interface PendingPublication {
  readonly topic: string;
  readonly since: number;
}

/** The part of a wire subscription that determines the topics of its events. */
interface Wire {
  readonly topic: string;
  readonly match: MatchPolicy;
}

interface HeldEvent {
  readonly event: TabEvent;
  readonly target: EventTarget;
  readonly wire: Wire;
  readonly isOnly: boolean;
}

/**
 * Publisher exclusion for one tab (WAMP, "Publisher Exclusion"). The router excludes whole sessions, but the tab's siblings share its
 * session. The publication is therefore sent with `exclude_me: false`, and the tab's own event is dropped here, by the publication id in
 * PUBLISHED. An EVENT may arrive before its PUBLISHED: an event that may be the tab's own is held, and so are all later events for the
 * tab, to preserve their order.
 */
export class PublisherExclusion {
  readonly #pending = new Set<PendingPublication>();
  readonly #excluded = new Set<number>();
  readonly #excludedInOrder = new Fifo<number>();
  #held: HeldEvent[] = [];
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
    const pending = { topic, since: this.#clock.now() };
    this.#pending.add(pending);
    this.#watchOldest();
    return pending;
  }

  /** Drops the events of a publication whose id is known from PUBLISHED, both those that are held and those that are yet to arrive. */
  exclude(pending: PendingPublication, publication: number): void {
    this.#excluded.add(publication);
    this.#excludedInOrder.push(publication);
    if (this.#excludedInOrder.length > EXCLUDED_KEPT)
      this.#excluded.delete(this.#excludedInOrder.shift() ?? 0);
    this.release(pending);
  }

  /** Stops holding events for a publication that will have none, or whose events can no longer be recognized. */
  release(pending: PendingPublication): void {
    this.#pending.delete(pending);
    this.#deliverHeld();
    this.#watchOldest();
  }

  /** Delivers the event, drops it as the tab's own, or holds it. `isOnly`: no other tab gets this payload. */
  offer(event: TabEvent, target: EventTarget, wire: Wire, isOnly: boolean): void {
    if (this.#isExcluded(event)) return;
    const mustWait = this.#held.length > 0 || this.#mayBeExcluded(wire, event);
    if (mustWait) this.#held.push({ event, target, wire, isOnly });
    else this.#notices.pushEvent(event, target, isOnly);
  }

  /** Drops the held events of a subscription that has ended. */
  drop(subscription: SubscriptionHandle): void {
    if (this.#held.length === 0) return;
    this.#held = this.#held.flatMap((held) => {
      const target = [held.target].flat().filter((handle) => handle !== subscription);
      return target.length === 0 ? [] : [{ ...held, target }];
    });
    this.#deliverHeld();
  }

  /** Delivers the held events and resets the state: the session is lost or the tab has departed, so no PUBLISHED will arrive. */
  reset(): void {
    this.#pending.clear();
    this.#deliverHeld();
    this.#excluded.clear();
    this.#excludedInOrder.clear();
    this.#watchOldest();
  }

  #isExcluded(event: TabEvent): boolean {
    return this.#excluded.has(event.publication) && !isRetained(event.details);
  }

  #mayBeExcluded(wire: Wire, event: TabEvent): boolean {
    if (this.#pending.size === 0 || isRetained(event.details)) return false;
    // Events of a pattern-based subscription carry their topic (WAMP, "Pattern-based Subscriptions").
    const topic = wire.match === "exact" ? wire.topic : event.details["topic"];
    for (const pending of this.#pending) {
      if (topic === pending.topic) return true;
      if (typeof topic !== "string" && matches(wire.match, wire.topic, pending.topic)) return true;
    }
    return false;
  }

  #deliverHeld(): void {
    let done = 0;
    for (const { event, target, wire, isOnly } of this.#held) {
      if (!this.#isExcluded(event)) {
        if (this.#mayBeExcluded(wire, event)) break;
        this.#notices.pushEvent(event, target, isOnly);
      }
      done += 1;
    }
    this.#held = this.#held.slice(done);
  }

  /** Keeps one timer for all pending publications, set for the oldest. */
  #watchOldest(): void {
    const [oldest] = this.#pending;
    if (oldest === undefined) {
      this.#stopDeadline?.();
      this.#stopDeadline = undefined;
      return;
    }
    if (this.#stopDeadline !== undefined) return;
    const left = oldest.since + HOLD_DEADLINE - this.#clock.now();
    this.#stopDeadline = this.#clock.after(Math.max(0, left), () => {
      this.#stopDeadline = undefined;
      this.#expire();
    });
  }

  #expire(): void {
    const now = this.#clock.now();
    for (const pending of this.#pending) {
      if (pending.since + HOLD_DEADLINE <= now) this.#pending.delete(pending);
    }
    this.#deliverHeld();
    this.#watchOldest();
  }
}

/**
 * Tells whether the event is a retained one. A subscriber that requests the retained event gets it even if it is the publisher
 * (WAMP, "Event Retention"), so a retained event is never excluded.
 */
export function isRetained(details: Dict): boolean {
  return details["retained"] === true;
}
