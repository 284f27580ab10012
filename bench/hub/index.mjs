// Measures the hub alone, in Node: what one operation costs at different sizes of the tables.
import { join } from "node:path";
import { align } from "../report.mjs";
import { FULL, QUICK, growsTooFast, measureHubWork } from "./measure.mjs";
import { bundleSources, extractCommit } from "./sources.mjs";
import { hubWorks } from "./works.mjs";

/** Name of the work for `--only`. */
export const HUB = "hub";

/**
 * Measures the works and prints the table.
 *
 * @param {object} options
 * @param {string} options.root of the checkout
 * @param {string} options.cache the folder for what the benchmark makes
 * @param {boolean} options.quick whether to run each work only once, at its smallest size
 * @param {string | undefined} options.since a commit to compare with
 */
export async function benchHub({ root, cache, quick, since }) {
  const after = await bundleSources(root, join(cache, "hub/after"));
  let before;
  if (since !== undefined) {
    const folder = join(cache, "hub/sources");
    extractCommit(root, since, folder);
    before = await bundleSources(folder, join(cache, "hub/before"));
  }
  const effort = quick ? QUICK : FULL;
  const rows = [];
  for (const work of hubWorks.map((each) => (quick ? { ...each, sizes: each.sizes.slice(0, 1) } : each))) {
    console.log(`bench: ${work.operation}, by ${work.table}`);
    const earlier = before && (await measureHubWork(work, before, effort));
    const costs = await measureHubWork(work, after, effort);
    rows.push([
      work.operation,
      `${work.sizes.map((size) => size.toLocaleString("en")).join(" / ")} ${work.table}`,
      ...(earlier === undefined ? [] : [list(earlier)]),
      list(costs),
      work.growth,
      growsTooFast(work, costs) ? "TOO FAST" : "met",
    ]);
  }
  const head = ["operation", "table", "µs", "growth", "verdict"];
  if (before !== undefined) head.splice(2, 1, "µs before", "µs after");
  console.log(`\n${align([head, ...rows])}\n`);
  if (quick) console.log("--quick shows that the benchmark works; its numbers prove nothing.");
}

/** @param {readonly import("./measure.mjs").Cost[]} costs */
function list(costs) {
  return costs
    .map(({ microseconds }) =>
      microseconds >= 100 ? Math.round(microseconds).toLocaleString("en") : microseconds.toFixed(1),
    )
    .join(" / ");
}
