import { describe } from "../protocol/describe.js";
import type { Dict } from "../protocol/dict.js";
import { isText } from "../protocol/text.js";

/** Returns a text of CHALLENGE.Extra. Throws if it is none. */
export function textIn(extra: Dict, name: string): string {
  const value = extra[name];
  if (isText(value)) return value;
  throw new Error(`${name} in the router's challenge must be a string, got ${describe(value)}`);
}

/** Returns a whole number of CHALLENGE.Extra, or `otherwise` if there is none. Throws for a number that is out of bounds. */
export function numberIn(
  extra: Dict,
  name: string,
  [least, most]: readonly [least: number, most: number],
  otherwise?: number,
): number {
  const value = extra[name] ?? otherwise;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(
    `${name} in the router's challenge must be a whole number from ${least} to ${most}, got ${describe(value)}`,
  );
}
