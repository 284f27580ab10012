import { packNotices, packRequests, unpackNotices, unpackRequests } from "./flat.js";
import type { Notice } from "./notices.js";

/** Number of events, and length of their joined payloads, from which on an answer costs little beside them. */
const MANY = 32;
const LONG = 8 * 1024;

/** Weight of a batch with notices other than events: the tab tells of every second one. */
const ORDINARY = 3 / 4;

/**
 * Weighs a batch for a tab, which tells what it has taken in as soon as that weighs 1 or more. Events weigh most, because the hub
 * collects further ones until it knows that the tab has taken these in; but an answer to a few small ones would cost more than they do.
 */
export function weighNotices(batch: readonly Notice[]): number {
  let events = 0;
  let length = 0;
  let weight = 1 / 8;
  for (const notice of batch) {
    if (notice.kind === "event") return 1;
    if (notice.kind === "events") {
      events += notice.publications.length;
      length += notice.payloads.data.length;
    } else weight = ORDINARY;
  }
  return events >= MANY || length >= LONG ? 1 : weight;
}

/**
 * Weighs a batch as the tab does. It also tells at once that it has taken in a place on which it catches up: if the tab vanishes, the next
 * page gets what it has not told of.
 */
const weighInTab = (batch: readonly Notice[]): number =>
  batch.some(({ kind }) => kind === "seen") ? 1 : weighNotices(batch);

/** The stream between a tab and the hub, as the tab sees it. */
export const tabStream = {
  sends: "post",
  receives: "deliver",
  pack: packRequests,
  unpack: unpackNotices,
  weigh: weighInTab,
} as const;

/** The same stream, as the hub sees it. */
export const hubStream = {
  sends: "deliver",
  receives: "post",
  pack: packNotices,
  unpack: unpackRequests,
  weigh: (): number => ORDINARY,
} as const;
