import { packNotices, packRequests, unpackNotices, unpackRequests } from "./flat.js";
import type { Notice } from "./notices.js";

/** The stream between a tab and the hub, as the tab sees it. */
export const tabStream = {
  sends: "post",
  receives: "deliver",
  pack: packRequests,
  unpack: unpackNotices,
  // The hub collects further events until the tab has taken these in.
  isAwaited: (batch: readonly Notice[]): boolean =>
    batch.some(({ kind }) => kind === "events" || kind === "event"),
} as const;

/** The same stream, as the hub sees it. */
export const hubStream = {
  sends: "deliver",
  receives: "post",
  pack: packNotices,
  unpack: unpackRequests,
  isAwaited: (): boolean => false,
} as const;
