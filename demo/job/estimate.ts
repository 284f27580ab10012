import type { Estimate } from "../api.js";

/** Checks a progressive result of the job, which is `unknown` to TypeScript because a callee may send anything. */
export function estimateOf([part]: readonly unknown[]): Estimate {
  if (isEstimate(part)) return part;
  throw new TypeError(`An estimate was expected, got ${JSON.stringify(part)}`);
}

export function isEstimate(part: unknown): part is Estimate {
  return (
    typeof part === "object" &&
    part !== null &&
    "by" in part &&
    typeof part.by === "string" &&
    "thrown" in part &&
    typeof part.thrown === "number" &&
    "hits" in part &&
    typeof part.hits === "number"
  );
}

/** Computes π: the quarter of a circle has π/4 of the square's area. */
export function piOf({ thrown, hits }: Pick<Estimate, "thrown" | "hits">): string {
  return ((4 * hits) / thrown).toFixed(6);
}
