import { Fifo } from "./fifo.js";

/**
 * Whose retained event is it? SUBSCRIBE with `get_retained` is repeated for each subscriber that asks, one at a time. The
 * retained event comes after SUBSCRIBED (Crossbar.io) or before it, and nothing in it names the request (WAMP,
 * "Event Retention"); so an event belongs to the last one answered, unless that one has its event and another SUBSCRIBE
 * is on its way.
 */
export class RetainedTurns<Asker, Event> {
  readonly #waiting = new Fifo<Asker>();
  readonly #waitingSet = new Set<Asker>();
  #asking: { readonly asker: Asker; readonly early: Event[] } | undefined;
  #last: { readonly asker: Asker; served: boolean } | undefined;

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

  /** SUBSCRIBED (or ERROR) came: who asked, and the events that came before. */
  answered(): { readonly asker: Asker; readonly events: readonly Event[] } | undefined {
    if (this.#asking === undefined) return undefined;
    const { asker, early } = this.#asking;
    this.#asking = undefined;
    this.#last = { asker, served: early.length > 0 };
    return { asker, events: early };
  }

  /** Who gets a retained event: somebody, nobody yet (it is kept until SUBSCRIBED), or nobody, as who asked is gone. */
  whose(event: Event): Asker | "early" | undefined {
    if (this.#asking !== undefined && (this.#last === undefined || this.#last.served)) {
      this.#asking.early.push(event);
      return "early";
    }
    if (this.#last !== undefined) this.#last.served = true;
    return this.#last?.asker;
  }

  remove(asker: Asker): void {
    this.#waitingSet.delete(asker);
  }

  /** The connection is gone; who waits is asked for again. */
  reset(): void {
    this.#asking = undefined;
    this.#last = undefined;
  }
}
