const units = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
] as const;

/** Returns a duration in milliseconds as a text with one unit, such as "3 min". */
export function ageText(milliseconds: number): string {
  for (const [length, unit] of units)
    if (milliseconds >= length) return `${Math.floor(milliseconds / length)} ${unit}`;
  return "0 s";
}
