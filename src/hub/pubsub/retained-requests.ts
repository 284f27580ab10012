/**
 * Assigns retained events to subscribers. SUBSCRIBE with `get_retained` is repeated for each subscriber that requests the retained event,
 * one at a time. The event arrives directly after SUBSCRIBED (Crossbar.io) or before it, and does not identify the request (WAMP, "Event
 * Retention"). While another SUBSCRIBE is in flight, an event therefore belongs to the subscriber that was answered last only if that
 * subscriber has none yet and no other message arrived in between. A subscriber whose answer is overdue lets the next one go. Positions
 * are numbers of messages received.
 */
export class RetainedRequests<Subscriber, Event> {
  readonly #queue = new Set<Subscriber>();
  /** The early events of the subscribers whose SUBSCRIBED is awaited: the current one, and those whose answer is overdue. */
  readonly #early = new Map<Subscriber, Event[]>();
  /** The subscriber for whose SUBSCRIBED the others wait. */
  #current: Subscriber | undefined;
  readonly #wantsRetained: (subscriber: Subscriber) => boolean;
  #last: { readonly subscriber: Subscriber; readonly answeredAt: number; served: boolean } | undefined;

  /** @param wantsRetained false for a subscriber that needs a SUBSCRIBE of its own for another reason, and gets no retained event */
  constructor(wantsRetained: (subscriber: Subscriber) => boolean = () => true) {
    this.#wantsRetained = wantsRetained;
  }

  enqueue(subscriber: Subscriber): void {
    this.#queue.add(subscriber);
  }

  /** Tells whether the subscriber is queued or still waits for its SUBSCRIBED. */
  isWaiting(subscriber: Subscriber): boolean {
    return this.#queue.has(subscriber) || this.#early.has(subscriber);
  }

  /** Records that a SUBSCRIBE is sent for this subscriber. */
  begin(subscriber: Subscriber): void {
    this.#current = subscriber;
    this.#early.set(subscriber, []);
  }

  /** Number of subscribers whose SUBSCRIBED is overdue. */
  get overdue(): number {
    return this.#early.size - (this.#current === undefined ? 0 : 1);
  }

  /** Lets the next subscriber go, because the answer to the SUBSCRIBE in flight is overdue. Returns false if it was not in flight. */
  pass(subscriber: Subscriber): boolean {
    if (this.#current !== subscriber) return false;
    this.#current = undefined;
    return true;
  }

  /** Takes the next subscriber from the queue, unless a SUBSCRIBE is in flight. */
  next(): Subscriber | undefined {
    if (this.#current !== undefined) return undefined;
    const [next] = this.#queue;
    if (next === undefined) return undefined;
    this.#queue.delete(next);
    this.begin(next);
    return next;
  }

  /** Records the SUBSCRIBED for a subscriber, overdue or not. Returns the events that arrived before. */
  answered(subscriber: Subscriber, position: number): readonly Event[] {
    const early = this.#early.get(subscriber) ?? [];
    this.refused(subscriber);
    if (!this.#wantsRetained(subscriber)) return [];
    this.#last = { subscriber, answeredAt: position, served: early.length > 0 };
    return early;
  }

  /**
   * Returns the subscriber that a retained event belongs to; "early" if the event is kept until SUBSCRIBED; undefined if no subscriber
   * requested it on this connection.
   */
  recipientOf(event: Event, position: number): Subscriber | "early" | undefined {
    const last = this.#last;
    const isNextOfLast = last !== undefined && !last.served && position === last.answeredAt + 1;
    const current = this.#current;
    if (current !== undefined && this.#wantsRetained(current) && !isNextOfLast) {
      this.#early.get(current)?.push(event);
      return "early";
    }
    if (last !== undefined) last.served = true;
    return last?.subscriber;
  }

  /** Removes a subscriber that no longer waits for its turn, or for an overdue answer; the others go on waiting for one in flight. */
  remove(subscriber: Subscriber): void {
    this.#queue.delete(subscriber);
    if (this.#current !== subscriber) this.#early.delete(subscriber);
  }

  /** Records that a subscriber's SUBSCRIBE was refused, or is given up. */
  refused(subscriber: Subscriber): void {
    this.pass(subscriber);
    this.#early.delete(subscriber);
  }

  /** Forgets the SUBSCRIBEs in flight and the last answer, because the connection is lost. The queue stays. */
  reset(): void {
    this.#current = undefined;
    this.#early.clear();
    this.#last = undefined;
  }
}
