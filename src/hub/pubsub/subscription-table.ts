import type { WireSubscriptionId } from "../../protocol/ids.js";
import { WireTable, wireKey } from "../wire-table.js";
import { createPatternIndex } from "./pattern-index.js";
import type { Pattern } from "./pattern-index.js";
import type { WireSubscription } from "./wire-subscription.js";

/** The wire subscriptions of one session, also by the topics that they match. */
export class SubscriptionTable extends WireTable<WireSubscriptionId, WireSubscription> {
  readonly #patterns = createPatternIndex();

  override add(wire: WireSubscription): void {
    super.add(wire);
    if (isPattern(wire)) this.#patterns.add(wire);
  }

  override remove(wire: WireSubscription): void {
    super.remove(wire);
    if (isPattern(wire)) this.#patterns.remove(wire);
  }

  /** Returns the entries whose topic or pattern matches the topic; looks only at those that can. */
  *matching(topic: string): Iterable<WireSubscription> {
    const exact = this.get(wireKey(topic, "exact"));
    if (exact !== undefined) yield exact;
    for (const candidate of this.#patterns.candidates(topic)) {
      const wire = this.get(wireKey(candidate.topic, candidate.match));
      if (wire !== undefined) yield wire;
    }
  }
}

function isPattern(wire: WireSubscription): wire is WireSubscription & Pattern {
  return wire.match !== "exact";
}
