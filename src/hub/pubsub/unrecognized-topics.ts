import type { MatchPolicy } from "../../contract/request-options.js";
import { matches } from "../../protocol/uri.js";

/** Maximum number of topics that are kept; the oldest are forgotten. */
const MOST = 4_096;

/**
 * The topics to which one tab has published while it was not subscribed, although the router sends the events to the session for the tab's
 * siblings: the hub does not know their publication ids. A subscription that the tab requests later must not get the events that are still on
 * their way, which it would not get with a session of its own either.
 */
export class UnrecognizedTopics {
  readonly #topics = new Set<string>();

  add(topic: string): void {
    this.#topics.delete(topic);
    this.#topics.add(topic);
    if (this.#topics.size <= MOST) return;
    const [oldest] = this.#topics;
    if (oldest !== undefined) this.#topics.delete(oldest);
  }

  /** Tells whether events of one of the topics may reach a subscription. */
  anyFor({ topic, match }: { readonly topic: string; readonly match: MatchPolicy }): boolean {
    if (match === "exact") return this.#topics.has(topic);
    for (const published of this.#topics) if (matches(match, topic, published)) return true;
    return false;
  }
}
