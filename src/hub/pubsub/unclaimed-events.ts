import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";
import { Fifo } from "../fifo.js";

/** Maximum number of retained events remembered for SUBSCRIBEs that have not been answered; the oldest are dropped. */
const UNCLAIMED_KEPT = 1_000;

/** Keeps retained events that arrive before the SUBSCRIBED that contains the id of their subscription. */
export function createUnclaimedEvents() {
  const bySubscription = new Map<WireSubscriptionId, Fifo<EventMessage>>();
  /** All events in the order of their arrival, including those that have been claimed. */
  const inOrder = new Fifo<EventMessage>();
  let subscribing = 0;

  const dropOldest = (): void => {
    const oldest = inOrder.shift();
    const events = oldest && bySubscription.get(oldest.subscription);
    // Otherwise the event has been claimed.
    if (events?.first === oldest) events?.shift();
    if (oldest && events?.length === 0) bySubscription.delete(oldest.subscription);
  };

  const clear = (): void => {
    bySubscription.clear();
    inOrder.clear();
  };

  return {
    /** Counts a SUBSCRIBE that is being sent. */
    subscribeSent(): void {
      subscribing += 1;
    },

    /** Counts the answer, after its events have been claimed. After the last answer, the remaining events belong to no subscription. */
    subscribeAnswered(): void {
      subscribing -= 1;
      if (subscribing === 0) clear();
    },

    /** Keeps an event if a SUBSCRIBED may still claim it. */
    add(event: EventMessage): void {
      if (subscribing === 0) return;
      const known = bySubscription.get(event.subscription);
      const events = known ?? new Fifo<EventMessage>();
      if (known === undefined) bySubscription.set(event.subscription, events);
      events.push(event);
      inOrder.push(event);
      if (inOrder.length > UNCLAIMED_KEPT) dropOldest();
    },

    /** Removes and returns the events of a subscription. */
    claim(id: WireSubscriptionId): readonly EventMessage[] {
      const events = bySubscription.get(id);
      bySubscription.delete(id);
      const claimed: EventMessage[] = [];
      for (let event = events?.shift(); event !== undefined; event = events?.shift()) claimed.push(event);
      return claimed;
    },

    /** Forgets the events and the SUBSCRIBEs of a lost session. */
    reset(): void {
      clear();
      subscribing = 0;
    },
  };
}

export type UnclaimedEvents = ReturnType<typeof createUnclaimedEvents>;
