// Prepares a burst of events: the router makes the frames beforehand, so that the burst does not measure its work.
import { eventArgs } from "./events.mjs";

/** Frames that are sent without a pause; between two slices the sockets get a turn. */
const SLICE = 2000;

/**
 * @typedef {object} BurstOptions
 * @property {string} topic
 * @property {import("./events.mjs").Kind} kind
 * @property {number} count of events
 * @property {number} receivers sessions that are subscribed
 */

/**
 * Publishes events, which the router holds back.
 *
 * @param {import("wamp-mux/router").DevRouter} router
 * @param {import("./peer.mjs").Peer} publisher
 * @param {BurstOptions} options
 * @returns {Promise<() => Promise<number>>} sends them; resolves with the time of the first, in milliseconds since the epoch
 */
export async function prepareBurst(router, publisher, { topic, kind, count, receivers }) {
  const perSlice = Math.max(1, Math.floor(SLICE / receivers));
  /** @type {import("wamp-mux/router").Hold[]} */
  const slices = [];
  for (let from = 0; from < count; from += perSlice) {
    const events = Math.min(perSlice, count - from);
    let room = events * receivers;
    // Each slice is a hold of its own, which takes its frames and leaves the rest to the next.
    const hold = router.faults.hold("EVENT", () => room-- > 0);
    slices.push(hold);
    for (let index = from; index < from + events; index++) publisher.publish(topic, eventArgs(kind, index));
    await hold.waitFor(events * receivers);
  }
  return async () => {
    const start = performance.timeOrigin + performance.now();
    for (const slice of slices) {
      slice.release("fifo");
      await new Promise((resolve) => setImmediate(resolve));
    }
    return start;
  };
}
