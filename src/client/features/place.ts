import type { LastSeen } from "../../contract/gap.js";
import type { Gap } from "../api/gap.js";

/** The place of a subscription in the events of its topic, as far as its application wants to know what is missing. */
export interface Place {
  readonly onGap: ((gap: Gap) => unknown) | undefined;
  /** The publication that it has seen last; undefined if that is not known. */
  seen: LastSeen | undefined;
  /** The gap before the next event. */
  gap: Gap | undefined;
}

/** The fields of a request that tell a hub the place. */
export function fieldsOf(place: Place | undefined) {
  if (place === undefined) return {};
  const { seen, onGap } = place;
  return { ...(seen !== undefined && { seen }), ...(onGap !== undefined && { tellsGaps: true as const }) };
}
