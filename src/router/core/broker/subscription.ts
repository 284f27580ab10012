import type { WireSubscriptionId } from "../../../protocol/ids.js";
import type { MatchPolicy } from "../../../protocol/uri.js";
import type { Member } from "../member.js";

/** One topic under one match policy, with its subscribers. */
export interface Subscription {
  readonly id: WireSubscriptionId;
  readonly topic: string;
  readonly match: MatchPolicy;
  readonly subscribers: Set<Member>;
}
