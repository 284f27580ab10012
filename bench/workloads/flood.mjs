import { setTimeout as sleep } from "node:timers/promises";
import { ECHO } from "../router/echo.mjs";
import { defineWork } from "./work.mjs";

/** Milliseconds between two calls. */
const PAUSE = 2;

/**
 * @param {import("../lab.mjs").Target} page
 * @param {() => Promise<unknown>} task
 */
async function callsDuring(page, task) {
  const calls = page.call("keepCalling", { procedure: ECHO, pause: PAUSE });
  await task();
  await page.call("stopCalling");
  return /** @type {Promise<{ calls: number, p50: number, p95: number }>} */ (calls);
}

export const flood = defineWork({
  name: "flood",
  title: "2 tabs: calls of one while the other publishes without a pause",
  candidates: ["wamp-mux"],
  sizes: { full: { publishes: 50_000, idle: 2000 }, quick: { publishes: 3000, idle: 300 } },
  async measure(lab, { publishes, idle }) {
    const flooder = await lab.openOne();
    const caller = await lab.openOne();
    await callsDuring(caller, () => sleep(idle));
    const quiet = await callsDuring(caller, () => sleep(idle));
    return lab.metered([flooder, caller], async () => {
      const start = performance.now();
      const flooded = await callsDuring(caller, async () => {
        await flooder.call("flood", { topic: lab.topic, procedure: ECHO, count: publishes });
        await flooder.call("flooded");
      });
      return {
        p95: flooded.p95,
        p50: flooded.p50,
        calls: flooded.calls,
        idleP95: quiet.p95,
        timesIdle: flooded.p95 / quiet.p95,
        publishesPerSecond: (publishes * 1000) / (performance.now() - start),
      };
    });
  },
});
