import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Batcher } from "./batcher.js";

function manualTasks() {
  const tasks: (() => void)[] = [];
  return {
    schedule: (task: () => void) => {
      tasks.push(task);
    },
    run: () => {
      for (const task of tasks.splice(0)) task();
    },
    get waiting() {
      return tasks.length;
    },
  };
}

describe("Batcher", () => {
  it("hands out the first item after idle at once, and what follows together in the next task", () => {
    const batches: number[][] = [];
    const tasks = manualTasks();
    const batcher = new Batcher<number>((items) => batches.push(items), tasks.schedule);
    batcher.push(1);
    expect(batches).toEqual([[1]]);
    batcher.push(2);
    batcher.push(3);
    expect(batches).toEqual([[1]]);
    tasks.run();
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it("stays busy while there is something to hand out, and then is idle without a task left behind", () => {
    const batches: number[][] = [];
    const tasks = manualTasks();
    const batcher = new Batcher<number>((items) => batches.push(items), tasks.schedule);
    batcher.push(1);
    batcher.push(2);
    tasks.run();
    batcher.push(3);
    expect(batches).toEqual([[1], [2]]);
    tasks.run();
    tasks.run();
    expect(tasks.waiting).toBe(0);
    batcher.push(4);
    expect(batches).toEqual([[1], [2], [3], [4]]);
  });

  it("puts what is pushed from inside a flush into the next batch", () => {
    const batches: number[][] = [];
    const tasks = manualTasks();
    const batcher: Batcher<number> = new Batcher<number>((items) => {
      batches.push(items);
      if (items[0] === 1) batcher.push(2);
    }, tasks.schedule);
    batcher.push(1);
    expect(batches).toEqual([[1]]);
    tasks.run();
    expect(batches).toEqual([[1], [2]]);
  });

  it("goes on after a flush that threw", () => {
    const batches: number[][] = [];
    const tasks = manualTasks();
    const batcher = new Batcher<number>((items) => {
      if (items[0] === 1) throw new Error("broken");
      batches.push(items);
    }, tasks.schedule);
    expect(() => {
      batcher.push(1);
    }).toThrow("broken");
    tasks.run();
    batcher.push(2);
    expect(batches).toEqual([[2]]);
  });

  it("lets a batcher below it send its second batch at once", () => {
    const sent: number[][] = [];
    const tasks = manualTasks();
    const lower = new Batcher<number>((items) => sent.push(items), tasks.schedule);
    const upper = new Batcher<number>((items) => {
      lower.push(items.length);
    }, tasks.schedule);
    upper.push(0);
    upper.push(0);
    upper.push(0);
    tasks.run();
    expect(sent).toEqual([[1], [2]]);
  });

  it("loses, repeats and reorders nothing, and hands out at most once a task after the first", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("push", "task", "now")), (steps) => {
        const batches: number[][] = [];
        const tasks = manualTasks();
        const batcher = new Batcher<number>((items) => batches.push(items), tasks.schedule);
        let pushed = 0;
        for (const step of steps) {
          if (step === "push") batcher.push(pushed++);
          else if (step === "task") tasks.run();
          else batcher.flushNow();
          expect(tasks.waiting).toBeLessThanOrEqual(1);
        }
        tasks.run();
        expect(batches.flat()).toEqual(Array.from({ length: pushed }, (_, index) => index));
      }),
    );
  });
});
