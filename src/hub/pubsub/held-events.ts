import type { SubscriptionHandle } from "../../contract/ids.js";
import type { EventTarget } from "../../contract/notices.js";
import { Fifo } from "../fifo.js";

/** The part of an event that the queue reads. */
interface Targeted {
  readonly target: EventTarget;
}

interface Held<Item> {
  readonly item: Item;
  /** Position in the order of arrival. */
  readonly number: number;
  readonly handles: readonly SubscriptionHandle[];
  /** Number of handles at the beginning of the target that are known to have ended. */
  ended: number;
}

/**
 * Events that wait for their delivery to one tab, in order. A subscription that ends while its events wait is only noted, and the events
 * lose it when they reach the head of the queue: ending a thousand subscriptions does not search ten thousand events a thousand times.
 */
export function createHeldEvents<Item extends Targeted>() {
  const queue = new Fifo<Held<Item>>();
  /** Number of the last event that a subscription no longer gets, in the order in which the subscriptions ended. */
  const ended = new Map<SubscriptionHandle, number>();
  let last = 0;

  const hasEnded = (handle: SubscriptionHandle | undefined, { number }: Held<Item>): boolean =>
    handle !== undefined && number <= (ended.get(handle) ?? 0);

  const isWanted = (held: Held<Item>): boolean => {
    // No subscription comes back to an event, so that repeated calls never look at a handle twice.
    while (hasEnded(held.handles[held.ended], held)) held.ended += 1;
    return held.ended < held.handles.length;
  };

  /** Removes the first event, and the notes that concerned no later one. */
  const dropFirst = (): void => {
    const number = queue.shift()?.number ?? 0;
    for (const [handle, lastOfHandle] of ended) {
      if (lastOfHandle > number) break;
      ended.delete(handle);
    }
  };

  return {
    get length(): number {
      return queue.length;
    },

    push(item: Item): void {
      const { target } = item;
      last += 1;
      queue.push({ item, number: last, handles: typeof target === "number" ? [target] : target, ended: 0 });
    },

    /** Takes the events that wait from a subscription; later ones may have the same handle. */
    end(subscription: SubscriptionHandle): void {
      if (queue.length === 0) return;
      ended.delete(subscription);
      ended.set(subscription, last);
    },

    /** Returns the first event for which a subscription is left, and drops those before it. */
    peek(): Item | undefined {
      for (let held = queue.first; held !== undefined; held = queue.first) {
        if (isWanted(held)) return held.item;
        dropFirst();
      }
      return undefined;
    },

    /** Removes the first event, and returns the part of its target that is left. */
    shift(): EventTarget {
      const held = queue.first;
      if (held === undefined) throw new Error("No event is held");
      const { item, handles } = held;
      // The target stays as it is if it can, because its identity matters for the notices.
      const left = handles.filter((handle) => !hasEnded(handle, held));
      dropFirst();
      return left.length === handles.length ? item.target : left;
    },
  };
}
