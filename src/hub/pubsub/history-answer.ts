import type { Serializer } from "../../codec/serializer.js";
import { isRecord } from "../../contract/rules.js";
import type { Dict } from "../../protocol/dict.js";
import type { Payload } from "../../protocol/payload.js";
import type { TabEvent } from "../tab/event-batcher.js";

/** The history of a subscription, as far as the router has told it. */
export interface HistoryAnswer {
  /** Each event once, the oldest first. */
  readonly events: readonly TabEvent[];
  /** Number of entries in the router's answer. */
  readonly length: number;
  /** True if the router has said that it has dropped nothing yet. */
  readonly isWhole: boolean;
}

/**
 * Reads the answer to `wamp.subscription.get_events`, which every router gives in a form of its own: Crossbar.io one list, the newest event
 * first, and once for each subscriber; Nexus an argument for each event, the oldest first. Entries that are no events are left out, because
 * publishers have made them in part. Returns undefined if nothing can be read. The events are marked as recovered.
 */
export function readHistory(payload: Payload, serializer: Serializer): HistoryAnswer | undefined {
  let answer;
  try {
    answer = serializer.decodePayload(payload);
  } catch {
    return undefined;
  }
  const [first] = answer.args;
  const entries: readonly unknown[] = Array.isArray(first) ? first.toReversed() : answer.args;
  const events = new Map<number, TabEvent>();
  for (const entry of entries) {
    const event = isRecord(entry) ? eventFrom(entry, serializer) : undefined;
    if (event !== undefined && !events.has(event.publication)) events.set(event.publication, event);
  }
  return {
    events: [...events.values()],
    length: entries.length,
    isWhole: answer.kwargs["is_limit_reached"] === false,
  };
}

/** The publisher's identity is left out: a router tells it in a history even of those that have not disclosed it. */
function eventFrom(entry: Dict, serializer: Serializer): TabEvent | undefined {
  const publication = entry["publication"] ?? entry["Publication"];
  const details = entry["Details"];
  const args = entry["args"] ?? entry["Arguments"] ?? [];
  const kwargs = entry["kwargs"] ?? entry["ArgumentsKw"] ?? {};
  if (typeof publication !== "number" || !Array.isArray(args) || !isRecord(kwargs)) return undefined;
  const { topic = entry["topic"], ...others } = isRecord(details) ? details : {};
  try {
    const payload = serializer.encodePayload(args, kwargs);
    return {
      publication,
      details: { ...others, ...(typeof topic === "string" && { topic }), recovered: true },
      payload,
    };
  } catch {
    return undefined;
  }
}
