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
export class HeldEvents<Item extends Targeted> {
  readonly #queue = new Fifo<Held<Item>>();
  /** Number of the last event that a subscription no longer gets, in the order in which the subscriptions ended. */
  readonly #ended = new Map<SubscriptionHandle, number>();
  #last = 0;

  get length(): number {
    return this.#queue.length;
  }

  push(item: Item): void {
    const { target } = item;
    const handles = typeof target === "number" ? [target] : target;
    this.#last += 1;
    this.#queue.push({ item, number: this.#last, handles, ended: 0 });
  }

  /** Takes the events that wait from a subscription; later ones may have the same handle. */
  end(subscription: SubscriptionHandle): void {
    if (this.length === 0) return;
    this.#ended.delete(subscription);
    this.#ended.set(subscription, this.#last);
  }

  /** Returns the first event for which a subscription is left, and drops those before it. */
  peek(): Item | undefined {
    for (let held = this.#queue.first; held !== undefined; held = this.#queue.first) {
      // No subscription comes back to an event, so that repeated calls never look at a handle twice.
      while (this.#hasEnded(held.handles[held.ended], held)) held.ended += 1;
      if (held.ended < held.handles.length) return held.item;
      this.#shift();
    }
    return undefined;
  }

  /** Removes the first event, and returns the part of its target that is left. */
  shift(): EventTarget {
    const held = this.#queue.first;
    if (held === undefined) throw new Error("No event is held");
    const { item, handles } = held;
    const left = handles.filter((handle) => !this.#hasEnded(handle, held));
    this.#shift();
    // The target stays as it is if it can, because its identity matters for the notices.
    return left.length === handles.length ? item.target : left;
  }

  #hasEnded(handle: SubscriptionHandle | undefined, { number }: Held<Item>): boolean {
    return handle !== undefined && number <= (this.#ended.get(handle) ?? 0);
  }

  /** Removes the first event, and the notes that concerned no later one. */
  #shift(): void {
    const number = this.#queue.shift()?.number ?? 0;
    for (const [handle, last] of this.#ended) {
      if (last > number) break;
      this.#ended.delete(handle);
    }
  }
}
