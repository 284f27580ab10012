import type { SubscriptionHandle } from "../../contract/ids.js";
import type { EventTarget } from "../../contract/notices.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import { matches } from "../../protocol/uri.js";
import type { Clock } from "../../web/clock.js";
import type { TabEvent } from "../tab/event-batcher.js";
import { Fifo } from "../fifo.js";
import type { NoticeSender } from "../tab/notice-sender.js";

/** Milliseconds that an event may be held for the name of a publication. */
export const HOLD_DEADLINE = 2_000;
/** Publications whose echo may still come after PUBLISHED; the oldest are forgotten. */
const NAMED_KEPT = 4_096;

/** A publication of the tab that PUBLISHED has not named. */
export interface PendingPublication {
  readonly topic: string;
  readonly since: number;
}

/** What an event came by. */
interface Wire {
  readonly topic: string;
  readonly match: MatchPolicy;
}

interface Held {
  readonly event: TabEvent;
  readonly target: EventTarget;
  readonly wire: Wire;
  readonly isOnly: boolean;
}

/**
 * Publisher exclusion for one tab (WAMP, "Publisher Exclusion"). The router excludes sessions, and the tab's siblings share
 * its session; so the publication goes out with `exclude_me: false` and the tab's own echo is dropped here, by the
 * publication id in PUBLISHED. An EVENT may come before its PUBLISHED: what may be an echo waits, and all later
 * events of the tab wait behind it, so that they keep their order.
 */
export class PublisherExclusion {
  readonly #unnamed = new Set<PendingPublication>();
  readonly #named = new Set<number>();
  readonly #namedInOrder = new Fifo<number>();
  #held: Held[] = [];
  #stopDeadline: (() => void) | undefined;
  readonly #outlet: NoticeSender;
  readonly #clock: Clock;

  constructor(outlet: NoticeSender, clock: Clock) {
    this.#outlet = outlet;
    this.#clock = clock;
  }

  get held(): number {
    return this.#held.length;
  }

  /** To be called when a publication is sent whose echo will come back. */
  expect(topic: string): PendingPublication {
    const unnamed = { topic, since: this.#clock.now() };
    this.#unnamed.add(unnamed);
    this.#watchOldest();
    return unnamed;
  }

  /** PUBLISHED named it: its echoes are dropped, those that came and those to come. */
  name(unnamed: PendingPublication, publication: number): void {
    this.#named.add(publication);
    this.#namedInOrder.push(publication);
    if (this.#namedInOrder.length > NAMED_KEPT) this.#named.delete(this.#namedInOrder.shift() ?? 0);
    this.release(unnamed);
  }

  /** There will be no echo, or nobody can tell any more. */
  release(unnamed: PendingPublication): void {
    this.#unnamed.delete(unnamed);
    this.#deliverHeld();
    this.#watchOldest();
  }

  /** Delivers the event, drops it as an echo, or holds it. `isOnly`: nobody else gets this payload, by whatever subscription. */
  offer(event: TabEvent, target: EventTarget, wire: Wire, isOnly: boolean): void {
    if (this.#isEcho(event)) return;
    const mustWait = this.#held.length > 0 || this.#mayBeEcho(wire, event);
    if (mustWait) this.#held.push({ event, target, wire, isOnly });
    else this.#outlet.pushEvent(event, target, isOnly);
  }

  /** The subscription is over: nothing that is held is delivered to it. */
  drop(subscription: SubscriptionHandle): void {
    if (this.#held.length === 0) return;
    this.#held = this.#held.flatMap((held) => {
      const target = [held.target].flat().filter((handle) => handle !== subscription);
      return target.length === 0 ? [] : [{ ...held, target }];
    });
    this.#deliverHeld();
  }

  /** Connection or tab are gone: no PUBLISHED will come. */
  reset(): void {
    this.#unnamed.clear();
    this.#deliverHeld();
    this.#named.clear();
    this.#namedInOrder.clear();
    this.#watchOldest();
  }

  #isEcho(event: TabEvent): boolean {
    return this.#named.has(event.publication) && !isRetained(event.details);
  }

  #mayBeEcho(wire: Wire, event: TabEvent): boolean {
    if (this.#unnamed.size === 0 || isRetained(event.details)) return false;
    // A pattern subscription's events name their topic (WAMP, "Pattern-based Subscriptions").
    const topic = wire.match === "exact" ? wire.topic : event.details["topic"];
    for (const unnamed of this.#unnamed) {
      if (topic === unnamed.topic) return true;
      if (typeof topic !== "string" && matches(wire.match, wire.topic, unnamed.topic)) return true;
    }
    return false;
  }

  #deliverHeld(): void {
    let done = 0;
    for (const { event, target, wire, isOnly } of this.#held) {
      if (!this.#isEcho(event)) {
        if (this.#mayBeEcho(wire, event)) break;
        this.#outlet.pushEvent(event, target, isOnly);
      }
      done += 1;
    }
    this.#held = this.#held.slice(done);
  }

  /** One timer for all: the oldest unnamed publication's. */
  #watchOldest(): void {
    const [oldest] = this.#unnamed;
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
    for (const unnamed of this.#unnamed) {
      if (unnamed.since + HOLD_DEADLINE <= now) this.#unnamed.delete(unnamed);
    }
    this.#deliverHeld();
    this.#watchOldest();
  }
}

/** Who asks for the retained event gets it, whoever has published it: it is no echo (WAMP, "Event Retention"). */
export function isRetained(details: Dict): boolean {
  return details["retained"] === true;
}
