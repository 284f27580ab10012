import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoff } from "./backoff.js";

const retry = { initialDelay: 500, maxDelay: 30_000, maxAttempts: Infinity };
const almostOne = () => 1 - Number.EPSILON;

describe("backoff", () => {
  it("@G11 doubles the upper bound with each failure, up to the longest delay", () => {
    const bounds = [1, 2, 3, 4, 5, 6, 7, 8, 100, 5_000].map(
      (failures) => backoff(failures, retry, almostOne) + 1,
    );
    expect(bounds).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it("waits no longer after a loss than after the first failure", () => {
    expect(backoff(0, retry, almostOne)).toBe(backoff(1, retry, almostOne));
  });

  it("@G11 spreads over the whole range from zero to the bound (full jitter)", () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, chance) => {
          const bound = backoff(failures, retry, almostOne) + 1;
          expect(backoff(failures, retry, () => chance)).toBe(Math.floor(chance * bound));
        },
      ),
    );
  });
});
