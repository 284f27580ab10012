import type { Dict } from "../../../protocol/dict.js";
import type { PublicationId } from "../../../protocol/ids.js";
import type { Payload } from "../../../protocol/payload.js";
import type { Member } from "../member.js";
import type { Audience } from "../message-options.js";
import { PatternTable } from "../pattern-table.js";
import type { HistoryTopic } from "../settings.js";
import { admits } from "./audience.js";
import type { Subscription } from "./subscription.js";

/** A publication as the history keeps it. */
export interface KeptEvent {
  readonly publication: PublicationId;
  readonly topic: string;
  readonly publisher: Pick<Member, "id" | "identity">;
  readonly details: Dict;
  readonly payload: Payload;
  readonly audience: Audience | undefined;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

interface Log {
  readonly limit: number;
  readonly events: KeptEvent[];
}

/** The latest publications to each of the topics and patterns for which the router is told to keep them (WAMP, "Event History"). */
export class EventHistory {
  readonly #logs = new PatternTable<Log>();

  constructor(topics: readonly HistoryTopic[]) {
    for (const { uri, match, limit } of topics) this.#logs.set(match, uri, { limit, events: [] });
  }

  keep(event: KeptEvent): void {
    // A later session cannot be compared with a list of session ids.
    const { exclude, eligible } = event.audience ?? {};
    if (exclude !== undefined || eligible !== undefined) return;
    for (const { limit, events } of this.#logs.matching(event.topic)) {
      events.push(event);
      if (events.length > limit) events.shift();
    }
  }

  /** Returns what a session may see of the history of a subscription, the oldest first; undefined if there is no history. */
  of(
    { match, topic }: Subscription,
    asker: Member,
  ): { readonly events: readonly KeptEvent[]; readonly isFull: boolean } | undefined {
    const log = this.#logs.get(match, topic);
    if (log === undefined) return undefined;
    const events = log.events.filter(({ audience }) => audience === undefined || admits(audience, asker));
    return { events, isFull: log.events.length === log.limit };
  }
}
