import { setTimeout as sleep } from "node:timers/promises";
import { ECHO } from "../router/echo.mjs";
import { defineWork } from "./work.mjs";

/** Milliseconds within which the worker must notice that pages are gone. */
const DEPARTURE = 10_000;

/**
 * Opens pages that use the session and vanish.
 *
 * @param {import("./work.mjs").Lab} lab
 * @param {number} count
 */
async function visit(lab, count) {
  for (let index = 0; index < count; index++) {
    const page = await lab.openOne();
    await page.call("subscribe", { topic: `${lab.topic}.n${index % 5}` });
    await page.call("sequential", { procedure: ECHO, count: 20 });
    await page.close();
  }
}

/**
 * @param {import("../lab.mjs").Target} keeper
 * @returns {Promise<number>} entries in the tables beside those of the page that stays
 */
async function tablesWhenAlone(keeper) {
  const deadline = Date.now() + DEPARTURE;
  for (;;) {
    const { tabs, rest } = await keeper.call("tables");
    if ((tabs === 1 && rest === 0) || Date.now() > deadline) return tabs - 1 + rest;
    await sleep(50);
  }
}

export const workerHeap = defineWork({
  name: "worker-heap",
  title: "pages that came and went: what is left in the worker",
  candidates: ["wamp-mux"],
  enough: 3,
  sizes: { full: { visits: 50, warmUp: 100 }, quick: { visits: 10, warmUp: 5 } },
  async measure(lab, { visits, warmUp }) {
    const keeper = await lab.openOne();
    const worker = await lab.worker();
    if (worker === undefined) throw new Error("there is no worker");
    const heapWhenAlone = async () => {
      const left = await tablesWhenAlone(keeper);
      await worker.collectGarbage();
      return { left, heap: await worker.heap() };
    };
    // The warm-up is long because V8 keeps the code that it compiles for hot functions in the heap too.
    await visit(lab, warmUp);
    const before = await heapWhenAlone();
    await visit(lab, visits);
    const after = await heapWhenAlone();
    return {
      tablesLeft: after.left,
      heapBefore: before.heap,
      heapAfter: after.heap,
      heapGrowth: after.heap / before.heap - 1,
    };
  },
});
