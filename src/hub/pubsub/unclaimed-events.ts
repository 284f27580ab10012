import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";

/** Maximum number of retained events remembered for SUBSCRIBEs that have not been answered; the oldest are dropped. */
const UNCLAIMED_KEPT = 1_000;

/** Keeps retained events that arrive before the SUBSCRIBED that contains the id of their subscription. */
export function createUnclaimedEvents() {
  const bySubscription = new Map<WireSubscriptionId, EventMessage[]>();
  /** The same events in the order of their arrival. */
  const inOrder = new Set<EventMessage>();
  let subscribing = 0;

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
      const { subscription } = event;
      const events = bySubscription.get(subscription) ?? [];
      events.push(event);
      bySubscription.set(subscription, events);
      inOrder.add(event);
      if (inOrder.size <= UNCLAIMED_KEPT) return;
      const [oldest = event] = inOrder;
      inOrder.delete(oldest);
      bySubscription.get(oldest.subscription)?.shift();
    },

    /** Removes and returns the events of a subscription. */
    claim(id: WireSubscriptionId): readonly EventMessage[] {
      const events = bySubscription.get(id) ?? [];
      bySubscription.delete(id);
      for (const event of events) inOrder.delete(event);
      return events;
    },

    /** Forgets the events and the SUBSCRIBEs of a lost session. */
    reset(): void {
      clear();
      subscribing = 0;
    },
  };
}
