import { describe, expect, it } from "vitest";
import { WorkerLostError } from "../errors/outcome-errors.js";
import { createHandle } from "./handle.js";

const revoked = new WorkerLostError("revoked");
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A handle whose release the hub confirms when the test says so. */
function setUp() {
  let confirm: () => void = () => undefined;
  let refuse: (error: Error) => void = () => undefined;
  let asked = 0;
  const ends: unknown[] = [];
  const handle = createHandle(() => {
    asked += 1;
    return new Promise((resolve, reject) => {
      confirm = resolve;
      refuse = reject;
    });
  });
  void handle.ended.then((error) => ends.push(error));
  return {
    handle,
    ends,
    asked: () => asked,
    confirm: () => confirm(),
    refuse: (error: Error) => refuse(error),
  };
}

describe("the life of a handle", () => {
  it("1: does not begin again after its end", async () => {
    const { handle, ends, asked } = setUp();
    handle.end(revoked);
    handle.established();
    handle.end(new WorkerLostError("again"));
    await handle.release();
    expect([handle.active, asked(), ends]).toEqual([false, 0, [revoked]]);
  });

  it("2: is active from the hub's answer on, until it is released", () => {
    const { handle } = setUp();
    expect(handle.active).toBe(false);
    handle.established();
    expect(handle.active).toBe(true);
    void handle.release();
    expect(handle.active).toBe(false);
    handle.established();
    expect(handle.active).toBe(false);
  });

  it("3: asks the hub for its release once, and returns the same promise each time", async () => {
    const { handle, asked, confirm } = setUp();
    handle.established();
    const first = handle.release();
    expect(handle.release()).toBe(first);
    confirm();
    await first;
    expect(handle.release()).toBe(first);
    expect(asked()).toBe(1);
  });

  it("4: ends although the hub could not confirm its release, which rejects", async () => {
    const { handle, ends, refuse } = setUp();
    handle.established();
    const releasing = handle.release();
    const late = new Error("late");
    refuse(late);
    await expect(releasing).rejects.toBe(late);
    expect(ends).toEqual([undefined]);
  });

  it("5: tells its end once it has ended: without an error after a release, else with it", async () => {
    const released = setUp();
    released.handle.established();
    const releasing = released.handle.release();
    await nextTurn();
    expect(released.ends).toEqual([]);
    released.confirm();
    await releasing;
    released.handle.end(revoked);
    const displaced = setUp();
    displaced.handle.established();
    displaced.handle.end(revoked);
    await nextTurn();
    expect([released.ends, displaced.ends]).toEqual([[undefined], [revoked]]);
  });
});
