import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventPauses } from "./pauses.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Returns the milliseconds that pauses last, of which each begins at the end of the one before. */
function lengths(count: number): number[] {
  const begin = eventPauses();
  return Array.from({ length: count }, () => {
    const pause = begin();
    let length = 0;
    for (; !pause.isOver; length += 1) vi.advanceTimersByTime(1);
    return length;
  });
}

it("pauses last 4 ms, but for the first after a quiet time, and have no timer unless a task waits for the end", () => {
  expect(lengths(4)).toEqual([2, 4, 4, 4]);
  vi.advanceTimersByTime(100);
  expect(lengths(2)).toEqual([2, 4]);
  expect(vi.getTimerCount()).toBe(0);
});

it("events that come a little early at a steady pace meet no pause", () => {
  const begin = eventPauses();
  for (const gap of [5, 3, 6, 4, 5, 3]) {
    const pause = begin();
    vi.advanceTimersByTime(gap);
    expect(pause.isOver, `after ${gap} ms`).toBe(true);
  }
});

it("a pause is not longer because the clock stands still", () => {
  const begin = eventPauses();
  vi.spyOn(performance, "now").mockReturnValue(1_000);
  for (const length of [2, 4, 4, 4]) {
    let isOver = false;
    begin().atEnd(() => (isOver = true));
    vi.advanceTimersByTime(length - 1);
    expect(isOver).toBe(false);
    vi.advanceTimersByTime(1);
    expect(isOver).toBe(true);
  }
});

it("a pause runs the first task at its end, once, even if the clock is behind the timer", () => {
  const pause = eventPauses()();
  const runs: boolean[] = [];
  vi.advanceTimersByTime(1);
  for (const attempt of [1, 2]) pause.atEnd(() => runs.push(attempt === 1 && pause.isOver));
  expect(vi.getTimerCount()).toBe(1);
  vi.spyOn(performance, "now").mockReturnValue(0);
  vi.advanceTimersByTime(1);
  expect([runs, vi.getTimerCount()]).toEqual([[true], 0]);
});
