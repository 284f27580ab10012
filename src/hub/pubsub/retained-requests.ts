import { Fifo } from "../fifo.js";

/**
 * Assigns retained events to subscribers. SUBSCRIBE with `get_retained` is repeated for each subscriber that requests the retained event,
 * one at a time. The event arrives directly after SUBSCRIBED (Crossbar.io) or before it, and does not identify the request (WAMP, "Event
 * Retention"). While another SUBSCRIBE is in flight, an event therefore belongs to the subscriber that was answered last only if that
 * subscriber has none yet and no other message arrived in between. Positions are numbers of messages received.
 */
export class RetainedRequests<Subscriber, Event> {
  readonly #queue = new Fifo<Subscriber>();
  readonly #queued = new Set<Subscriber>();
  #current: { readonly subscriber: Subscriber; readonly early: Event[] } | undefined;
  readonly #wantsRetained: (subscriber: Subscriber) => boolean;
  #last: { readonly subscriber: Subscriber; readonly answeredAt: number; served: boolean } | undefined;

  /** @param wantsRetained false for a subscriber that needs a SUBSCRIBE of its own for another reason, and gets no retained event */
  constructor(wantsRetained: (subscriber: Subscriber) => boolean = () => true) {
    this.#wantsRetained = wantsRetained;
  }

  enqueue(subscriber: Subscriber): void {
    this.#queue.push(subscriber);
    this.#queued.add(subscriber);
  }

  /** Tells whether the subscriber is queued or still waits for its SUBSCRIBED. */
  isWaiting(subscriber: Subscriber): boolean {
    return this.#queued.has(subscriber) || this.#current?.subscriber === subscriber;
  }

  /** Records that the SUBSCRIBE that creates the wire subscription also requests the retained event for this subscriber. */
  begin(subscriber: Subscriber): void {
    this.#current = { subscriber, early: [] };
  }

  /** Takes the next subscriber from the queue, unless a SUBSCRIBE is in flight. */
  next(): Subscriber | undefined {
    if (this.#current !== undefined) return undefined;
    for (let subscriber = this.#queue.shift(); subscriber !== undefined; subscriber = this.#queue.shift()) {
      if (!this.#queued.delete(subscriber)) continue;
      this.begin(subscriber);
      return subscriber;
    }
    return undefined;
  }

  /** Records SUBSCRIBED. Returns the subscriber that it answers, and the events that arrived before. */
  answered(
    position: number,
  ): { readonly subscriber: Subscriber; readonly events: readonly Event[] } | undefined {
    if (this.#current === undefined) return undefined;
    const { subscriber, early } = this.#current;
    this.#current = undefined;
    if (!this.#wantsRetained(subscriber)) return { subscriber, events: [] };
    this.#last = { subscriber, answeredAt: position, served: early.length > 0 };
    return { subscriber, events: early };
  }

  /**
   * Returns the subscriber that a retained event belongs to; "early" if the event is kept until SUBSCRIBED; undefined if no subscriber
   * requested it on this connection.
   */
  recipientOf(event: Event, position: number): Subscriber | "early" | undefined {
    const last = this.#last;
    const isNextOfLast = last !== undefined && !last.served && position === last.answeredAt + 1;
    const current = this.#current;
    if (current !== undefined && this.#wantsRetained(current.subscriber) && !isNextOfLast) {
      current.early.push(event);
      return "early";
    }
    if (last !== undefined) last.served = true;
    return last?.subscriber;
  }

  /** Removes a subscriber from the queue. */
  remove(subscriber: Subscriber): void {
    this.#queued.delete(subscriber);
  }

  /** Records that the router refused the SUBSCRIBE in flight. */
  refused(): void {
    this.#current = undefined;
  }

  /** Forgets the SUBSCRIBE in flight and the last answer, because the connection is lost. The queue stays. */
  reset(): void {
    this.#current = undefined;
    this.#last = undefined;
  }
}
