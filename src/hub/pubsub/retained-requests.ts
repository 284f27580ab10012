import { Fifo } from "../fifo.js";

/**
 * Whose retained event is it? SUBSCRIBE with `get_retained` is repeated for each subscriber that asks, one at a time. The
 * retained event comes directly after SUBSCRIBED (Crossbar.io) or before it, and nothing in it names the request (WAMP,
 * "Event Retention"); so while another SUBSCRIBE is on its way, an event belongs to the last one answered only if it has none
 * yet and nothing else came in between. Positions are counts of the messages received.
 */
export class RetainedRequests<Asker, Event> {
  readonly #waiting = new Fifo<Asker>();
  readonly #waitingSet = new Set<Asker>();
  #asking: { readonly asker: Asker; readonly early: Event[] } | undefined;
  #last: { readonly asker: Asker; readonly answeredAt: number; served: boolean } | undefined;

  enqueue(asker: Asker): void {
    this.#waiting.push(asker);
    this.#waitingSet.add(asker);
  }

  /** Whether it still has to be asked for, or its SUBSCRIBED is on its way. */
  waits(asker: Asker): boolean {
    return this.#waitingSet.has(asker) || this.#asking?.asker === asker;
  }

  /** The SUBSCRIBE that makes the wire subscription asks for this one. */
  begin(asker: Asker): void {
    this.#asking = { asker, early: [] };
  }

  /** Takes the next asker if none is on its way. */
  next(): Asker | undefined {
    if (this.#asking !== undefined) return undefined;
    for (let asker = this.#waiting.shift(); asker !== undefined; asker = this.#waiting.shift()) {
      if (!this.#waitingSet.delete(asker)) continue;
      this.begin(asker);
      return asker;
    }
    return undefined;
  }

  /** SUBSCRIBED came: who asked, and the events that came before. */
  answered(position: number): { readonly asker: Asker; readonly events: readonly Event[] } | undefined {
    if (this.#asking === undefined) return undefined;
    const { asker, early } = this.#asking;
    this.#asking = undefined;
    this.#last = { asker, answeredAt: position, served: early.length > 0 };
    return { asker, events: early };
  }

  /** Who gets a retained event: somebody, nobody yet (it is kept until SUBSCRIBED), or nobody, as who asked is gone. */
  recipientOf(event: Event, position: number): Asker | "early" | undefined {
    const last = this.#last;
    const isNextOfLast = last !== undefined && !last.served && position === last.answeredAt + 1;
    if (this.#asking !== undefined && !isNextOfLast) {
      this.#asking.early.push(event);
      return "early";
    }
    if (last !== undefined) last.served = true;
    return last?.asker;
  }

  remove(asker: Asker): void {
    this.#waitingSet.delete(asker);
  }

  /** ERROR came: nothing comes of what is on its way. */
  refused(): void {
    this.#asking = undefined;
  }

  /** The connection is gone, and with it what is on its way. */
  reset(): void {
    this.#asking = undefined;
    this.#last = undefined;
  }
}
