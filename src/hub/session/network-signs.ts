import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";

/** Milliseconds after a hint in which another one says nothing new: each tab of the browser relays the same event. */
const SAME = 1_000;
/** Milliseconds for which a page must have been hidden so that its return says something: the network may have changed. */
const AWAY = 10_000;

/** The part of the reconnector that is told. */
export interface NetworkListener {
  /** The browser has a network again, or none. */
  networkChanged(isOnline: boolean): void;
  /** Something suggests that the connection is gone, or that an attempt would succeed now. */
  hint(): void;
}

export type NetworkSigns = ReturnType<typeof createNetworkSigns>;

/**
 * Makes one sign out of what all tabs see of the network: the browser fires its `online` and `offline` events in pages only, and in each. The
 * latest word counts; that of a tab which has said `offline` ends with the tab, because it may be cached, and hear nothing more.
 */
export function createNetworkSigns(clock: Clock, listener: NetworkListener) {
  /** The tabs that have said last that there is no network, unless another one has contradicted since. */
  const offline = new Set<Tab>();
  const hiddenSince = new Map<Tab, number>();
  let lastSign = -Infinity;

  function isRepeated(): boolean {
    const now = clock.now();
    if (now - lastSign < SAME) return true;
    lastSign = now;
    return false;
  }

  function backOnline(): void {
    offline.clear();
    lastSign = clock.now();
    listener.networkChanged(true);
  }

  function say(tab: Tab, isOnline: boolean): void {
    const wasOffline = offline.size > 0;
    if (!isOnline) {
      offline.add(tab);
      if (!wasOffline) listener.networkChanged(false);
    } else if (wasOffline) backOnline();
  }

  return {
    /** Takes note of the network that a joining tab, or one that comes back, sees. */
    say,

    /** Takes note of the browser's event, as a tab has seen it. */
    changed(tab: Tab, isOnline: boolean): void {
      if (isOnline && offline.size === 0 && !isRepeated()) listener.networkChanged(true);
      else say(tab, isOnline);
    },

    /** Takes note that the user sees a page, or does not see it any more. */
    setHidden(tab: Tab, isHidden: boolean): void {
      const since = hiddenSince.get(tab);
      if (isHidden) {
        if (since === undefined) hiddenSince.set(tab, clock.now());
        return;
      }
      hiddenSince.delete(tab);
      if (since !== undefined && clock.now() - since >= AWAY && !isRepeated()) listener.hint();
    },

    remove(tab: Tab): void {
      hiddenSince.delete(tab);
      if (offline.delete(tab) && offline.size === 0) backOnline();
    },
  };
}
