import type { SubscriptionHandle } from "../../contract/ids.js";
import type { EventTarget } from "../../contract/notices.js";
import type { PublisherExclusion } from "./publisher-exclusion.js";

/** The part of a local subscription by which it is grouped. */
export interface GroupedLocal {
  readonly exclusion: PublisherExclusion;
  readonly handle: SubscriptionHandle;
  readonly active: boolean;
}

/** The active subscriptions of each tab. */
export type Targets = ReadonlyMap<PublisherExclusion, EventTarget>;

/**
 * The local subscriptions of one wire subscription, in the order in which they were added. The targets of its events are computed for the
 * next event, not at every change: a tab that subscribes a thousand handlers causes one computation.
 */
export class LocalSubscriptions<Local extends GroupedLocal> implements Iterable<Local> {
  readonly #locals = new Set<Local>();
  /** Number of locals of each tab, active or not. */
  readonly #counts = new Map<PublisherExclusion, number>();
  #targets: Targets | undefined;

  get size(): number {
    return this.#locals.size;
  }

  /** The active locals, grouped by tab for the delivery of events. */
  get targets(): Targets {
    this.#targets ??= groupByTab(this.#locals);
    return this.#targets;
  }

  [Symbol.iterator](): Iterator<Local> {
    return this.#locals[Symbol.iterator]();
  }

  add(local: Local): void {
    this.#locals.add(local);
    this.#counts.set(local.exclusion, (this.#counts.get(local.exclusion) ?? 0) + 1);
    this.retarget();
  }

  /** Removes a local; does nothing if it is not there. */
  delete(local: Local): void {
    if (!this.#locals.delete(local)) return;
    const left = (this.#counts.get(local.exclusion) ?? 0) - 1;
    if (left === 0) this.#counts.delete(local.exclusion);
    else this.#counts.set(local.exclusion, left);
    this.retarget();
  }

  /** Forgets the targets, because a local has become active. */
  retarget(): void {
    this.#targets = undefined;
  }

  /** Tells whether a tab has a local, active or not. */
  anyOf(exclusion: PublisherExclusion): boolean {
    return this.#counts.has(exclusion);
  }

  /** Tells whether a tab other than the publisher's has a local, active or not. */
  anyOutside(publisher: PublisherExclusion | undefined): boolean {
    const own = publisher !== undefined && this.#counts.has(publisher) ? 1 : 0;
    return this.#counts.size > own;
  }
}

function groupByTab(locals: Iterable<GroupedLocal>): Targets {
  const handles = new Map<PublisherExclusion, SubscriptionHandle[]>();
  for (const { exclusion, handle, active } of locals) {
    if (!active) continue;
    const known = handles.get(exclusion);
    if (known === undefined) handles.set(exclusion, [handle]);
    else known.push(handle);
  }
  const targets = new Map<PublisherExclusion, EventTarget>();
  for (const [exclusion, all] of handles) {
    const [only] = all;
    targets.set(exclusion, all.length === 1 && only !== undefined ? only : all);
  }
  return targets;
}
