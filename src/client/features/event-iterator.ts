import type { EventHandler, WampEvent } from "../api/events.js";
import type { Subscription } from "../api/subscription.js";
import { createQueue } from "./async-queue.js";
import { publicIterator } from "./public-object.js";

/** Iterates over the events of a topic. Subscribes at the first `next()` and unsubscribes when the iteration ends. */
export function eventIterator(
  subscribe: (handler: EventHandler) => Promise<Subscription>,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<WampEvent, undefined> {
  const events = createQueue<WampEvent>();
  let subscribing: Promise<Subscription | undefined> | undefined;
  let returned = false;

  async function start(): Promise<Subscription | undefined> {
    try {
      const subscription = await subscribe(events.push);
      void subscription.ended.then((error) => {
        signal?.removeEventListener("abort", aborted);
        if (error === undefined) events.end();
        else events.fail(error);
      });
      // From here on the signal ends the iteration; before, it could end the request.
      if (signal?.aborted === true) aborted();
      else signal?.addEventListener("abort", aborted, { once: true });
      return subscription;
    } catch (error) {
      events.fail(error);
      return undefined;
    }
  }

  function aborted(): void {
    events.fail(signal?.reason);
    // The reader gets the signal's reason; a failure to unsubscribe would not add any information.
    subscribing?.then((subscription) => subscription?.unsubscribe()).catch(() => undefined);
  }

  return publicIterator("EventIterator", {
    next: () => {
      if (!returned) subscribing ??= start();
      return events.next();
    },
    return: async () => {
      returned = true;
      events.clear();
      events.end();
      const subscription = await subscribing;
      await subscription?.unsubscribe();
      return { done: true, value: undefined };
    },
  });
}
