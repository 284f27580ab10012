import { Fifo } from "../fifo.js";

/**
 * Tells which subscriber a retained event belongs to. SUBSCRIBE with `get_retained` is repeated for each subscriber that asks for the
 * retained event, one at a time. The event arrives directly after SUBSCRIBED (Crossbar.io) or before it, and nothing in it names the
 * request (WAMP, "Event Retention"); so while another SUBSCRIBE is on its way, an event belongs to the subscriber that was answered
 * last only if that one has none yet and no other message arrived in between. Positions are counts of the messages received.
 */
export class RetainedRequests<Subscriber, Event> {
  readonly #queue = new Fifo<Subscriber>();
  readonly #queued = new Set<Subscriber>();
  #current: { readonly subscriber: Subscriber; readonly early: Event[] } | undefined;
  #last: { readonly subscriber: Subscriber; readonly answeredAt: number; served: boolean } | undefined;

  enqueue(subscriber: Subscriber): void {
    this.#queue.push(subscriber);
    this.#queued.add(subscriber);
  }

  /** Tells whether the subscriber is queued or its SUBSCRIBED is still to arrive. */
  isWaiting(subscriber: Subscriber): boolean {
    return this.#queued.has(subscriber) || this.#current?.subscriber === subscriber;
  }

  /** Records that the SUBSCRIBE which makes the wire subscription asks for this subscriber's retained event too. */
  begin(subscriber: Subscriber): void {
    this.#current = { subscriber, early: [] };
  }

  /** Takes the next subscriber out of the queue, unless a SUBSCRIBE is on its way. */
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
    this.#last = { subscriber, answeredAt: position, served: early.length > 0 };
    return { subscriber, events: early };
  }

  /**
   * Returns the subscriber that a retained event belongs to; "early" if the event is kept until SUBSCRIBED; undefined if no subscriber
   * asked for it on this connection.
   */
  recipientOf(event: Event, position: number): Subscriber | "early" | undefined {
    const last = this.#last;
    const isNextOfLast = last !== undefined && !last.served && position === last.answeredAt + 1;
    if (this.#current !== undefined && !isNextOfLast) {
      this.#current.early.push(event);
      return "early";
    }
    if (last !== undefined) last.served = true;
    return last?.subscriber;
  }

  /** Takes a subscriber out of the queue. */
  remove(subscriber: Subscriber): void {
    this.#queued.delete(subscriber);
  }

  /** Records that the router refused the SUBSCRIBE that is on its way. */
  refused(): void {
    this.#current = undefined;
  }

  /** Forgets the SUBSCRIBE that is on its way and the last answer: the connection is lost. The queue stays. */
  reset(): void {
    this.#current = undefined;
    this.#last = undefined;
  }
}
