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

  const length = (): number => {
    return queue.length;
  };

  const isWanted = (held: Held<Item>): boolean => {
    if (ended.size === 0) return true;
    const { target } = held.item;
    if (typeof target === "number") return !hasEnded(target, held);
    // No subscription comes back to an event, so that repeated calls never look at a handle twice.
    while (held.ended < target.length) {
      const handle = target[held.ended];
      if (handle !== undefined && !hasEnded(handle, held)) return true;
      held.ended += 1;
    }
    return false;
  };

  const hasEnded = (handle: SubscriptionHandle, { number }: Held<Item>): boolean =>
    number <= (ended.get(handle) ?? 0);

  /** Removes the first event, and the notes that concerned no later one. */
  const dropFirst = (): void => {
    const number = queue.shift()?.number ?? 0;
    if (ended.size === 0) return;
    for (const [handle, last] of ended) {
      if (last > number) break;
      ended.delete(handle);
    }
  };

  return {
    get length(): number {
      return length();
    },

    push(item: Item): void {
      last += 1;
      queue.push({ item, number: last, ended: 0 });
    },

    /** Takes the events that wait from a subscription; later ones may have the same handle. */
    end(subscription: SubscriptionHandle): void {
      if (length() === 0) return;
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
      const { target } = held.item;
      // Without ended subscriptions the target stays as it is, because its identity matters for the notices.
      const isWhole = ended.size === 0 || typeof target === "number";
      const left = isWhole ? target : target.filter((handle) => !hasEnded(handle, held));
      dropFirst();
      return left;
    },
  };
}

export type HeldEvents<Item extends Targeted> = ReturnType<typeof createHeldEvents<Item>>;
