import { AsyncQueue } from "./async-queue.js";
import type { EventHandler, WampEvent } from "../api/events.js";
import type { Subscription } from "./subscriptions.js";

/** The events of a topic one by one. Subscribes when the first is asked for, unsubscribes when nobody reads on. */
export class EventIterator implements AsyncIterableIterator<WampEvent, undefined> {
  readonly #events = new AsyncQueue<WampEvent>();
  readonly #subscribe: (handler: EventHandler) => Promise<Subscription>;
  readonly #signal: AbortSignal | undefined;
  #subscription: Promise<Subscription | undefined> | undefined;
  #returned = false;

  constructor(subscribe: (handler: EventHandler) => Promise<Subscription>, signal: AbortSignal | undefined) {
    this.#subscribe = subscribe;
    this.#signal = signal;
  }

  next(): Promise<IteratorResult<WampEvent, undefined>> {
    if (!this.#returned) this.#subscription ??= this.#start();
    return this.#events.next();
  }

  async return(): Promise<IteratorResult<WampEvent, undefined>> {
    this.#returned = true;
    this.#signal?.removeEventListener("abort", this.#aborted);
    this.#events.clear();
    this.#events.end();
    const subscription = await this.#subscription;
    await subscription?.unsubscribe();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #start(): Promise<Subscription | undefined> {
    try {
      const subscription = await this.#subscribe((event) => this.#events.push(event));
      void subscription.ended.then((error) =>
        error === undefined ? this.#events.end() : this.#events.fail(error),
      );
      // Once subscribed, the signal ends the reading.
      if (this.#signal?.aborted === true) this.#aborted();
      else this.#signal?.addEventListener("abort", this.#aborted, { once: true });
      return subscription;
    } catch (error) {
      this.#events.fail(error);
      return undefined;
    }
  }

  readonly #aborted = (): void => {
    this.#events.fail(this.#signal?.reason);
    // The reader has the reason already; that letting go failed too would not tell more.
    this.#subscription?.then((subscription) => subscription?.unsubscribe()).catch(() => undefined);
  };
}
