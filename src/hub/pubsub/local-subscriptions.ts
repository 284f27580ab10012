import type { SubscriptionHandle } from "../../contract/ids.js";
import type { EventGroup, PublisherExclusion } from "./publisher-exclusion.js";

/** The part of a local subscription by which it is grouped. */
export interface GroupedLocal {
  readonly exclusion: PublisherExclusion;
  readonly handle: SubscriptionHandle;
  readonly active: boolean;
  readonly removed: boolean;
  readonly catchesUp?: boolean;
  readonly tellsGaps?: boolean;
  /** Set while it gets no events, because it has missed some. */
  readonly missing?: unknown;
}

interface Grouped {
  /** The active subscriptions of each tab, except those that have missed events. */
  readonly targets: ReadonlyMap<PublisherExclusion, EventGroup>;
  /** The tabs that have a subscription, active or not. */
  readonly tabs: { readonly size: number; has(exclusion: PublisherExclusion): boolean };
  /** The tabs that have a subscription which catches up. */
  readonly followers: ReadonlySet<PublisherExclusion>;
  /** Those of them to which a history is still to be delivered. */
  readonly behind: ReadonlySet<PublisherExclusion>;
  readonly isFollowed: boolean;
}

/**
 * The local subscriptions of one wire subscription, in the order in which they were added. They are grouped by tab for the next event or
 * publication, not at every change: a tab that subscribes a thousand handlers causes one computation.
 */
export class LocalSubscriptions<Local extends GroupedLocal> implements Iterable<Local> {
  readonly #locals = new Set<Local>();
  #grouped: Grouped | undefined;

  get size(): number {
    return this.#locals.size;
  }

  /** The active locals, grouped by tab for the delivery of events. */
  get targets(): Grouped["targets"] {
    return this.#groups.targets;
  }

  [Symbol.iterator](): Iterator<Local> {
    return this.#locals[Symbol.iterator]();
  }

  add(local: Local): void {
    this.#locals.add(local);
    this.regroup();
  }

  /** Removes a local; does nothing if it is not there. */
  delete(local: Local): void {
    this.#locals.delete(local);
    this.regroup();
  }

  /** Forgets the groups, because a local has become active, or the locals have changed. */
  regroup(): void {
    this.#grouped = undefined;
  }

  /** Tells whether a tab has a local, active or not. */
  anyOf(exclusion: PublisherExclusion): boolean {
    return this.#groups.tabs.has(exclusion);
  }

  /** Tells whether a tab other than the publisher's has a local, active or not. */
  anyOutside(publisher: PublisherExclusion | undefined): boolean {
    const own = publisher !== undefined && this.anyOf(publisher) ? 1 : 0;
    return this.#groups.tabs.size > own;
  }

  /** The tabs that have a local which catches up, active or not. */
  get followers(): Grouped["followers"] {
    return this.#groups.followers;
  }

  /** Tells whether a tab has a local to which a history is, or may be, still to be delivered. */
  isBehind(exclusion: PublisherExclusion): boolean {
    return this.#groups.behind.has(exclusion);
  }

  /** True if a local gets events for which it matters which one was the last. */
  get isFollowed(): boolean {
    return this.#groups.isFollowed;
  }

  get #groups(): Grouped {
    this.#grouped ??= groupByTab(this.#locals);
    return this.#grouped;
  }
}

function groupByTab(locals: Iterable<GroupedLocal>): Grouped {
  const tabs = new Map<PublisherExclusion, GroupedLocal[]>();
  const followers = new Set<PublisherExclusion>();
  const behind = new Set<PublisherExclusion>();
  let isFollowed = false;
  for (const local of locals) {
    const { active, catchesUp = false, tellsGaps = false, missing } = local;
    if (catchesUp) followers.add(local.exclusion);
    if (catchesUp && (!active || missing !== undefined)) behind.add(local.exclusion);
    if (active && (catchesUp || tellsGaps) && missing === undefined) isFollowed = true;
    const group = tabs.get(local.exclusion) ?? [];
    tabs.set(local.exclusion, group);
    if (active && missing === undefined) group.push(local);
  }
  const targets = new Map<PublisherExclusion, EventGroup>();
  for (const [exclusion, group] of tabs) {
    const [first, ...others] = group.map(({ handle }) => handle);
    if (first === undefined) continue;
    targets.set(exclusion, { locals: group, target: others.length === 0 ? first : [first, ...others] });
  }
  return { targets, tabs, followers, behind, isFollowed };
}
