import type { Event } from "../../../protocol/messages.js";
import { matches } from "../../../protocol/uri.js";
import type { Audience } from "../message-options.js";
import type { Subscription } from "./subscription.js";

/** The last retained publication of a topic (WAMP, "Event Retention"). */
export interface Retained {
  readonly topic: string;
  readonly audience: Audience | undefined;
  readonly event: Omit<Event, "subscription">;
}

/** One retained publication per topic. */
export class Retention {
  readonly #byTopic = new Map<string, Retained>();

  keep(retained: Retained): void {
    this.#byTopic.set(retained.topic, retained);
  }

  /** Returns the publications for a new subscriber, in the order in which their topics first had one. */
  for(subscription: Pick<Subscription, "topic" | "match">): Retained[] {
    if (subscription.match === "exact") {
      const retained = this.#byTopic.get(subscription.topic);
      return retained === undefined ? [] : [retained];
    }
    const { match, topic } = subscription;
    return [...this.#byTopic.values()].filter((retained) => matches(match, topic, retained.topic));
  }
}
