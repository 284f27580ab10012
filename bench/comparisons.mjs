// The ways in which a claim compares this package with a peer.

/** @typedef {Pick<import("./gates.mjs").Gate, "against" | "relation" | "bound" | "gate" | "stretch" | "unit">} Comparison */

/**
 * Bounds how many times as much as theirs ours may take.
 *
 * @param {import("./bundles.mjs").Candidate} against
 * @param {number} [gate] without one the value is only reported
 * @param {number} [stretch]
 * @returns {Comparison}
 */
export function slower(against, gate, stretch) {
  return { against, relation: "ours/theirs", bound: "at most", ...limits(gate, stretch), unit: "×" };
}

/**
 * Bounds how many times as much as theirs ours must do.
 *
 * @param {import("./bundles.mjs").Candidate} against
 * @param {number} [gate] without one the value is only reported
 * @param {number} [stretch]
 * @returns {Comparison}
 */
export function faster(against, gate, stretch) {
  return { against, relation: "ours/theirs", bound: "at least", ...limits(gate, stretch), unit: "×" };
}

/**
 * Bounds how many times as much as ours theirs must take.
 *
 * @param {import("./bundles.mjs").Candidate} against
 * @param {number} gate
 * @param {number} stretch
 * @returns {Comparison}
 */
export function less(against, gate, stretch) {
  return { against, relation: "theirs/ours", bound: "at least", gate, stretch, unit: "×" };
}

/**
 * Bounds the milliseconds that ours may take beyond theirs.
 *
 * @param {import("./bundles.mjs").Candidate} against
 * @param {number} gate
 * @param {number} stretch
 * @returns {Comparison}
 */
export function later(against, gate, stretch) {
  return { against, relation: "ours-theirs", bound: "at most", gate, stretch, unit: "ms" };
}

/**
 * @param {number} [gate]
 * @param {number} [stretch]
 */
export function limits(gate, stretch) {
  return { ...(gate !== undefined && { gate }), ...(stretch !== undefined && { stretch }) };
}
