/** Parameters of a property test, for `fc.assert`. */
export interface PropertyRuns {
  readonly numRuns: number;
  readonly seed: number;
}

/** Seed of `npm test`, which has the same runs each time: new ones are the matter of `npm run nightly`. */
const SEED = "1";

/**
 * Returns the parameters of a property test that usually makes this number of runs. The environment variable `PROPERTY_FACTOR` multiplies it,
 * and `PROPERTY_SEED` makes other runs, or repeats those that a failure has printed the seed of.
 *
 * @param part number of this part, from 0, of a test that is divided; each part has a seed of its own
 */
export function runs(usual: number, part = 0): PropertyRuns {
  const { PROPERTY_FACTOR: factor = "1", PROPERTY_SEED: seed = SEED } = process.env;
  return { numRuns: Math.ceil(usual * Number(factor)), seed: Number(seed) + part };
}

/** Returns the time limit of a property test, in milliseconds, from that of its usual number of runs. */
export function limitOf(usual: number): number {
  return Math.ceil(usual * Math.max(1, Number(process.env["PROPERTY_FACTOR"] ?? "1")));
}
