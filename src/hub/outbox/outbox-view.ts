import type { OutboxRecord } from "../../contract/outbox.js";
import type { AuthConfig } from "../../contract/session-config.js";
import type { Tab } from "../tab/tab.js";
import type { Entry } from "./entry.js";

/**
 * The entries of an outbox that its tabs may see and act on: those that belong to the present identity, or to none yet. Before the first
 * WELCOME, the identities that the session's login names stand for it, so that an application can show them without a connection.
 * @param identity returns the identity of the latest WELCOME; null before the first one
 */
export function createOutboxView(
  entries: ReadonlyMap<string, Entry>,
  auth: readonly AuthConfig[],
  identity: () => string | null,
) {
  const watching = new Set<Tab>();
  const expected = new Set(auth.map(({ method, authid }) => (method === "anonymous" ? "" : authid)));

  const shows = ({ content: { authid } }: Entry): boolean => {
    const present = identity();
    return authid === null || (present === null ? expected.has(authid) : authid === present);
  };

  const shown = (): Entry[] => [...entries.values()].filter(shows);

  const tell = ({ content: { key } }: Entry, entry: OutboxRecord | undefined): void => {
    for (const tab of watching) tab.notices.push({ kind: "outbox", key, ...(entry && { entry }) });
  };

  return {
    shows,

    shown,

    /** Tells the watching tabs what has become of an entry. */
    changed(entry: Entry): void {
      if (shows(entry)) tell(entry, entry.record);
    },

    /** Applies a change of the identity, and tells the watching tabs what that hides and what it shows. */
    reveal(change: () => void): void {
      const hidden = new Set(shown());
      change();
      for (const entry of shown()) if (!hidden.delete(entry)) tell(entry, entry.record);
      for (const entry of hidden) tell(entry, undefined);
    },

    /** Tells a tab of every change from now on, or no longer. */
    watch: (tab: Tab, isWatching: boolean): void =>
      void (isWatching ? watching.add(tab) : watching.delete(tab)),
  };
}
