import type { Tab } from "../tab/tab.js";
import type { Entry } from "./entry.js";

/** The tabs that are told of every change of the outbox. */
export function createWatchers() {
  const watching = new Set<Tab>();

  return {
    /** Tells a tab of every change from now on, or no longer. */
    watch: (tab: Tab, isWatching: boolean): void =>
      void (isWatching ? watching.add(tab) : watching.delete(tab)),

    changed: (entry: Entry): void => {
      if (watching.size === 0) return;
      const { record } = entry;
      const notice = { kind: "outbox", key: entry.content.key, ...(record && { entry: record }) } as const;
      for (const tab of watching) tab.notices.push(notice);
    },
  };
}
