import type { GapReason } from "../../contract/gap.js";

/** Events that a subscription has not got and will not get, or may not have got: the application has to fetch its state anew. */
export interface Gap {
  /** Id of the publication that the subscription has seen last; null if it has seen none. */
  readonly since: number | null;
  /** The reason why the events are missing. */
  readonly reason: GapReason;
}
