import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Deadline } from "./deadline.js";
import type { DeadlineClock } from "./deadline.js";

/** A clock of the test, whose timers fire in the order of their times. */
class TestClock implements DeadlineClock {
  time = 1_700_000_000_000.3;
  readonly timers = new Map<object, { readonly due: number; readonly task: () => void }>();

  now(): number {
    return this.time;
  }

  after(milliseconds: number, task: () => void): () => void {
    const key = {};
    this.timers.set(key, { due: this.time + milliseconds, task });
    return () => void this.timers.delete(key);
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
    for (const [key, { due, task }] of this.timers) {
      if (due > this.time || !this.timers.delete(key)) continue;
      task();
    }
  }
}

describe("a deadline", () => {
  it("passes once, at its time", () => {
    const clock = new TestClock();
    let passed = 0;
    const deadline = new Deadline(clock, 100, () => (passed += 1));
    expect(deadline.due).toBe(clock.time + 100);
    clock.advance(99);
    expect(passed).toBe(0);
    clock.advance(1);
    clock.advance(1_000);
    deadline.stop();
    expect(passed).toBe(1);
  });

  it("does not pass once it is stopped, and leaves no timer", () => {
    const clock = new TestClock();
    const deadline = new Deadline(clock, 100, () => expect.unreachable());
    clock.advance(50);
    deadline.stop();
    deadline.stop();
    expect(clock.timers.size).toBe(0);
    clock.advance(100);
  });

  it("is due from its time on, whether or not its timer has fired", () => {
    const clock = new TestClock();
    const deadline = new Deadline(clock, 100, () => expect.unreachable());
    clock.time = deadline.due - 1;
    expect(deadline.isDue).toBe(false);
    clock.time = deadline.due;
    expect(deadline.isDue).toBe(true);
  });

  it("tells what remains in whole milliseconds: from the whole time down to 1", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 40 }),
        fc.double({ min: 0, max: 2 ** 40, noNaN: true }),
        (milliseconds, passed) => {
          const clock = new TestClock();
          const deadline = new Deadline(clock, milliseconds, () => undefined);
          expect(deadline.remaining).toBe(milliseconds);
          clock.time += passed;
          const { remaining } = deadline;
          expect(Number.isInteger(remaining)).toBe(true);
          expect(remaining).toBeGreaterThanOrEqual(1);
          expect(remaining).toBeLessThanOrEqual(milliseconds);
          // Never less than what is left, so that it does not pass earlier elsewhere.
          expect(remaining).toBeGreaterThanOrEqual(Math.min(milliseconds, milliseconds - passed - 0.001));
        },
      ),
    );
  });
});
