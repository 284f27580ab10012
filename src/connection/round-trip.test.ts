import { describe, expect, it } from "vitest";
import { REPORT_PACE, RoundTrip, RoundTripNews } from "./round-trip.js";

/** Returns the estimate after samples in milliseconds. */
function sampled(...samples: readonly number[]): RoundTrip {
  const roundTrip = new RoundTrip();
  for (const sample of samples) roundTrip.sample(sample);
  return roundTrip;
}

describe("the round trip", () => {
  it("@G23 has a timeout before the first sample", () => {
    expect(sampled()).toMatchObject({ smoothed: undefined, timeout: 500 });
  });

  it.each([
    // RFC 6298, section 2: SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 * RTTVAR.
    [[100], 100, 300],
    // RTTVAR = 3/4 * 50 + 1/4 * |100 - 200|, SRTT = 7/8 * 100 + 1/8 * 200.
    [[100, 200], 112.5, 112.5 + 4 * 62.5],
    [[100, 20], 90, 90 + 4 * 57.5],
    [[100, 100], 100, 250],
  ])("@G23 is estimated from %j", (samples, smoothed, timeout) => {
    expect(sampled(...samples)).toMatchObject({ smoothed, timeout });
  });

  it("@G23 approaches the samples while they stay the same", () => {
    const roundTrip = sampled(...Array<number>(100).fill(80));
    expect(roundTrip.smoothed).toBe(80);
    expect(roundTrip.timeout).toBeCloseTo(80);
  });

  it("@G23 has a timeout that is neither shorter than a timer nor longer than a user waits", () => {
    expect(sampled(0).timeout).toBe(20);
    expect(sampled(1).timeout).toBe(20);
    expect(sampled(60_000).timeout).toBe(2_000);
  });
});

describe("the round trip that the tabs are told", () => {
  it("@G12 is one that has changed noticeably, at a slow pace", () => {
    const news = new RoundTripNews(0, 40);
    expect(news.isNews(REPORT_PACE - 1, 400)).toBe(false);
    expect(news.isNews(REPORT_PACE, 49)).toBe(false);
    expect(news.isNews(REPORT_PACE, 50)).toBe(true);
    expect(news.isNews(2 * REPORT_PACE - 1, 10)).toBe(false);
    expect(news.isNews(2 * REPORT_PACE, 10)).toBe(true);
    // A part of a small one is less than anybody sees.
    expect(news.isNews(3 * REPORT_PACE, 14)).toBe(false);
    expect(news.isNews(3 * REPORT_PACE, 5)).toBe(true);
  });

  it("@G12 is the last sample", () => {
    expect(new RoundTrip().latest).toBe(0);
    expect(sampled(10, 30, 20).latest).toBe(20);
  });
});
