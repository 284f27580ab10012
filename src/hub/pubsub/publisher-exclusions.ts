import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";
import { PublisherExclusion } from "./publisher-exclusion.js";

/** Holds the publisher exclusion of each tab that publishes or subscribes. */
export function createPublisherExclusions(clock: Clock) {
  const byTab = new Map<Tab, PublisherExclusion>();

  return {
    /** Returns the exclusion of a tab; creates it for the tab's first publication or subscription. */
    for(tab: Tab): PublisherExclusion {
      const known = byTab.get(tab);
      if (known !== undefined) return known;
      const exclusion = new PublisherExclusion(tab.notices, clock);
      byTab.set(tab, exclusion);
      return exclusion;
    },

    /** Counts the events that are held for a tab. */
    count(tab: Tab): number {
      return byTab.get(tab)?.held ?? 0;
    },

    sessionLost(): void {
      for (const exclusion of byTab.values()) exclusion.reset();
    },

    /** Releases the state of a tab that has departed. */
    release(tab: Tab): void {
      byTab.get(tab)?.reset();
      byTab.delete(tab);
    },
  };
}

export type PublisherExclusions = ReturnType<typeof createPublisherExclusions>;
