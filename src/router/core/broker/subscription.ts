import type { WireSubscriptionId } from "../../../protocol/ids.js";
import type { Member } from "../member.js";
import type { MatchPolicy } from "../../../protocol/uri.js";

/** One topic under one match policy, with everybody who subscribed to it. */
export interface Subscription {
  readonly id: WireSubscriptionId;
  readonly topic: string;
  readonly match: MatchPolicy;
  readonly subscribers: Set<Member>;
}
