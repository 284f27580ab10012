import { packNotices, packRequests, unpackNotices, unpackRequests } from "./flat.js";
import type { Notice } from "./notices.js";

/**
 * Tells whether a batch for a tab brings events. The hub collects further ones until the tab has taken these in, so the tab tells that at
 * once.
 */
export function bringsEvents(batch: readonly Notice[]): boolean {
  return batch.some(({ kind }) => kind === "events" || kind === "event");
}

/** The stream between a tab and the hub, as the tab sees it. */
export const tabStream = {
  sends: "post",
  receives: "deliver",
  pack: packRequests,
  unpack: unpackNotices,
  isAwaited: bringsEvents,
} as const;

/** The same stream, as the hub sees it. */
export const hubStream = {
  sends: "deliver",
  receives: "post",
  pack: packNotices,
  unpack: unpackRequests,
  isAwaited: (): boolean => false,
} as const;
