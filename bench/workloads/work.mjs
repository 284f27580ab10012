// The definition of a work. Each work has a file of its own beside this one.

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
 * @property {string} [group] another name for `--only`, which chooses all works of the group
 * @property {readonly Candidate[]} candidates
 * @property {{ readonly full: Size, readonly quick: Size }} sizes
 * @property {"dev" | "crossbar"} [router] the development router by default
 * @property {boolean} [freshBrowser] whether each measurement has a browser of its own
 * @property {number} [enough] repetitions that suffice, where the work does not compare times
 * @property {boolean} [profiled] whether `--profile` includes it
 * @property {(lab: Lab, size: Size) => Promise<Metrics>} measure
 * @property {(all: Partial<Record<Candidate, Metrics>>) => void} [derive] adds metrics that need those of a whole repetition
 */

/**
 * Makes TypeScript check the sizes of a work against its measure.
 *
 * @template {Record<string, unknown>} Size
 * @param {Work<Size>} definition
 */
export function defineWork(definition) {
  return definition;
}

/** All clients. */
export const everyone = /** @type {const} */ (["wamp-mux", "autobahn", "wampy"]);

/** The candidates of works with calls: `relay` does the least that a call through a SharedWorker costs. */
export const callers = /** @type {const} */ (["wamp-mux", "autobahn", "relay"]);
