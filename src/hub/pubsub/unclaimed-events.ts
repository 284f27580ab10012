import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";

/** Maximum number of retained events kept for SUBSCRIBEs that have not been answered; the oldest are dropped. */
const UNCLAIMED_KEPT = 1_000;

/** Keeps retained events that arrive before the SUBSCRIBED that contains the id of their subscription. */
export class UnclaimedEvents {
  #events: EventMessage[] = [];
  #subscribing = 0;

  /** Counts a SUBSCRIBE that is being sent. */
  subscribeSent(): void {
    this.#subscribing += 1;
  }

  /** Counts the answer, after its events have been claimed. After the last answer, the remaining events belong to no subscription. */
  subscribeAnswered(): void {
    this.#subscribing -= 1;
    if (this.#subscribing === 0) this.#events = [];
  }

  /** Keeps an event if a SUBSCRIBED may still claim it. */
  add(event: EventMessage): void {
    if (this.#subscribing > 0 && this.#events.push(event) > UNCLAIMED_KEPT) this.#events.shift();
  }

  /** Removes and returns the events of a subscription. */
  claim(id: WireSubscriptionId): readonly EventMessage[] {
    const claimed = this.#events.filter(({ subscription }) => subscription === id);
    if (claimed.length > 0) this.#events = this.#events.filter(({ subscription }) => subscription !== id);
    return claimed;
  }

  /** Forgets the events and the SUBSCRIBEs of a lost session. */
  reset(): void {
    this.#events = [];
    this.#subscribing = 0;
  }
}
