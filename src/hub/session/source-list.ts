import type { Tab } from "../tab/tab.js";

/** The origin of an answer: a value that a tab passed with its hello, or a tab whose application can be asked. */
export type Source = string | Tab;

/**
 * The sources of an answer in the order in which they are tried: the one that the router accepted last, then those that have not been
 * tried, then those that failed or stayed silent, in the order of their failures. So a source costs every other tab one attempt at most.
 * @param newestFirst true if a later source is better; otherwise values come first, because asking may disturb a user
 */
export function createSourceList(newestFirst: boolean) {
  let order: Source[] = [];
  let acceptedSource: Source | undefined;
  /** The sources that failed since the router has last accepted one. */
  const failedSources = new Set<Source>();
  /** The tabs that have not answered in time, and not since. */
  const silentSources = new Set<Source>();

  const isTried = (source: Source): boolean => failedSources.has(source) || silentSources.has(source);

  const add = (source: Source): void => {
    if (order.includes(source)) return;
    const next = newestFirst ? 0 : order.findIndex((other) => precedes(source, other));
    order.splice(next < 0 ? order.length : next, 0, source);
  };

  const remove = (source: Source): void => {
    order = order.filter((other) => other !== source);
    failedSources.delete(source);
    silentSources.delete(source);
    if (acceptedSource === source) acceptedSource = undefined;
  };

  const precedes = (source: Source, other: Source): boolean => {
    if (other === acceptedSource) return false;
    return isTried(other) || (typeof source === "string" && typeof other !== "string");
  };

  const toEnd = (source: Source): boolean => {
    if (!order.includes(source)) return false;
    remove(source);
    order.push(source);
    return true;
  };

  return {
    get inOrder(): readonly Source[] {
      return order;
    },

    get hasUntried(): boolean {
      return order.some((source) => !isTried(source));
    },

    /** Tells whether a source has failed or is silent. */
    isTried,

    add,

    remove,

    /** Notes that the router accepted what a source gave. */
    accepted(source: Source): void {
      failedSources.clear();
      if (!order.includes(source)) return;
      silentSources.delete(source);
      order = [source, ...order.filter((other) => other !== source)];
      acceptedSource = source;
    },

    /** Notes that a source gave nothing, or something with which there was no session. */
    failed(source: Source): void {
      if (toEnd(source)) failedSources.add(source);
    },

    /** Notes that a tab has not answered in time. */
    silent(tab: Tab): void {
      if (toEnd(tab)) silentSources.add(tab);
    },

    /** Notes that a tab has answered. */
    heard(tab: Tab): void {
      if (!silentSources.has(tab)) return;
      remove(tab);
      add(tab);
    },
  };
}

export type SourceList = ReturnType<typeof createSourceList>;
