import { afterEach, describe, expect, it, vi } from "vitest";
import { clockSuite } from "../web/clock.suite.js";
import { TimerClock } from "./timer-clock.js";

afterEach(() => {
  vi.useRealTimers();
});

clockSuite("TimerClock", () => {
  vi.useFakeTimers();
  return {
    clock: new TimerClock(),
    pass: async (milliseconds) => void (await vi.advanceTimersByTimeAsync(milliseconds)),
  };
});

describe("the clock of the installed timers", () => {
  it("fires where the test fakes the timers but not the date, and tells a time that fits", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const clock = new TimerClock();
    const start = clock.now();
    let firedAt = 0;
    clock.after(60_000, () => (firedAt = clock.now()));
    vi.advanceTimersByTime(60_000);
    expect(firedAt - start).toBeGreaterThanOrEqual(60_000);
  });

  it("cancels a real timer while fake ones are installed", () => {
    const clock = new TimerClock();
    const cancel = clock.after(60_000, () => expect.unreachable());
    const warn = vi.spyOn(console, "warn");
    vi.useFakeTimers();
    cancel();
    expect(warn).not.toHaveBeenCalled();
  });

  it("leaves no timer at its end, and sets none later", () => {
    vi.useFakeTimers();
    const clock = new TimerClock();
    clock.after(10, () => expect.unreachable());
    clock.end();
    clock.after(10, () => expect.unreachable());
    expect(vi.getTimerCount()).toBe(0);
  });
});
