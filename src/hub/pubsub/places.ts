import type { LastSeen } from "../../contract/gap.js";
import { lastOf, recentOf, seenFrom } from "./following.js";
import type { Following, Seen } from "./following.js";
import type { SeenRecord } from "./seen-record.js";
import type { LocalSubscription, WireSubscription } from "./wire-subscription.js";

/**
 * The places of pages in the topics on which they catch up. A page stands after the last event that it has told to have taken in, not after
 * the last one that was sent to it: a page that vanishes takes along what is on its way. The page that comes next begins there, and the
 * record has the earliest of these places, for the next worker.
 */
export function createPlaces(record: SeenRecord) {
  /** Wire subscriptions whose places have changed since the record was written. */
  const moved = new Set<WireSubscription>();

  /** Brings the record up to date with the places, and forgets the publications before them. */
  const keep = (wire: WireSubscription): void => {
    moved.delete(wire);
    const { following, key, locals } = wire;
    const { seen = [], left } = following;
    let [first, earliest] = [Infinity, seen.length - 1];
    let place: LastSeen | undefined;
    const consider = (index: number, at: LastSeen): void => {
      if (index < first) [first, place] = [index, at];
    };
    if (left !== undefined) consider(indexOf(following, lastOf(left.since)), lastOf(left.since));
    for (const local of locals) {
      if (!local.catchesUp || local.taken === undefined) continue;
      const index = advance(following, local);
      if (index >= 0) earliest = Math.min(earliest, index);
      consider(index, local.taken);
    }
    // The record is not later than a place which is earlier than all that is known.
    if (place !== undefined && (first >= 0 || record.get(key) === undefined)) record.set(key, place);
    const forgotten = recentOf(seen.slice(0, earliest + 1)).length - earliest - 1;
    if (forgotten < 0) seen.splice(0, -forgotten);
  };

  record.beforeWrite = () => moved.forEach(keep);

  return {
    keep,

    /** Takes note that a page stands elsewhere. */
    changed(wire: WireSubscription): void {
      moved.add(wire);
      record.changed();
    },

    /** Leaves the place of a page that departs to the next one, if there are events that it has not taken in. */
    departed(local: LocalSubscription): void {
      const { catchesUp, missing, taken, wire } = local;
      if (!catchesUp || taken === undefined) return;
      const { following, locals } = wire;
      const { seen = [], left } = following;
      const index = advance(following, local);
      const isBehind =
        index < seen.length - 1 ||
        (index < 0 && taken !== null) ||
        (missing !== undefined && following.request !== undefined);
      if (isBehind && (left === undefined || indexOf(following, lastOf(left.since)) > index)) {
        const since = index < 0 ? seenFrom(taken) : recentOf(seen.slice(0, index + 1));
        following.left = { since, witnesses: locals.followers };
      }
      keep(wire);
    },

    /**
     * Returns the place that a page has left, to the page that comes next; undefined for a page that was there when it was left. A page that
     * stood there itself takes it along.
     */
    inherited({ wire, exclusion }: LocalSubscription, given: Seen): Seen {
      const { left } = wire.following;
      if (left === undefined) return undefined;
      const isHeir =
        given === undefined ? !left.witnesses.has(exclusion) : lastOf(given) === lastOf(left.since);
      if (!isHeir) return undefined;
      wire.following.left = undefined;
      return left.since;
    },
  };
}

/** Returns the index of the last publication that a page has taken in; -1 if it is earlier than all that are known. */
function advance(following: Following, local: LocalSubscription): number {
  const { seen = [] } = following;
  let index = indexOf(following, local.taken);
  while (index >= 0) {
    const next = seen[index + 1];
    // The page's own publications are not sent to it.
    if (next === undefined || !local.exclusion.isOwn(next)) break;
    local.taken = next;
    index += 1;
  }
  return index;
}

function indexOf({ seen = [] }: Following, publication: LastSeen | undefined): number {
  return typeof publication === "number" ? seen.lastIndexOf(publication) : -1;
}
