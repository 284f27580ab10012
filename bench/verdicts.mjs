// Judges the repetitions by the gates.
import { median, spread } from "./statistics.mjs";

/**
 * @typedef {import("./gates.mjs").Gate} Gate
 * @typedef {import("./bundles.mjs").Candidate} Candidate
 *
 * @typedef {object} Measurement
 * @property {import("./lab.mjs").Metrics} [metrics] missing if the measurement failed
 * @property {string} [error]
 * @property {import("./lab.mjs").Cost | undefined} [cost]
 *
 * @typedef {object} Repetition
 * @property {readonly Candidate[]} order in which they were measured
 * @property {Partial<Record<Candidate, Measurement>>} measurements
 *
 * @typedef {object} Verdict
 * @property {Gate} gate
 * @property {"stretch" | "met" | "MISSED" | "no stretch" | "not measured" | ""} verdict
 * @property {import("./statistics.mjs").Spread} value of the relation, or of the metric itself
 * @property {number} ours median
 * @property {number} [theirs] median
 */

/**
 * @param {Gate} gate
 * @param {readonly Repetition[]} repetitions
 * @returns {Verdict}
 */
export function judge(gate, repetitions) {
  const values = [];
  const ours = [];
  const theirs = [];
  for (const { measurements } of repetitions) {
    const our = measurements["wamp-mux"]?.metrics?.[gate.metric];
    const their = gate.against && measurements[gate.against]?.metrics?.[gate.metric];
    // A pair needs both measurements.
    if (our === undefined || (gate.against !== undefined && their === undefined)) continue;
    const value = their === undefined ? our : related(gate.relation, our, their);
    // The measured time was too short for the clock.
    if (!Number.isFinite(value)) continue;
    values.push(value);
    ours.push(our);
    if (their !== undefined) theirs.push(their);
  }
  const value = spread(values);
  return {
    gate,
    verdict: values.length === 0 ? "not measured" : verdictOf(gate, value.median),
    value,
    ours: median(ours),
    ...(theirs.length > 0 && { theirs: median(theirs) }),
  };
}

/**
 * @param {Gate["relation"]} relation
 * @param {number} ours
 * @param {number} theirs
 */
function related(relation, ours, theirs) {
  switch (relation) {
    case "theirs/ours":
      return theirs / ours;
    case "ours-theirs":
      return ours - theirs;
    default:
      return ours / theirs;
  }
}

/**
 * @param {Gate} gate
 * @param {number} value
 */
function verdictOf({ bound, gate, stretch }, value) {
  /** @param {number | undefined} limit */
  const keeps = (limit) => {
    if (limit === undefined) return false;
    if (bound === "exactly") return value === limit;
    return bound === "at most" ? value <= limit : value >= limit;
  };
  if (keeps(stretch)) return "stretch";
  if (gate === undefined) return stretch === undefined ? "" : "no stretch";
  return keeps(gate) ? "met" : "MISSED";
}
