import { afterEach, vi } from "vitest";
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
