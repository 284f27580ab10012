import { describe, expect, it } from "vitest";
import type { Clock } from "./clock.js";

/** A clock and the means to let its time pass. */
export interface ClockUnderTest {
  readonly clock: Clock;
  /** Resolves when at least so many milliseconds have passed and the timers due by then have fired. */
  readonly pass: (milliseconds: number) => Promise<void>;
}

/** Milliseconds; long enough for a real timer not to fire while a test sets up others. */
const DELAY = 50;
/** Milliseconds by which the difference of two times since the epoch may be wrong: they have 53 bits. */
const ROUNDING = 0.001;

/** Runs the tests that every implementation of `Clock` has to pass. `make` is called once for each test. */
export function clockSuite(name: string, make: () => ClockUnderTest): void {
  describe(`clock: ${name}`, () => {
    it("a timer fires once, after its time and not before", async () => {
      const { clock, pass } = make();
      let fired = 0;
      clock.after(2 * DELAY, () => (fired += 1));
      await pass(DELAY / 2);
      expect(fired).toBe(0);
      await pass(2 * DELAY);
      expect(fired).toBe(1);
      await pass(3 * DELAY);
      expect(fired).toBe(1);
    });

    it("a timer of 0 ms does not fire before after() has returned", async () => {
      const { clock, pass } = make();
      let fired = 0;
      clock.after(0, () => (fired += 1));
      expect(fired).toBe(0);
      await pass(DELAY);
      expect(fired).toBe(1);
    });

    it("timers fire in the order of their times", async () => {
      const { clock, pass } = make();
      const fired: string[] = [];
      clock.after(3 * DELAY, () => fired.push("late"));
      clock.after(DELAY, () => fired.push("early"));
      clock.after(2 * DELAY, () => fired.push("between"));
      await pass(4 * DELAY);
      expect(fired).toEqual(["early", "between", "late"]);
    });

    it("a cancelled timer does not fire", async () => {
      const { clock, pass } = make();
      const fired: string[] = [];
      const cancel = clock.after(DELAY, () => fired.push("cancelled"));
      clock.after(DELAY, () => fired.push("other"));
      cancel();
      await pass(2 * DELAY);
      expect(fired).toEqual(["other"]);
    });

    it("cancelling a timer that has fired does nothing", async () => {
      const { clock, pass } = make();
      const fired: string[] = [];
      const cancel = clock.after(0, () => fired.push("first"));
      await pass(DELAY);
      clock.after(0, () => fired.push("second"));
      cancel();
      await pass(DELAY);
      expect(fired).toEqual(["first", "second"]);
    });

    it("a timer may be set while another one fires", async () => {
      const { clock, pass } = make();
      const fired: string[] = [];
      clock.after(DELAY, () => {
        fired.push("first");
        clock.after(DELAY, () => fired.push("second"));
      });
      await pass(4 * DELAY);
      expect(fired).toEqual(["first", "second"]);
    });

    it("time passes while timers wait", async () => {
      const { clock, pass } = make();
      const start = clock.now();
      let firedAt = 0;
      clock.after(DELAY, () => (firedAt = clock.now()));
      await pass(2 * DELAY);
      expect(firedAt - start).toBeGreaterThanOrEqual(DELAY - ROUNDING);
      expect(clock.now()).toBeGreaterThanOrEqual(firedAt);
    });

    it.each([0, 0.4, 1, 1.5, 7.9, 30.2])(
      "a timer of %d ms is not early by the clock itself",
      async (delay) => {
        const { clock, pass } = make();
        const start = clock.now();
        let firedAt = NaN;
        clock.after(delay, () => (firedAt = clock.now()));
        await pass(2 * DELAY);
        expect(firedAt - start).toBeGreaterThanOrEqual(delay - ROUNDING);
      },
    );

    it.each([2 ** 31 - 1, 2 ** 31, 2 ** 32 + 5, 2 ** 40, Number.MAX_SAFE_INTEGER, Infinity])(
      "a timer of %d ms, near or beyond the longest of the platform, does not fire at once, and can be cancelled",
      async (delay) => {
        const { clock, pass } = make();
        let fired = 0;
        const cancel = clock.after(delay, () => (fired += 1));
        await pass(DELAY);
        expect(fired).toBe(0);
        cancel();
      },
    );

    it("never goes back", () => {
      const { clock } = make();
      const times = Array.from({ length: 1_000 }, () => clock.now());
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    });
  });
}
