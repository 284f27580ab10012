import { Fifo } from "../fifo.js";

/**
 * Assigns retained events to subscribers. SUBSCRIBE with `get_retained` is repeated for each subscriber that requests the retained event,
 * one at a time. The event arrives directly after SUBSCRIBED (Crossbar.io) or before it, and does not identify the request (WAMP, "Event
 * Retention"). While another SUBSCRIBE is in flight, an event therefore belongs to the subscriber that was answered last only if that
 * subscriber has none yet and no other message arrived in between. A subscriber whose answer is overdue lets the next one go. Positions
 * are numbers of messages received.
 */
export class RetainedRequests<Subscriber, Event> {
  readonly #queue = new Fifo<Subscriber>();
  readonly #queued = new Set<Subscriber>();
  #current: { readonly subscriber: Subscriber; readonly early: Event[] } | undefined;
  /** The early events of the subscribers whose SUBSCRIBED is overdue, and no longer waited for by the others. */
  readonly #overdue = new Map<Subscriber, readonly Event[]>();
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
    const isOwn = this.#current?.subscriber === subscriber || this.#overdue.has(subscriber);
    return isOwn || this.#queued.has(subscriber);
  }

  /** Records that the SUBSCRIBE that creates the wire subscription also requests the retained event for this subscriber. */
  begin(subscriber: Subscriber): void {
    this.#current = { subscriber, early: [] };
  }

  /** Tells whether the others wait for the SUBSCRIBED of a subscriber. */
  isInFlight(subscriber: Subscriber): boolean {
    return this.#current?.subscriber === subscriber;
  }

  /** Number of subscribers whose SUBSCRIBED is overdue. */
  get overdue(): number {
    return this.#overdue.size;
  }

  /** Lets the next subscriber go, because the answer to the SUBSCRIBE in flight is overdue. Returns false if it was not in flight. */
  pass(subscriber: Subscriber): boolean {
    if (this.#current?.subscriber !== subscriber) return false;
    this.#overdue.set(subscriber, this.#current.early);
    this.#current = undefined;
    return true;
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
    return this.#served(subscriber, early, position);
  }

  /** Records an overdue SUBSCRIBED. Returns the events that arrived before. */
  answeredLate(subscriber: Subscriber, position: number): readonly Event[] {
    const early = this.#overdue.get(subscriber) ?? [];
    this.#overdue.delete(subscriber);
    return this.#served(subscriber, early, position).events;
  }

  #served(
    subscriber: Subscriber,
    early: readonly Event[],
    position: number,
  ): { readonly subscriber: Subscriber; readonly events: readonly Event[] } {
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

  /** Removes a subscriber that no longer waits for its turn, or for an overdue answer. */
  remove(subscriber: Subscriber): void {
    this.#queued.delete(subscriber);
    this.#overdue.delete(subscriber);
  }

  /** Records that a subscriber's SUBSCRIBE was refused, or is given up. */
  refused(subscriber: Subscriber): void {
    if (this.#current?.subscriber === subscriber) this.#current = undefined;
    this.#overdue.delete(subscriber);
  }

  /** Forgets the SUBSCRIBEs in flight and the last answer, because the connection is lost. The queue stays. */
  reset(): void {
    this.#current = undefined;
    this.#overdue.clear();
    this.#last = undefined;
  }
}
