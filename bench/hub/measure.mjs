// Measures the works of the hub alone, and judges how their costs grow.
import { performance } from "node:perf_hooks";
import { median } from "../statistics.mjs";

/**
 * @typedef {import("./works.mjs").HubWork} HubWork
 * @typedef {import("./sources.mjs").Sources} Sources
 *
 * @typedef {object} Cost
 * @property {number} size of the table
 * @property {number} microseconds for one operation, median
 */

/** Times that a cost may exceed its allowed growth: larger tables have fewer entries in the processor's caches. */
const TOLERANCE = 3;

/**
 * @typedef {object} Effort
 * @property {number} repetitions at most
 * @property {number} budget milliseconds after which no further repetition begins
 */
/** @type {Effort} */
export const FULL = { repetitions: 60, budget: 800 };
/** @type {Effort} */
export const QUICK = { repetitions: 1, budget: 0 };

/**
 * @param {HubWork} work
 * @param {Sources} sources
 * @param {Effort} effort
 * @returns {Promise<Cost[]>}
 */
export async function measureHubWork(work, sources, { repetitions, budget }) {
  const costs = [];
  for (const size of work.sizes) {
    const { count, before, run } = await work.prepare(sources, size);
    const timed = async () => {
      await before?.();
      const start = performance.now();
      await run();
      return ((performance.now() - start) / count) * 1_000;
    };
    const end = performance.now() + budget;
    /** @type {number[]} */
    const measured = [await timed()];
    while (measured.length < repetitions && performance.now() < end) measured.push(await timed());
    // The first repetitions run code that is not yet compiled.
    costs.push({ size, microseconds: median(measured.slice(Math.floor(measured.length / 3))) });
  }
  return costs;
}

/**
 * Tells whether the cost of an operation grows faster with the table than the work allows.
 *
 * @param {HubWork} work
 * @param {readonly Cost[]} costs
 */
export function growsTooFast({ growth }, costs) {
  const first = costs[0];
  const last = costs.at(-1);
  if (first === undefined || last === undefined) return false;
  const allowed = growth === "flat" ? 1 : last.size / first.size;
  return last.microseconds / first.microseconds > allowed * TOLERANCE;
}
