import { afterEach, describe, expect, it, vi } from "vitest";
import { TaskQueue } from "./task-queue.js";

const never = (error: unknown): void => {
  throw error;
};

afterEach(() => {
  vi.useRealTimers();
});

describe("a queue of tasks", () => {
  it("runs a task when everything that the one before has led to is over", async () => {
    const queue = new TaskQueue(never);
    const done: string[] = [];
    queue.add(() => {
      done.push("first");
      void (async () => {
        for (let step = 0; step < 20; step += 1) await Promise.resolve();
        done.push("what it led to");
      })();
    });
    queue.add(() => done.push("second"));
    expect(done).toEqual([]);
    await queue.idle();
    expect(done).toEqual(["first", "what it led to", "second"]);
  });

  it("needs no timers", async () => {
    vi.useFakeTimers();
    const queue = new TaskQueue(never);
    const done = vi.fn();
    queue.add(() => queue.add(done));
    await queue.idle();
    expect(done).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("gives the event loop a turn even if tasks lead to each other for ever", async () => {
    const queue = new TaskQueue(never);
    let on = true;
    const again = (): void => {
      if (on) queue.add(again);
    };
    again();
    await new Promise((resolve) => setTimeout(resolve, 1));
    on = false;
    await queue.idle();
  });

  it("goes on after a task that throws", async () => {
    const errors: unknown[] = [];
    const queue = new TaskQueue((error) => errors.push(error));
    const done = vi.fn();
    queue.add(() => {
      throw new Error("no");
    });
    queue.add(done);
    await queue.idle();
    expect(errors).toEqual([new Error("no")]);
    expect(done).toHaveBeenCalledTimes(1);
  });
});
