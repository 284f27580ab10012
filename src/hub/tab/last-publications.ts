import type { SubscriptionHandle } from "../../contract/ids.js";
import type { WaitingRun } from "./event-buffer.js";

/** The notice that tells a subscription its place. */
export interface SeenNotice {
  readonly kind: "seen";
  readonly subscription: SubscriptionHandle;
  readonly publication: number;
}

/** Returns the last publication that each of the followed subscriptions gets, if there is one. A retained one is older than those before it. */
export function lastPublications(
  runs: readonly WaitingRun[],
  followed: ReadonlyMap<SubscriptionHandle, unknown>,
): readonly SeenNotice[] {
  const last = new Map<SubscriptionHandle, number>();
  for (const { targets, events } of runs) {
    events.forEach(({ publication, details }, index) => {
      const target = targets[index];
      if (details["retained"] === true) return;
      for (const each of typeof target === "object" ? target : [target])
        if (each !== undefined && followed.has(each)) last.set(each, publication);
    });
  }
  return Array.from(last, ([subscription, publication]) => ({ kind: "seen", subscription, publication }));
}
