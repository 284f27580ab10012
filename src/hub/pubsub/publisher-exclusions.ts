import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";
import { PublisherExclusion } from "./publisher-exclusion.js";

/** Holds the publisher exclusion of each tab that publishes or subscribes. */
export class PublisherExclusions {
  readonly #byTab = new Map<Tab, PublisherExclusion>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the exclusion of a tab; creates it for the tab's first publication or subscription. */
  for(tab: Tab): PublisherExclusion {
    const known = this.#byTab.get(tab);
    if (known !== undefined) return known;
    const exclusion = new PublisherExclusion(tab.notices, this.#clock);
    this.#byTab.set(tab, exclusion);
    return exclusion;
  }

  /** Counts the events that are held for a tab. */
  count(tab: Tab): number {
    return this.#byTab.get(tab)?.held ?? 0;
  }

  sessionLost(): void {
    for (const exclusion of this.#byTab.values()) exclusion.reset();
  }

  /** Releases the state of a tab that has departed. */
  release(tab: Tab): void {
    this.#byTab.get(tab)?.reset();
    this.#byTab.delete(tab);
  }
}
