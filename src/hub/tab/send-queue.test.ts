import { describe, expect, it } from "vitest";
import type { WireSession } from "../../connection/wire-session.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { SendQueue } from "./send-queue.js";
import type { Outgoing } from "./send-queue.js";

const session = {} as WireSession;

class Message implements Outgoing {
  readonly bytes = 10;
  dropped = false;
  sent = 0;

  constructor(readonly name: string) {}

  send(): void {
    this.sent += 1;
  }
}

const message = (name: string): Message => new Message(name);

function setUp() {
  const clock = new FakeClock();
  let unblocked = 0;
  const queue = new SendQueue(clock, () => (unblocked += 1));
  /** Takes messages until there is none that may be sent, and returns their names. */
  const takeAll = (): string[] => {
    const taken: string[] = [];
    for (let item = queue.take(); item !== undefined; item = queue.take()) taken.push((item as Message).name);
    return taken;
  };
  /** Counts publications until the fence stands. */
  const raiseFence = (): number => {
    let publications = 1;
    while (!queue.fence.raiseIfDue() && publications < 1_000) publications += 1;
    return publications;
  };
  return { clock, queue, takeAll, raiseFence, unblocked: () => unblocked };
}

describe("a send queue", () => {
  it("@G23 returns answers before requests, each in order, and counts the waiting bytes", () => {
    const { queue, takeAll } = setUp();
    for (const name of ["request 1", "request 2"]) queue.request(message(name));
    for (const name of ["answer 1", "answer 2"]) queue.answer(message(name));
    expect(queue.bytes).toBe(40);
    queue.take();
    expect(queue.bytes).toBe(30);
    expect(takeAll()).toEqual(["answer 2", "request 1", "request 2"]);
    expect(queue.bytes).toBe(0);
  });

  it("@G23 skips a dropped request, whose bytes no longer count", () => {
    const { queue, takeAll } = setUp();
    const unwanted = message("1");
    for (const item of [unwanted, message("2"), message("3")]) queue.request(item);
    unwanted.dropped = true;
    queue.noteDropped();
    expect(takeAll()).toEqual(["2", "3"]);
    expect(queue.bytes).toBe(0);
  });

  it("@G23 releases the dropped requests while it is blocked, once they make up half of it", () => {
    const { queue, raiseFence, takeAll } = setUp();
    const items = ["1", "2", "3", "4"].map(message);
    for (const item of items) queue.request(item);
    raiseFence();
    const bytes = items.map((item) => {
      item.dropped = true;
      queue.noteDropped();
      return queue.bytes;
    });
    expect(bytes).toEqual([40, 20, 10, 0]);
    queue.fence.lift();
    expect(takeAll()).toEqual([]);
  });

  it("@G23 blocks the requests, but not the answers, after every 200th publication", () => {
    const { queue, raiseFence, takeAll, unblocked } = setUp();
    expect(raiseFence()).toBe(200);
    queue.request(message("request"));
    queue.answer(message("answer"));
    expect(takeAll()).toEqual(["answer"]);
    queue.fence.lift();
    expect(unblocked()).toBe(1);
    expect(takeAll()).toEqual(["request"]);
    queue.fence.lift();
    expect(unblocked()).toBe(1);
    expect(raiseFence()).toBe(200);
  });

  it("@G23 continues after 10 seconds if the router does not answer the publication that raised the fence", () => {
    const { clock, queue, raiseFence, takeAll, unblocked } = setUp();
    raiseFence();
    queue.request(message("request"));
    clock.advance(9_999);
    expect([takeAll(), unblocked()]).toEqual([[], 0]);
    clock.advance(1);
    expect([takeAll(), unblocked()]).toEqual([["request"], 1]);
  });

  it("@G7 loses its answers and its fence with the connection, and keeps its requests", () => {
    const { clock, queue, raiseFence, takeAll } = setUp();
    raiseFence();
    queue.fence.raiseIfDue();
    queue.request(message("request"));
    for (const name of ["answer 1", "answer 2"]) queue.answer(message(name));
    queue.sessionLost();
    expect([queue.bytes, clock.pending]).toEqual([10, 0]);
    expect(takeAll()).toEqual(["request"]);
    expect(raiseFence()).toBe(200);
  });

  it("sends the answers that have not been dropped without waiting for their turn", () => {
    const { queue } = setUp();
    const [request, answer, unwanted] = [message("request"), message("answer"), message("unwanted")];
    queue.request(request);
    queue.answer(answer);
    queue.answer(unwanted);
    unwanted.dropped = true;
    queue.sendAnswers(session);
    expect([request.sent, answer.sent, unwanted.sent]).toEqual([0, 1, 0]);
    expect(queue.bytes).toBe(10);
  });

  it("is empty after it was cleared", () => {
    const { clock, queue, raiseFence, takeAll } = setUp();
    queue.request(message("request"));
    queue.answer(message("answer"));
    raiseFence();
    queue.clear();
    expect([queue.bytes, clock.pending, takeAll()]).toEqual([0, 0, []]);
  });
});
