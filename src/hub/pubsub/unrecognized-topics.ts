import type { MatchPolicy } from "../../contract/request-options.js";

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

  /**
   * Tells whether events of one of the topics may reach a subscription. Any topic counts for a pattern, because comparing thousands of them
   * for each of many patterns would block the worker, and the wrong answer costs one SUBSCRIBE only.
   */
  anyFor({ topic, match }: { readonly topic: string; readonly match: MatchPolicy }): boolean {
    return match === "exact" ? this.#topics.has(topic) : this.#topics.size > 0;
  }
}
