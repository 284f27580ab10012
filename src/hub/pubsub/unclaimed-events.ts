import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";
import { Fifo } from "../fifo.js";

/** Maximum number of retained events remembered for SUBSCRIBEs that have not been answered; the oldest are dropped. */
const UNCLAIMED_KEPT = 1_000;

/** Keeps retained events that arrive before the SUBSCRIBED that contains the id of their subscription. */
export class UnclaimedEvents {
  readonly #bySubscription = new Map<WireSubscriptionId, Fifo<EventMessage>>();
  /** All events in the order of their arrival, including those that have been claimed. */
  readonly #inOrder = new Fifo<EventMessage>();
  #subscribing = 0;

  /** Counts a SUBSCRIBE that is being sent. */
  subscribeSent(): void {
    this.#subscribing += 1;
  }

  /** Counts the answer, after its events have been claimed. After the last answer, the remaining events belong to no subscription. */
  subscribeAnswered(): void {
    this.#subscribing -= 1;
    if (this.#subscribing === 0) this.#clear();
  }

  /** Keeps an event if a SUBSCRIBED may still claim it. */
  add(event: EventMessage): void {
    if (this.#subscribing === 0) return;
    const known = this.#bySubscription.get(event.subscription);
    const events = known ?? new Fifo<EventMessage>();
    if (known === undefined) this.#bySubscription.set(event.subscription, events);
    events.push(event);
    this.#inOrder.push(event);
    if (this.#inOrder.length > UNCLAIMED_KEPT) this.#dropOldest();
  }

  /** Removes and returns the events of a subscription. */
  claim(id: WireSubscriptionId): readonly EventMessage[] {
    const events = this.#bySubscription.get(id);
    this.#bySubscription.delete(id);
    const claimed: EventMessage[] = [];
    for (let event = events?.shift(); event !== undefined; event = events?.shift()) claimed.push(event);
    return claimed;
  }

  /** Forgets the events and the SUBSCRIBEs of a lost session. */
  reset(): void {
    this.#clear();
    this.#subscribing = 0;
  }

  #dropOldest(): void {
    const oldest = this.#inOrder.shift();
    const events = oldest && this.#bySubscription.get(oldest.subscription);
    // Otherwise the event has been claimed.
    if (events?.first === oldest) events?.shift();
    if (oldest && events?.length === 0) this.#bySubscription.delete(oldest.subscription);
  }

  #clear(): void {
    this.#bySubscription.clear();
    this.#inOrder.clear();
  }
}
