// Measures the packed package in a browser, beside its peers or beside an earlier tarball of itself.
import { join, resolve } from "node:path";
import { serveFolder } from "../scripts/static-server.mjs";
import { run } from "../scripts/tools.mjs";
import { HUB } from "./hub/index.mjs";
import { cache, installPeers, installTarball, unpackTarball } from "./install.mjs";

/** Fewer prove nothing: single pairs differ by more than the differences to be measured. */
const REPETITIONS = 9;
const QUICK_REPETITIONS = 2;
const SIZE = "size";

/**
 * @typedef {object} CompareOptions
 * @property {readonly string[]} only the chosen works; all if there is none
 * @property {boolean} quick
 * @property {boolean} profile
 * @property {string | undefined} [repetitions]
 * @property {boolean} no-build
 * @property {string | undefined} [against] an earlier tarball
 * @property {string} out the file for the results
 */

/** @param {CompareOptions} options */
export async function compare(options) {
  if (!options["no-build"] && !run(["vite", "build", "--logLevel", "warn"]))
    throw new Error("the build failed");
  installPeers();
  const tarball = installTarball();
  const before = options.against === undefined ? undefined : unpackTarball(resolve(options.against));

  // These modules import the packages that the lines above install.
  const { buildBundles } = await import("./bundles.mjs");
  const { comparisons, gates } = await import("./gates.mjs");
  const { measureWork } = await import("./measuring.mjs");
  const { Profiler } = await import("./profile.mjs");
  const { table } = await import("./report.mjs");
  const { Results } = await import("./results.mjs");
  const { measureSize } = await import("./size.mjs");
  const { works } = await import("./workloads/index.mjs");

  const known = [HUB, SIZE, ...new Set(works.flatMap(({ name, group }) => [name, group ?? name]))];
  const unknown = options.only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: it must be one of ${known.join(", ")}`);
  /** @param {readonly (string | undefined)[]} names */
  const isChosen = (...names) =>
    options.only.length === 0 || names.some((name) => name !== undefined && options.only.includes(name));

  const pages = join(cache, "pages");
  const bundles = await buildBundles(pages, {
    readable: options.profile,
    ...(before !== undefined && { before }),
  });
  const server = await serveFolder(pages);
  /** @type {Pick<import("./measuring.mjs").Options, "size" | "pagesUrl">} */
  const common = { size: options.quick ? "quick" : "full", pagesUrl: server.url };

  async function profile() {
    for (const work of works.filter(
      ({ name, group, profiled }) => profiled === true && isChosen(name, group),
    )) {
      const profiler = new Profiler(join(cache, "profiles"), work.name);
      await measureWork(work, {
        ...common,
        profiler,
        repetitions: 1,
        candidates: ["wamp-mux"],
        done: () => undefined,
      });
    }
  }

  async function measure() {
    const repetitions = Number(options.repetitions ?? (options.quick ? QUICK_REPETITIONS : REPETITIONS));
    const results = new Results(resolve(options.out), before === undefined ? gates : comparisons, {
      options,
      tarball,
      bundles,
    });
    if (isChosen(SIZE)) results.add(SIZE, await measureSize(before));
    for (const work of works.filter(({ name, group }) => isChosen(name, group))) {
      const planned = Math.min(repetitions, work.enough ?? Infinity);
      let count = 0;
      console.log(`bench: ${work.title} (${work.name})`);
      await measureWork(work, {
        ...common,
        ...(before !== undefined && { candidates: ["wamp-mux", "before", "blank"] }),
        repetitions: planned,
        done: (repetition) => {
          results.add(work.name, repetition);
          console.log(`bench:   repetition ${++count} of ${planned}`);
        },
      });
    }

    console.log(`\n${table(results.verdicts())}\n`);
    const { own, steal, foreign } = results.disturbance();
    console.log(
      `CPU seconds while measuring: ${own.toFixed(0)} browser and router, ${foreign.toFixed(0)} others on this machine, ${steal.toFixed(1)} stolen by the hypervisor`,
    );
    if (options.quick) console.log("--quick shows that the benchmark works; its numbers prove nothing.");
    console.log(`Every repetition: ${resolve(options.out)}`);
  }

  try {
    await (options.profile ? profile() : measure());
  } finally {
    await server.stop();
  }
}
