import type { Estimate } from "../api.js";

/** Reads a part of the job's result. Parts are `unknown` to the type checker, since a callee may send what it likes. */
export function estimateOf([part]: readonly unknown[]): Estimate {
  if (isEstimate(part)) return part;
  throw new TypeError(`An estimate was expected, got ${JSON.stringify(part)}`);
}

function isEstimate(part: unknown): part is Estimate {
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

/** The quarter of the circle has π/4 of the square's area. */
export function piOf({ thrown, hits }: Pick<Estimate, "thrown" | "hits">): string {
  return ((4 * hits) / thrown).toFixed(6);
}
