import { describe, expect, it } from "vitest";
import { Fifo } from "../fifo.js";
import { SendQueue } from "./send-queue.js";
import type { Outgoing } from "./send-queue.js";
import { FakeClock } from "../../testing/fake-clock.js";
import type { WireSession } from "../../connection/wire-session.js";

const line = {} as WireSession;

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
  const lane = new SendQueue(clock, () => (unblocked += 1));
  /** Takes what may be taken, by name. */
  const takeAll = (): string[] => {
    const taken: string[] = [];
    for (let item = lane.take(); item !== undefined; item = lane.take()) taken.push((item as Message).name);
    return taken;
  };
  /** Counts publications until a fence stands. */
  const fence = (): number => {
    let publications = 1;
    while (!lane.fenceDue() && publications < 1_000) publications += 1;
    return publications;
  };
  return { clock, lane, takeAll, fence, unblocked: () => unblocked };
}

describe("a lane", () => {
  it("@G23 gives answers before requests, each in their order, and counts the bytes that wait", () => {
    const { lane, takeAll } = setUp();
    for (const name of ["request 1", "request 2"]) lane.request(message(name));
    for (const name of ["answer 1", "answer 2"]) lane.answer(message(name));
    expect(lane.bytes).toBe(40);
    lane.take();
    expect(lane.bytes).toBe(30);
    expect(takeAll()).toEqual(["answer 2", "request 1", "request 2"]);
    expect(lane.bytes).toBe(0);
  });

  it("@G23 passes over what was given up, and its bytes do not count any more", () => {
    const { lane, takeAll } = setUp();
    const unwanted = message("1");
    for (const item of [unwanted, message("2"), message("3")]) lane.request(item);
    unwanted.dropped = true;
    lane.noteDropped();
    expect(takeAll()).toEqual(["2", "3"]);
    expect(lane.bytes).toBe(0);
  });

  it("@G23 that is blocked lets go of what was given up as soon as that is half of it", () => {
    const { lane, fence, takeAll } = setUp();
    const queue = ["1", "2", "3", "4"].map(message);
    for (const item of queue) lane.request(item);
    fence();
    const bytes = queue.map((item) => {
      item.dropped = true;
      lane.noteDropped();
      return lane.bytes;
    });
    expect(bytes).toEqual([40, 20, 10, 0]);
    lane.liftFence();
    expect(takeAll()).toEqual([]);
  });

  it("@G23 has a fence before the requests after every 200th publication, but not before the answers", () => {
    const { lane, fence, takeAll, unblocked } = setUp();
    expect(fence()).toBe(200);
    lane.request(message("request"));
    lane.answer(message("answer"));
    expect(takeAll()).toEqual(["answer"]);
    lane.liftFence();
    expect(unblocked()).toBe(1);
    expect(takeAll()).toEqual(["request"]);
    lane.liftFence();
    expect(unblocked()).toBe(1);
    expect(fence()).toBe(200);
  });

  it("@G23 whose fence is not answered is unblocked after a while", () => {
    const { clock, lane, fence, takeAll, unblocked } = setUp();
    fence();
    lane.request(message("request"));
    clock.advance(9_999);
    expect([takeAll(), unblocked()]).toEqual([[], 0]);
    clock.advance(1);
    expect([takeAll(), unblocked()]).toEqual([["request"], 1]);
  });

  it("@G7 loses its answers and its fence with the connection, and keeps its requests", () => {
    const { clock, lane, fence, takeAll } = setUp();
    fence();
    lane.fenceDue();
    lane.request(message("request"));
    for (const name of ["answer 1", "answer 2"]) lane.answer(message(name));
    lane.sessionLost();
    expect([lane.bytes, clock.pending]).toEqual([10, 0]);
    expect(takeAll()).toEqual(["request"]);
    expect(fence()).toBe(200);
  });

  it("sends the answers that are still wanted without waiting for their turn", () => {
    const { lane } = setUp();
    const [request, answer, unwanted] = [message("request"), message("answer"), message("unwanted")];
    lane.request(request);
    lane.answer(answer);
    lane.answer(unwanted);
    unwanted.dropped = true;
    lane.sendAnswers(line);
    expect([request.sent, answer.sent, unwanted.sent]).toEqual([0, 1, 0]);
    expect(lane.bytes).toBe(10);
  });

  it("is empty after it was cleared", () => {
    const { clock, lane, fence, takeAll } = setUp();
    lane.request(message("request"));
    lane.answer(message("answer"));
    fence();
    lane.clear();
    expect([lane.bytes, clock.pending, takeAll()]).toEqual([0, 0, []]);
  });
});

describe("the queue under it", () => {
  it("gives in order what was put in, however both alternate", () => {
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

  it("keeps what passes, in its order, of what is still in it", () => {
    const queue = new Fifo<number>();
    for (const item of [1, 2, 3, 4, 5, 6, 7]) queue.push(item);
    queue.shift();
    expect(queue.length).toBe(6);
    const asked: number[] = [];
    queue.keep((item) => {
      asked.push(item);
      return item % 2 === 1;
    });
    expect(asked).toEqual([2, 3, 4, 5, 6, 7]);
    expect([queue.length, queue.shift(), queue.shift(), queue.shift(), queue.length]).toEqual([
      3, 3, 5, 7, 0,
    ]);
  });

  it("has nothing after it was cleared", () => {
    const queue = new Fifo<number>();
    for (const item of [1, 2, 3, 4, 5]) queue.push(item);
    queue.shift();
    queue.clear();
    expect([queue.length, queue.first, queue.shift()]).toEqual([0, undefined, undefined]);
  });
});
