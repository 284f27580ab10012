import { describe, expect, it } from "vitest";
import { Fifo } from "./fifo.js";

describe("a FIFO queue", () => {
  it("returns the items in the order in which they were pushed, however pushes and shifts alternate", () => {
    const queue = new Fifo<number>();
    const out: (number | undefined)[] = [];
    for (let number = 1; number <= 9; number += 3) {
      for (const item of [number, number + 1, number + 2]) queue.push(item);
      expect(queue.first).toBe(out.length + 1);
      out.push(queue.shift(), queue.shift());
    }
    expect(queue.length).toBe(3);
    while (queue.length > 0) out.push(queue.shift());
    expect(out).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([queue.shift(), queue.first, queue.length]).toEqual([undefined, undefined, 0]);
    queue.push(10);
    expect([queue.length, queue.shift()]).toEqual([1, 10]);
  });

  it("keeps the remaining items that pass, in order", () => {
    const queue = new Fifo<number>();
    for (const item of [1, 2, 3, 4, 5, 6, 7]) queue.push(item);
    queue.shift();
    expect(queue.length).toBe(6);
    const tested: number[] = [];
    queue.keep((item) => {
      tested.push(item);
      return item % 2 === 1;
    });
    expect(tested).toEqual([2, 3, 4, 5, 6, 7]);
    expect([queue.length, queue.shift(), queue.shift(), queue.shift(), queue.length]).toEqual([
      3, 3, 5, 7, 0,
    ]);
  });

  it("is empty after it was cleared", () => {
    const queue = new Fifo<number>();
    for (const item of [1, 2, 3, 4, 5]) queue.push(item);
    queue.shift();
    queue.clear();
    expect([queue.length, queue.first, queue.shift()]).toEqual([0, undefined, undefined]);
  });
});
