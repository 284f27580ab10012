import type { Tab } from "../tab/tab.js";

/** The origin of an answer: a value that a tab passed with its hello, or a tab whose application can be asked. */
export type Source = string | Tab;

export type SourceList = ReturnType<typeof createSourceList>;

/**
 * The sources of an answer in the order in which they are tried: the one that the router accepted last, then those that have not been
 * tried, then those that failed or stayed silent, in the order of their failures. So a source costs every other tab one attempt at most.
 * @param newestFirst true if a later source is better; otherwise values come first, because asking may disturb a user
 */
export function createSourceList(newestFirst: boolean) {
  let order: Source[] = [];
  let acceptedSource: Source | undefined;
  /**
   * The sources that failed since the router has last accepted one, and the tabs that have not answered in time, and not since: these are
   * `silent`.
   */
  const tried = new Map<Source, "failed" | "silent">();

  const isTried = (source: Source): boolean => tried.has(source);

  const add = (source: Source): void => {
    if (order.includes(source)) return;
    const next = newestFirst ? 0 : order.findIndex((other) => precedes(source, other));
    order.splice(next < 0 ? order.length : next, 0, source);
  };

  const precedes = (source: Source, other: Source): boolean =>
    other !== acceptedSource && (isTried(other) || (typeof source === "string" && typeof other !== "string"));

  const remove = (source: Source): void => {
    order = order.filter((other) => other !== source);
    tried.delete(source);
    if (acceptedSource === source) acceptedSource = undefined;
  };

  const toEnd = (source: Source, how: "failed" | "silent"): void => {
    if (!order.includes(source)) return;
    remove(source);
    order.push(source);
    tried.set(source, how);
  };

  return {
    add,
    remove,

    /** Tells whether a source has failed or is silent. */
    isTried,

    get inOrder(): readonly Source[] {
      return order;
    },

    get hasUntried(): boolean {
      return !order.every(isTried);
    },

    /** Notes that the router accepted what a source gave. */
    accepted(source: Source): void {
      for (const [other, how] of tried) if (how === "failed" || other === source) tried.delete(other);
      if (!order.includes(source)) return;
      remove(source);
      order.unshift(source);
      acceptedSource = source;
    },

    /** Notes that a source gave nothing, or something with which there was no session. */
    failed: (source: Source): void => toEnd(source, "failed"),

    /** Notes that a tab has not answered in time. */
    silent: (tab: Tab): void => toEnd(tab, "silent"),

    /** Notes that a tab has answered. */
    heard(tab: Tab): void {
      if (tried.get(tab) !== "silent") return;
      remove(tab);
      add(tab);
    },
  };
}
