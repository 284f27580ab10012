// Runs a work: each repetition measures every candidate, and each starts with the next one.
import { pid } from "node:process";
import { freePort } from "../scripts/routers/process.mjs";
import { startCrossbar } from "../scripts/routers/crossbar.mjs";
import { Chromium } from "./chromium.mjs";
import { Lab } from "./lab.mjs";
import { cpuSeconds, descendants } from "./machine.mjs";
import { RouterProcess } from "./router/process.mjs";

/**
 * @typedef {import("./workloads/work.mjs").Work<any>} Work
 * @typedef {import("./lab.mjs").Site} Site
 * @typedef {import("./bundles.mjs").Candidate} Candidate
 * @typedef {import("./verdicts.mjs").Repetition} Repetition
 * @typedef {import("./verdicts.mjs").Measurement} Measurement
 *
 * @typedef {object} Options
 * @property {number} repetitions
 * @property {"full" | "quick"} size
 * @property {string} pagesUrl
 * @property {import("./profile.mjs").Profiler} [profiler]
 * @property {readonly Candidate[]} [candidates] only these
 * @property {(repetition: Repetition) => void} done called after each repetition
 */

/**
 * @param {Work} work
 * @returns {Promise<Site & { stop: () => Promise<void> }>}
 */
async function openSite(work) {
  const process = new RouterProcess();
  if (work.router !== "crossbar") {
    const url = await process.call("startDev");
    return { url, process, cpu: () => process.cpu, isDev: true, stop: () => process.stop() };
  }
  const port = await freePort();
  const before = descendants(pid);
  const crossbar = await startCrossbar({ port });
  // Crossbar.io runs as several processes.
  const pids = descendants(pid).filter((each) => !before.includes(each));
  await process.call("join", { url: crossbar.url });
  return {
    url: crossbar.url,
    process,
    cpu: () => cpuSeconds(pids),
    isDev: false,
    stop: async () => {
      await process.stop();
      await crossbar.stop();
    },
  };
}

/**
 * @template Result
 * @param {(chromium: Chromium) => Promise<Result>} use
 */
async function withBrowser(use) {
  const chromium = await Chromium.start();
  try {
    return await use(chromium);
  } finally {
    await chromium.stop();
  }
}

/** Milliseconds that one measurement may take; one that waits for an event in vain fails then. */
const TIME_LIMIT = 300_000;

/**
 * @param {Work} work
 * @param {Candidate} candidate
 * @param {Options} options
 * @param {Site} site
 * @param {Chromium} chromium
 * @returns {Promise<Measurement>}
 */
async function measureOnce(work, candidate, { size, pagesUrl, profiler }, site, chromium) {
  const context = await chromium.openContext();
  const lab = new Lab({ candidate, chromium, context, site, pagesUrl, profiler });
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not measured within ${TIME_LIMIT} ms`)), TIME_LIMIT);
  });
  try {
    const measured = work.measure(lab, work.sizes[size]);
    const metrics = /** @type {import("./lab.mjs").Metrics} */ (await Promise.race([measured, late]));
    return { metrics, cost: lab.cost };
  } finally {
    clearTimeout(timer);
    await lab.close();
  }
}

/**
 * @param {Work} work
 * @param {Options} options
 * @param {(candidate: Candidate) => Promise<Measurement>} measure
 */
async function repeat(work, { repetitions, candidates, done }, measure) {
  const chosen =
    candidates?.filter((candidate) => candidate === "before" || work.candidates.includes(candidate)) ??
    work.candidates;
  for (let index = 0; index < repetitions; index++) {
    // The first candidate finds the machine as the last one left it, so the candidates take turns.
    const turn = index % chosen.length;
    const order = [...chosen.slice(turn), ...chosen.slice(0, turn)];
    /** @type {Repetition} */
    const repetition = { order, measurements: {} };
    for (const candidate of order) {
      repetition.measurements[candidate] = await measure(candidate).catch((/** @type {unknown} */ error) => {
        console.error(`bench: ${work.name}, ${candidate}:`, error);
        return { error: String(error) };
      });
    }
    /** @type {Partial<Record<Candidate, import("./lab.mjs").Metrics>>} */
    const metrics = {};
    for (const candidate of order) {
      const measured = repetition.measurements[candidate]?.metrics;
      if (measured !== undefined) metrics[candidate] = measured;
    }
    work.derive?.(metrics);
    done(repetition);
  }
}

/**
 * @param {Work} work
 * @param {Options} options
 */
export async function measureWork(work, options) {
  const site = await openSite(work);
  try {
    if (work.freshBrowser === true) {
      await repeat(work, options, (candidate) =>
        withBrowser((chromium) => measureOnce(work, candidate, options, site, chromium)),
      );
    } else {
      await withBrowser((chromium) =>
        repeat(work, options, (candidate) => measureOnce(work, candidate, options, site, chromium)),
      );
    }
  } finally {
    await site.stop();
  }
}
