import { describe, expect, it } from "vitest";
import type { RequestId } from "../../contract/ids.js";
import type { TabRequest } from "../../contract/requests.js";
import { RequestSender } from "./request-sender.js";

const request = (number: number): TabRequest => ({
  kind: "cancel",
  request: number as RequestId,
  mode: "skip",
});
const numbers = (batch: readonly TabRequest[]) => batch.map((each) => ("request" in each ? each.request : 0));
const turn = () => Promise.resolve();

/** A sender to a hub that takes a batch in when the test says so. */
function setUp() {
  const batches: number[][] = [];
  const taken: (() => void)[] = [];
  const failures: unknown[] = [];
  const sender = new RequestSender((error) => failures.push(error));
  const open = () =>
    sender.open((batch) => {
      batches.push(numbers(batch));
      return new Promise((resolve) => taken.push(resolve));
    });
  const push = (...all: number[]) => {
    for (const number of all) sender.push(request(number));
  };
  return { sender, batches, taken, failures, open, push };
}

describe("the requests of a tab", () => {
  it("@G10 form one batch per microtask checkpoint, including those of callers that waited for the same result", async () => {
    const { batches, open, push } = setUp();
    open();
    const result = turn();
    for (const number of [2, 3]) void result.then(() => push(number));
    push(1);
    expect(batches).toEqual([]);
    await turn();
    expect(batches).toEqual([[1, 2, 3]]);
    push(4);
    await turn();
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });

  it("@G10 are queued in order while the hub is busy", async () => {
    const { batches, taken, open, push } = setUp();
    open();
    for (let number = 1; number <= 7; number += 1) {
      push(number);
      await turn();
    }
    expect(batches).toEqual([[1], [2]]);
    taken[0]?.();
    await turn();
    expect(batches.at(-1)).toEqual([3, 4, 5, 6, 7]);
    for (const take of taken) take();
    await turn();
    push(8);
    await turn();
    expect(batches.at(-1)).toEqual([8]);
  });

  it("are queued for a worker that has not started, and dropped if their worker is lost", async () => {
    const { sender, batches, taken, open, push } = setUp();
    push(1, 2);
    await turn();
    open();
    expect(batches).toEqual([[1, 2]]);
    push(3);
    sender.close();
    push(4);
    open();
    // A credit from the previous worker does not count for this one.
    taken[0]?.();
    await turn();
    expect(batches).toEqual([[1, 2], [4]]);
  });

  it("are flushed without credit, which is then owed", async () => {
    const { sender, batches, taken, open, push } = setUp();
    open();
    for (let number = 1; number <= 3; number += 1) {
      push(number);
      await turn();
    }
    push(4);
    sender.flush();
    expect(batches.at(-1)).toEqual([3, 4]);
    push(5);
    taken[0]?.();
    await turn();
    expect(batches).toHaveLength(3);
    taken[1]?.();
    await turn();
    expect(batches.at(-1)).toEqual([5]);
  });

  it("@G10 @G30 hold their places while they are made, in whatever order that ends", async () => {
    const { sender, batches, taken, open, push } = setUp();
    const make: ((made: TabRequest | undefined) => void)[] = [];
    const pushUnmade = () => sender.push(new Promise((resolve) => make.push(resolve)));
    open();
    push(1);
    pushUnmade();
    push(3);
    pushUnmade();
    pushUnmade();
    push(6);
    await turn();
    expect(batches).toEqual([[1]]);
    make[2]?.(request(5));
    await turn();
    expect(batches).toEqual([[1]]);
    make[0]?.(request(2));
    await turn();
    expect(batches).toEqual([[1], [2, 3]]);
    for (const take of taken) take();
    await turn();
    // Not to be sent after all.
    make[1]?.(undefined);
    await turn();
    expect(batches).toEqual([[1], [2, 3], [5, 6]]);
  });

  it("@G30 are dropped with their worker while they are made", async () => {
    const { sender, batches, open, push } = setUp();
    let make: (made: TabRequest) => void = () => undefined;
    sender.push(new Promise((resolve) => (make = resolve)));
    sender.close();
    open();
    push(2);
    make(request(1));
    await sender.allMade();
    await turn();
    expect(batches).toEqual([[2]]);
  });

  it("report a worker that does not accept a batch, unless it is already lost", async () => {
    const { sender, failures, push } = setUp();
    const broken = new Error("broken");
    sender.open(() => Promise.reject(broken));
    push(1);
    await turn();
    await turn();
    expect(failures).toEqual([broken]);
    push(2);
    await turn();
    sender.close();
    await turn();
    expect(failures).toEqual([broken]);
  });
});
