import type { LastSeen } from "../../contract/gap.js";
import { lastOf, recentOf, seenFrom } from "./following.js";
import type { Seen } from "./following.js";
import type { SeenRecord } from "./seen-record.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

// The places of pages in the topics on which they catch up. A page stands after the last event that it has told to have taken in, not after
// the last one that was sent to it: a page that vanishes takes along what is on its way. The page that comes next begins there.

/** Returns the earliest place, at which the next worker begins; undefined if it is no longer among those that are known. */
export function earliestPlace({ following, locals }: WireSubscription): LastSeen | undefined {
  const { seen = [], left } = following;
  const indices = [...locals].filter(({ taken }) => taken !== undefined).map(indexOf);
  if (left !== undefined) indices.push(indexIn(seen, lastOf(left.since)));
  return seen[Math.min(...indices)];
}

/** Leaves the place of a page that departs to the next one, if there are events that it has not taken in. */
export function leavePlace(record: SeenRecord, local: LocalSubscription): void {
  const { missing, wire } = local;
  record.settle(wire.key);
  const { following, locals } = wire;
  const { seen = [], left, request } = following;
  const index = indexOf(local);
  const isBehind = index < seen.length - 1 || (missing && request) !== undefined;
  if (local.taken === undefined || !isBehind) return;
  if (left === undefined || index < indexIn(seen, lastOf(left.since))) {
    const since = index < 0 ? seenFrom(local.taken) : recentOf(seen.slice(0, index + 1));
    following.left = { since, followers: locals.followers };
  }
  record.moved(wire.key, () => earliestPlace(wire));
}

/**
 * Returns the place that a page has left, to the page that comes next; undefined for a page that was there when it was left. A page that
 * stood there itself takes it along.
 */
export function inheritPlace({ wire, exclusion }: LocalSubscription, given: Seen): Seen {
  const { left } = wire.following;
  if (left === undefined) return undefined;
  if (given ? lastOf(given) !== lastOf(left.since) : left.followers.has(exclusion)) return undefined;
  wire.following.left = undefined;
  return left.since;
}

/** Returns the index of the last publication that a page has taken in; -1 if it is earlier than all that are known. */
function indexOf(local: LocalSubscription): number {
  const { seen = [] } = local.wire.following;
  let index = indexIn(seen, local.taken);
  // The page's own publications are not sent to it.
  while (index >= 0 && local.exclusion.isOwn(seen[index + 1])) local.taken = seen[++index];
  return index;
}

function indexIn(seen: readonly number[], publication: LastSeen | undefined): number {
  return seen.lastIndexOf(publication ?? NaN);
}
