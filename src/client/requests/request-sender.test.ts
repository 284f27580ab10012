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

/** A way to a hub that takes a batch in when the test says so. */
function setUp() {
  const batches: number[][] = [];
  const taken: (() => void)[] = [];
  const failures: unknown[] = [];
  const posts = new RequestSender((error) => failures.push(error));
  const open = () =>
    posts.open((batch) => {
      batches.push(numbers(batch));
      return new Promise((resolve) => taken.push(resolve));
    });
  const push = (...all: number[]) => {
    for (const number of all) posts.push(request(number));
  };
  return { posts, batches, taken, failures, open, push };
}

describe("the way from a page to the hub", () => {
  it("@G10 takes what is asked in one turn together, also what others ask who were waiting for the same", async () => {
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

  it("@G10 collects while the hub has enough to do, and keeps the order", async () => {
    const { batches, taken, open, push } = setUp();
    open();
    for (let number = 1; number <= 7; number += 1) {
      push(number);
      await turn();
    }
    expect(batches).toEqual([[1], [2], [3], [4]]);
    taken[0]?.();
    await turn();
    expect(batches.at(-1)).toEqual([5, 6, 7]);
    for (const take of taken) take();
    await turn();
    push(8);
    await turn();
    expect(batches.at(-1)).toEqual([8]);
  });

  it("collects for a worker that is not there yet, and forgets what was for one that is gone", async () => {
    const { posts, batches, taken, open, push } = setUp();
    push(1, 2);
    await turn();
    open();
    expect(batches).toEqual([[1, 2]]);
    push(3);
    posts.close();
    push(4);
    open();
    // The credit of the worker before is none for this one.
    taken[0]?.();
    await turn();
    expect(batches).toEqual([[1, 2], [4]]);
  });

  it("sends without credit what is last", async () => {
    const { posts, batches, open, push } = setUp();
    open();
    for (let number = 1; number <= 5; number += 1) {
      push(number);
      await turn();
    }
    push(6);
    posts.flush();
    expect(batches.at(-1)).toEqual([5, 6]);
    await turn();
    expect(batches).toHaveLength(5);
  });

  it("tells of a worker that does not take a batch, but not of one that is gone", async () => {
    const { posts, failures, push } = setUp();
    const broken = new Error("broken");
    posts.open(() => Promise.reject(broken));
    push(1);
    await turn();
    await turn();
    expect(failures).toEqual([broken]);
    push(2);
    await turn();
    posts.close();
    await turn();
    expect(failures).toEqual([broken]);
  });
});
