import { describe, expect, it } from "vitest";
import type { WireSession } from "../../connection/wire-session.js";
import type { RequestId } from "../../contract/ids.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { PendingRequest } from "./pending-request.js";
import { SendQueue } from "./send-queue.js";
import type { Outgoing, OutgoingKind } from "./send-queue.js";

/** Milliseconds that the router of these tests may take to answer. */
const PATIENCE = 50;

interface Message extends Outgoing {
  readonly name: string;
}

function setUp() {
  const clock = new FakeClock();
  const filled: OutgoingKind[] = [];
  let unblocked = 0;
  /** Answers to the probes of the router. */
  const probes: (() => void)[] = [];
  const wire = {
    open: true,
    bufferedAmount: 0,
    answerTimeout: PATIENCE,
    probe: (answered: () => void) => void probes.push(answered),
  };
  const session = wire as unknown as WireSession;
  const queue = new SendQueue(
    clock,
    (kind) => filled.push(kind),
    () => (unblocked += 1),
  );
  const answer = (name: string): Message => ({ name, bytes: 10, send: () => undefined });
  const request = (name: string): Message & { readonly pending: PendingRequest } => {
    const timing = { clock, timeout: 0, offline: "wait" } as const;
    const pending = new PendingRequest(1 as RequestId, timing, (settled) => queue.drop(settled));
    return { ...answer(name), pending };
  };
  /** Takes messages until there is none that may be sent, and returns their names. */
  const takeAll = (kind: OutgoingKind): string[] => {
    const taken: string[] = [];
    for (let item = queue.take(kind); item !== undefined; item = queue.take(kind))
      taken.push((item as Message).name);
    return taken;
  };
  /** Counts publications until the fence stands. */
  const raiseFence = () => {
    for (let publications = 1; publications < 1_000; publications += 1) {
      const fence = queue.fence.raiseIfDue(session);
      if (fence !== undefined) return { fence, publications };
    }
    throw new Error("no fence");
  };
  return {
    clock,
    wire,
    probes,
    queue,
    filled,
    answer,
    request,
    takeAll,
    raiseFence,
    unblocked: () => unblocked,
  };
}

