// Publishes events at a steady pace: `[index, time]`, with the time of the publication in milliseconds since the epoch.
import { setTimeout as sleep } from "node:timers/promises";

/**
 * @typedef {object} SteadyOptions
 * @property {string} topic
 * @property {number} perSecond
 * @property {number} count of events
 */

/**
 * @param {import("./peer.mjs").Peer} publisher
 * @param {SteadyOptions} options
 */
export async function publishSteadily(publisher, { topic, perSecond, count }) {
  const start = performance.now();
  for (let index = 0; index < count; index++) {
    const due = start + (index * 1000) / perSecond;
    // A late timer does not shift those that follow.
    await sleep(Math.max(0, due - performance.now()));
    publisher.publish(topic, [index, performance.timeOrigin + performance.now()]);
  }
}
