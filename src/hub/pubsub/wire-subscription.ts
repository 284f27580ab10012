import type { SubscriptionHandle } from "../../contract/ids.js";
import type { MatchPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";
import type { WireSubscriptionId } from "../../protocol/ids.js";
import type { Event as EventMessage } from "../../protocol/messages.js";
import type { PendingRequest } from "../tab/pending-request.js";
import type { EventTarget } from "../../contract/notices.js";
import { RetainedRequests } from "./retained-requests.js";
import type { Tab } from "../tab/tab.js";

/** What one tab asked for. */
export interface LocalSubscription {
  readonly tab: Tab;
  readonly handle: SubscriptionHandle;
  readonly wire: WireSubscription;
  readonly wantsRetained: boolean;
  readonly ask: PendingRequest;
  /** Gets events. */
  active: boolean;
  removed: boolean;
}

/** What the router knows: one entry per topic and match policy, however many tabs share it. */
export interface WireSubscription {
  readonly topic: string;
  readonly match: MatchPolicy;
  /** Options beside match and get_retained; the first subscriber's stand. */
  readonly options: Dict;
  readonly locals: Set<LocalSubscription>;
  /** The active locals, tab by tab, as the fan-out needs them. */
  targets: ReadonlyMap<Tab, EventTarget>;
  readonly retained: RetainedRequests<LocalSubscription, EventMessage>;
  state: "unsubscribed" | "subscribing" | "subscribed";
  id: WireSubscriptionId | undefined;
}

export function newWireSubscription(topic: string, match: MatchPolicy, options: Dict): WireSubscription {
  return {
    topic,
    match,
    options,
    locals: new Set(),
    targets: new Map(),
    retained: new RetainedRequests(),
    state: "unsubscribed",
    id: undefined,
  };
}

/** What the table of wire subscriptions goes by. */
export const keyOf = (topic: string, match: MatchPolicy): string => `${match} ${topic}`;

/** Options of the SUBSCRIBE. */
export function subscribeOptions({ options, match }: WireSubscription, getRetained: boolean): Dict {
  return {
    ...options,
    ...(match !== "exact" && { match }),
    ...(getRetained && { get_retained: true }),
  };
}

export function sameOptions(one: Dict, other: Dict): boolean {
  const sorted = (options: Dict): string =>
    JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}

/** To be called when a local has become active or has gone. */
export function retarget(wire: WireSubscription): void {
  const targets = new Map<Tab, EventTarget>();
  for (const { tab, handle, active } of wire.locals) {
    if (!active) continue;
    const known = targets.get(tab);
    targets.set(tab, known === undefined ? handle : [known, handle].flat());
  }
  wire.targets = targets;
}

/** Gives an event to one local alone. */
export function offerTo({ tab, handle, wire }: LocalSubscription, event: EventMessage): void {
  tab.exclusion.offer(event, handle, wire, true);
}
