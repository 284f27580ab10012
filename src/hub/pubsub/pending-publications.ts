import type { MatchPolicy } from "../../contract/request-options.js";
import { matches } from "../../protocol/uri.js";
import { Fifo } from "../fifo.js";

/** A publication that was sent and has not been answered. */
export interface PendingPublication {
  readonly topic: string;
  /** Position in the order in which the publications were sent. */
  readonly number: number;
  answered: boolean;
}

/** The part of a wire subscription that determines the topics of its events. */
export interface EventSource {
  readonly topic: string;
  readonly match: MatchPolicy;
}

/** The publications of one tab that are out, by topic, each topic's in the order in which they were sent. */
export class PendingPublications {
  readonly #byTopic = new Map<string, Fifo<PendingPublication>>();
  #last = 0;

  /** Number of the publication that was sent last. */
  get last(): number {
    return this.#last;
  }

  add(topic: string): PendingPublication {
    this.#last += 1;
    const publication = { topic, number: this.#last, answered: false };
    const known = this.#byTopic.get(topic);
    const publications = known ?? new Fifo<PendingPublication>();
    if (known === undefined) this.#byTopic.set(topic, publications);
    publications.push(publication);
    return publication;
  }

  /** Removes a publication that has been answered, or one that has been cleared already. */
  remove(publication: PendingPublication): void {
    publication.answered = true;
    const publications = this.#byTopic.get(publication.topic);
    if (publications === undefined) return;
    // An answered one behind an older one stays until that one is answered, so that no removal searches.
    while (publications.first?.answered === true) publications.shift();
    if (publications.length === 0) this.#byTopic.delete(publication.topic);
  }

  /**
   * Tells whether a publication up to the given number is out that an event may come from. `topic` is that of EVENT.Details, which an event
   * of a pattern-based subscription has (WAMP, "Pattern-based Subscriptions"); only one that lacks it is compared with every topic.
   */
  mayCause({ topic: subscribed, match }: EventSource, topic: unknown, number: number): boolean {
    if (match === "exact") return this.#isOut(subscribed, number);
    if (typeof topic === "string") return this.#isOut(topic, number);
    for (const published of this.#byTopic.keys()) {
      if (matches(match, subscribed, published) && this.#isOut(published, number)) return true;
    }
    return false;
  }

  clear(): void {
    this.#byTopic.clear();
  }

  #isOut(topic: string, number: number): boolean {
    const oldest = this.#byTopic.get(topic)?.first;
    return oldest !== undefined && oldest.number <= number;
  }
}
