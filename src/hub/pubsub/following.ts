import type { LastSeen } from "../../contract/gap.js";
import type { TabEvent } from "../tab/event-batcher.js";
import type { HistoryRequest } from "./history-request.js";
import type { PublisherExclusion } from "./publisher-exclusion.js";

/** Number of publications by which the place in a history is found: a router does not keep all of them in it. */
const RECENT_KEPT = 64;

/** The latest publications that have been seen, the newest last; empty if there were none; undefined if that is not known. */
export type Seen = readonly number[] | undefined;

/** The place of a local subscription that has missed events. */
export interface Missing {
  readonly since: Seen;
}

/** The place of a page that has departed before it had taken in all that it was sent. */
export interface LeftPlace {
  readonly since: Seen;
  /** The tabs that caught up on the topic then: they have got what that page has not. */
  readonly followers: ReadonlySet<PublisherExclusion>;
}

/** The state of a wire subscription, as far as it concerns what is missed. */
export interface Following {
  /**
   * The publications that the local subscriptions which catch up have been sent, unless they miss some; the latest, among which their
   * places are found.
   */
  seen: number[] | undefined;
  left: LeftPlace | undefined;
  /** True while everything from `seen` on is delivered as it arrives. */
  isCurrent: boolean;
  request: HistoryRequest | undefined;
  /** The events that have arrived since the request. */
  waiting: TabEvent[];
  waitingBytes: number;
  /** Publications of the last history. */
  recovered: ReadonlySet<number>;
}

export const notFollowing = (): Following => ({
  seen: undefined,
  left: undefined,
  isCurrent: false,
  request: undefined,
  waiting: [],
  waitingBytes: 0,
  recovered: new Set(),
});

/** Returns the place from the port or the store. */
export function seenFrom(seen: LastSeen | undefined): Seen {
  if (typeof seen === "number") return [seen];
  return seen === null ? [] : undefined;
}

/** Returns the place for the port or the store. */
export function lastOf(seen: Seen): LastSeen {
  return seen?.at(-1) ?? null;
}

/** Joins two places in a topic: what either has seen has been seen. The place that is further is the last one, where that can be told. */
export function joined(one: Seen, other: Seen): Seen {
  if (one === undefined || other === undefined) return one ?? other;
  const last = other.at(-1);
  const isBehind = last !== undefined && one.includes(last);
  return [...new Set(isBehind ? [...other, ...one] : [...one, ...other])];
}

/** Returns a copy of the publications by which the place after them is found. */
export function recentOf(seen: readonly number[]): readonly number[] {
  return seen.slice(-RECENT_KEPT);
}
