import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventPause } from "./pauses.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it("a pause is over after 4 ms, and has no timer unless a task waits for that", () => {
  const pause = eventPause();
  expect([pause.isOver, vi.getTimerCount()]).toEqual([false, 0]);
  vi.advanceTimersByTime(3);
  expect(pause.isOver).toBe(false);
  vi.advanceTimersByTime(1);
  expect([pause.isOver, vi.getTimerCount()]).toEqual([true, 0]);
});

it("a pause runs the first task at its end, once, even if the clock is behind the timer", () => {
  const pause = eventPause();
  const runs: boolean[] = [];
  vi.advanceTimersByTime(3);
  for (const attempt of [1, 2]) pause.atEnd(() => runs.push(attempt === 1 && pause.isOver));
  expect(vi.getTimerCount()).toBe(1);
  vi.spyOn(performance, "now").mockReturnValue(0);
  vi.advanceTimersByTime(1);
  expect([runs, vi.getTimerCount()]).toEqual([[true], 0]);
});
