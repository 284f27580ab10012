import type { LastSeen } from "../../contract/gap.js";
import type { SubscriptionHandle } from "../../contract/ids.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";
import { activate } from "../local-entry.js";
import type { LocalEntry } from "../local-entry.js";
import { newLife } from "../wire-entries.js";
import type { LivingEntry } from "../wire-entries.js";
import { wireKey } from "../wire-table.js";
import { notFollowing } from "./following.js";
import type { Following, Missing, Seen } from "./following.js";
import { LocalSubscriptions } from "./local-subscriptions.js";
import type { PublisherExclusion } from "./publisher-exclusion.js";
import { RetainedRequests } from "./retained-requests.js";

/** A subscription of one tab. */
export interface LocalSubscription extends LocalEntry {
  /** Publisher exclusion of the tab; every event passes through it. */
  readonly exclusion: PublisherExclusion;
  readonly handle: SubscriptionHandle;
  readonly wire: WireSubscription;
  readonly wantsRetained: boolean;
  /** True if events that it has missed are fetched. */
  readonly catchesUp: boolean;
  /** True if its application is told of gaps. */
  readonly tellsGaps: boolean;
  /** The publications that it had seen with the last worker. */
  readonly seenBefore: Seen;
  /** The publication after which its page has not taken in anything; undefined if that is not known. */
  taken: LastSeen | undefined;
  /** Set while it has missed events, and gets none until that is settled. */
  missing: Missing | undefined;
}

/** A subscription at the router: one entry for each topic and match policy, however many tabs share it. */
export interface WireSubscription extends LivingEntry<WireSubscriptionId, LocalSubscription> {
  readonly topic: string;
  readonly match: MatchPolicy;
  /** Options other than match and get_retained; those of the first subscriber apply. */
  readonly options: Dict;
  readonly locals: LocalSubscriptions<LocalSubscription>;
  readonly retained: RetainedRequests<LocalSubscription, EventMessage>;
  readonly following: Following;
  /** Called when a local subscription has become active. */
  readonly activated: (local: LocalSubscription) => void;
}

export function newWireSubscription(
  topic: string,
  match: MatchPolicy,
  options: Dict,
  activated: WireSubscription["activated"],
): WireSubscription {
  return {
    ...newLife(),
    key: wireKey(topic, match),
    topic,
    match,
    options,
    locals: new LocalSubscriptions(),
    retained: new RetainedRequests(({ wantsRetained }) => wantsRetained),
    following: notFollowing(),
    activated,
  };
}

/** Returns the options of the SUBSCRIBE. */
export function subscribeOptions({ options, match }: WireSubscription, getRetained: boolean): Dict {
  return {
    ...options,
    ...(match !== "exact" && { match }),
    ...(getRetained && { get_retained: true }),
  };
}

/** Tells whether two sets of options are equal, in any order. */
export function sameOptions(one: Dict, other: Dict): boolean {
  const sorted = (options: Dict): string =>
    JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}

/** Formats options for another tab's error; of a custom option only the type, because its value may be a secret of the first tab. */
export function showOptions(options: Dict): string {
  return JSON.stringify(options, (name, value: unknown) => (name.startsWith("_") ? typeof value : value));
}

/** Activates a local subscription, so that it receives events. */
export function activateSubscription(local: LocalSubscription): void {
  if (local.active) return;
  local.wire.locals.regroup();
  activate(local);
  local.wire.activated(local);
}
