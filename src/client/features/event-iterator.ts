import type { EventHandler, WampEvent } from "../api/events.js";
import type { Subscription } from "../api/subscription.js";
import { AsyncQueue } from "./async-queue.js";

/** Iterates over the events of a topic. Subscribes at the first `next()` and unsubscribes when the iteration ends. */
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
      // From here on the signal ends the iteration; before, it could end the request.
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
    // The reader gets the signal's reason; a failure to unsubscribe would not add any information.
    this.#subscription?.then((subscription) => subscription?.unsubscribe()).catch(() => undefined);
  };
}
