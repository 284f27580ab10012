import { afterEach, vi } from "vitest";
import { systemClock } from "./clock.js";
import { describeClock } from "./testing/clock-contract.js";

afterEach(() => {
  vi.useRealTimers();
});

describeClock("the system's, with fake timers", () => {
  vi.useFakeTimers();
  return {
    clock: systemClock,
    pass: async (milliseconds) => void (await vi.advanceTimersByTimeAsync(milliseconds)),
  };
});
