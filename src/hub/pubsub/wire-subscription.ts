import type { SubscriptionHandle } from "../../contract/ids.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";
import { activate } from "../local-entry.js";
import type { LocalEntry } from "../local-entry.js";
import { wireKey } from "../wire-table.js";
import type { WireEntry } from "../wire-table.js";
import { LocalSubscriptions } from "./local-subscriptions.js";
import type { PublisherExclusion } from "./publisher-exclusion.js";
import { RetainedRequests } from "./retained-requests.js";
import type { WireSubscriptionState } from "./wire-subscription-state.js";

/** A subscription of one tab. */
export interface LocalSubscription extends LocalEntry {
  /** Publisher exclusion of the tab; every event passes through it. */
  readonly exclusion: PublisherExclusion;
  readonly handle: SubscriptionHandle;
  readonly wire: WireSubscription;
  readonly wantsRetained: boolean;
  removed: boolean;
}

/** A subscription at the router: one entry for each topic and match policy, however many tabs share it. */
export interface WireSubscription extends WireEntry<WireSubscriptionId> {
  readonly topic: string;
  readonly match: MatchPolicy;
  /** Options other than match and get_retained; those of the first subscriber apply. */
  readonly options: Dict;
  readonly locals: LocalSubscriptions<LocalSubscription>;
  readonly retained: RetainedRequests<LocalSubscription, EventMessage>;
  state: WireSubscriptionState;
  /** Number of attempts in a row to restore it that have failed. */
  failures: number;
  /** Stops the delay before the next attempt to restore it. */
  stopTimer: () => void;
}

export function newWireSubscription(topic: string, match: MatchPolicy, options: Dict): WireSubscription {
  return {
    key: wireKey(topic, match),
    topic,
    match,
    options,
    locals: new LocalSubscriptions(),
    retained: new RetainedRequests(({ wantsRetained }) => wantsRetained),
    state: "unsubscribed",
    failures: 0,
    stopTimer: () => undefined,
    id: undefined,
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

/** Tells whether a local subscription outlasts everything that may pass: it was active, or waits to be so again. */
export function lasts({ active, replayed, pending }: LocalSubscription): boolean {
  return active || (replayed && pending.sent);
}

/** Activates a local subscription, so that it receives events. */
export function activateSubscription(local: LocalSubscription): void {
  if (!local.active) local.wire.locals.retarget();
  activate(local);
}
