import { afterEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "./clock.js";
import { clockSuite } from "./clock.suite.js";

afterEach(() => {
  vi.useRealTimers();
});

clockSuite("the system's, with fake timers", () => {
  vi.useFakeTimers();
  return {
    clock: systemClock,
    pass: async (milliseconds) => void (await vi.advanceTimersByTimeAsync(milliseconds)),
  };
});

describe("the system's clock", () => {
  it.each([2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1_000, 2 ** 32 + 5, 3 * 2 ** 31])(
    "fires a timer of %d ms in time, and once",
    (delay) => {
      vi.useFakeTimers();
      let fired = 0;
      systemClock.after(delay, () => (fired += 1));
      vi.advanceTimersByTime(delay - 1);
      expect(fired).toBe(0);
      vi.advanceTimersByTime(1);
      expect(fired).toBe(1);
      vi.advanceTimersByTime(2 ** 33);
      expect(fired).toBe(1);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it("cancels a timer that has been renewed", () => {
    vi.useFakeTimers();
    const cancel = systemClock.after(2 ** 32, () => expect.unreachable());
    vi.advanceTimersByTime(2 ** 31 + 5);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not follow the computer's clock when that is set", () => {
    vi.useFakeTimers();
    const before = systemClock.now();
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(systemClock.now() - before).toBeLessThan(1);
    vi.setSystemTime(0);
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });

  it("waits again if the platform fires a timer early", () => {
    vi.useFakeTimers();
    const { setTimeout } = globalThis;
    let fired = 0;
    vi.stubGlobal("setTimeout", (task: () => void, delay: number) =>
      setTimeout(task, Math.max(0, delay - 1)),
    );
    systemClock.after(10, () => (fired += 1));
    vi.stubGlobal("setTimeout", setTimeout);
    vi.advanceTimersByTime(9);
    expect(fired).toBe(0);
    vi.advanceTimersByTime(1);
    expect(fired).toBe(1);
    vi.unstubAllGlobals();
  });
});