describe("a send queue", () => {
  it("@G23 returns answers and requests, each in order, and counts the waiting bytes of each", () => {
    const { queue, filled, answer, request, takeAll } = setUp();
    for (const name of ["request 1", "request 2"]) queue.request(request(name));
    queue.answer(answer("answer"));
    expect(filled).toEqual(["request", "request", "answer"]);
    expect([queue.requestBytes, queue.answerBytes]).toEqual([20, 10]);
    queue.take("request");
    expect([queue.requestBytes, queue.answerBytes]).toEqual([10, 10]);
    expect([takeAll("answer"), takeAll("request")]).toEqual([["answer"], ["request 2"]]);
    expect([queue.requestBytes, queue.answerBytes]).toEqual([0, 0]);
  });

  it("@G23 releases the bytes of a request at once when it is settled, even while the queue is blocked", () => {
    const { queue, request, raiseFence, takeAll } = setUp();
    const items = ["1", "2", "3", "4"].map(request);
    for (const item of items) queue.request(item);
    const { fence } = raiseFence();
    const bytes = items.slice(0, 3).map(({ pending }) => {
      pending.giveUp({ name: "OfflineError", message: "" });
      return queue.requestBytes;
    });
    expect(bytes).toEqual([30, 20, 10]);
    fence.lost();
    expect(takeAll("request")).toEqual(["4"]);
    expect(queue.requestBytes).toBe(0);
  });

  it("@G23 does not count the bytes of a request twice that is settled after its turn", () => {
    const { queue, request } = setUp();
    const [first, second] = [request("1"), request("2")];
    queue.request(first);
    queue.request(second);
    queue.take("request");
    first.pending.giveUp({ name: "OfflineError", message: "" });
    expect(queue.requestBytes).toBe(10);
  });

  it("@G23 blocks the requests, but not the answers, after every 200th publication", () => {
    const { queue, filled, answer, request, raiseFence, takeAll, unblocked } = setUp();
    const { fence, publications } = raiseFence();
    expect(publications).toBe(200);
    queue.request(request("request"));
    queue.answer(answer("answer"));
    expect([takeAll("answer"), takeAll("request")]).toEqual([["answer"], []]);
    fence.answered();
    expect([filled.at(-1), unblocked()]).toEqual(["request", 1]);
    expect(takeAll("request")).toEqual(["request"]);
    fence.answered();
    expect(unblocked()).toBe(1);
    expect(raiseFence().publications).toBe(200);
  });

  it("@G7 @G23 probes the router if it has not answered within 200 ms, counted from when it has the publication", () => {
    const { clock, wire, probes, queue, request, raiseFence, takeAll, unblocked } = setUp();
    raiseFence();
    queue.request(request("request"));
    wire.bufferedAmount = 1;
    clock.advance(200);
    wire.bufferedAmount = 0;
    clock.advance(199);
    expect(probes).toHaveLength(0);
    clock.advance(1);
    expect([probes.length, takeAll("request"), unblocked()]).toEqual([1, [], 0]);
    probes[0]?.();
    expect([takeAll("request"), unblocked(), clock.pending]).toEqual([["request"], 1, 0]);
  });

  it("@G7 @G23 waits no longer than 2 s for a router that loses the answers to its probes too", () => {
    const { clock, probes, queue, raiseFence, unblocked } = setUp();
    const { fence } = raiseFence();
    clock.advance(200 + 400);
    expect([probes.length, queue.fence.stands]).toEqual([2, true]);
    clock.advance(800);
    expect([probes.length, queue.fence.stands, unblocked(), clock.pending]).toEqual([2, false, 1, 0]);
    for (const late of [fence.answered, ...probes]) late();
    expect(unblocked()).toBe(1);
  });

  it("@G23 does not probe the router of a lost connection", () => {
    const { clock, wire, probes, queue, raiseFence } = setUp();
    raiseFence();
    wire.open = false;
    clock.advance(200);
    expect([probes.length, queue.fence.stands, clock.pending]).toEqual([0, false, 0]);
  });

  it("@G23 waits as long as the router has taken for earlier fences, also if it was late", () => {
    const { clock, probes, queue, raiseFence } = setUp();
    const { fence: late } = raiseFence();
    clock.advance(200);
    probes[0]?.();
    const { fence: current } = raiseFence();
    clock.advance(100);
    late.answered();
    expect(queue.fence.stands).toBe(true);
    current.answered();
    expect(queue.fence.stands).toBe(false);
    raiseFence();
    const start = clock.now();
    while (queue.fence.stands) clock.advance(1);
    // RFC 6298, with the samples 300 and 100.
    expect(clock.now() - start).toBe(275 + 4 * 162.5);
  });

  it("@G7 loses its answers and its fence with the connection, and keeps its requests", () => {
    const { clock, queue, answer, request, raiseFence, takeAll } = setUp();
    raiseFence();
    queue.request(request("request"));
    for (const name of ["answer 1", "answer 2"]) queue.answer(answer(name));
    queue.sessionLost();
    expect([queue.requestBytes, queue.answerBytes, clock.pending]).toEqual([10, 0, 0]);
    expect([takeAll("answer"), takeAll("request")]).toEqual([[], ["request"]]);
    expect(raiseFence().publications).toBe(200);
  });

  it("is empty after it was cleared", () => {
    const { clock, queue, answer, request, raiseFence, takeAll } = setUp();
    queue.request(request("request"));
    queue.answer(answer("answer"));
    raiseFence();
    queue.clear();
    expect([queue.requestBytes, queue.answerBytes, clock.pending]).toEqual([0, 0, 0]);
    expect([takeAll("answer"), takeAll("request")]).toEqual([[], []]);
  });
});
