import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { nodeEnvironment } from "./environment.js";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("runs a task after its delay, unless it is canceled", () => {
  const ran: string[] = [];
  nodeEnvironment.after(10, () => ran.push("kept"));
  const cancel = nodeEnvironment.after(10, () => ran.push("cancelled"));
  cancel();
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(9);
  expect(ran).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(ran).toEqual(["kept"]);
});

it("sets no timer for a delay beyond Node's limit, because it would fire at once", () => {
  const cancel = nodeEnvironment.after(2 ** 40, () => undefined);
  expect(vi.getTimerCount()).toBe(0);
  cancel();
  nodeEnvironment.after(2 ** 31 - 1, () => undefined);
  expect(vi.getTimerCount()).toBe(1);
});

it("makes ids from 1 to 2^53", () => {
  const random = vi.spyOn(Math, "random");
  random.mockReturnValueOnce(0);
  expect(nodeEnvironment.randomId()).toBe(1);
  random.mockReturnValueOnce(1 - 2 ** -53);
  expect(nodeEnvironment.randomId()).toBe(2 ** 53);
  random.mockRestore();
});
