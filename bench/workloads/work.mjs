// What a work is. Each has a file of its own beside this one.

/**
 * @typedef {import("../lab.mjs").Lab} Lab
 * @typedef {import("../lab.mjs").Metrics} Metrics
 * @typedef {import("../bundles.mjs").Candidate} Candidate
 */

/**
 * @template {Record<string, unknown>} Size
 * @typedef {object} Work
 * @property {string} name
 * @property {string} title
 * @property {readonly Candidate[]} candidates
 * @property {{ readonly full: Size, readonly quick: Size }} sizes
 * @property {"dev" | "crossbar"} [router] the development router unless said otherwise
 * @property {boolean} [freshBrowser] whether each measurement has a browser of its own
 * @property {number} [enough] repetitions, where it is not times that are compared
 * @property {boolean} [profiled] whether `--profile` takes it in
 * @property {(lab: Lab, size: Size) => Promise<Metrics>} measure
 * @property {(all: Partial<Record<Candidate, Metrics>>) => void} [derive] adds what only a whole repetition tells
 */

/**
 * Checks the sizes of a work against its measure.
 *
 * @template {Record<string, unknown>} Size
 * @param {Work<Size>} definition
 */
export function defineWork(definition) {
  return definition;
}

/** Clients of today, direct in the page. */
export const everyone = /** @type {const} */ (["wamp-mux", "autobahn", "wampy"]);

/** With the least that a call through a SharedWorker costs. */
export const everyoneAndFloor = /** @type {const} */ ([...everyone, "relay"]);
