import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { RequestWindow } from "./request-window.js";
import type { Answerer } from "./request-window.js";
import type { AnswerHandler } from "./wire-session.js";

function setUp() {
  const clock = new FakeClock();
  const window = new RequestWindow(clock);
  const overtaken: AnswerHandler[] = [];
  const send = (answerer: Answerer = "router", weight?: number): AnswerHandler => {
    const handler: AnswerHandler = {
      answered: () => undefined,
      lost: () => undefined,
      overtaken: () => overtaken.push(handler),
    };
    window.sent(handler, answerer, weight);
    return handler;
  };
  /** Sends as many requests as there is room for. */
  const fill = (answerer?: Answerer, weight?: number): AnswerHandler[] => {
    const handlers: AnswerHandler[] = [];
    while (window.hasRoom) handlers.push(send(answerer, weight));
    return handlers;
  };
  const answer = (handlers: readonly AnswerHandler[]): void => {
    for (const handler of handlers) window.answered(handler);
  };
  /** Returns the size of the window, which is empty again after that. */
  const size = (): number => {
    clock.advance(20);
    const { length } = fill("callee");
    clock.advance(20);
    return length;
  };
  /** Fills the window and has all of it answered after some milliseconds. */
  const round = (milliseconds: number): void => {
    const sent = fill();
    clock.advance(milliseconds);
    answer(sent);
  };
  return { clock, window, overtaken, send, fill, answer, size, round };
}

describe("the window of requests", () => {
  it("@G23 starts small, and grows by one with each answer", () => {
    const { fill, answer, window } = setUp();
    const first = fill();
    expect(first).toHaveLength(16);
    answer(first.slice(0, 1));
    expect(fill()).toHaveLength(2);
    expect(window.hasRoom).toBe(false);
    answer(first.slice(1));
    // 17 are unanswered less 15 answers, of a window of 32.
    expect(fill()).toHaveLength(30);
  });

  it("@G23 grows to a harmless size however slow the answers are, and not beyond it while they are", () => {
    const { size, round } = setUp();
    round(1);
    for (let count = 0; count < 10; count += 1) round(19);
    expect(size()).toBe(48);
  });

  it("@G23 grows without a bound while the answers are as fast as the fastest", () => {
    const { size, round } = setUp();
    for (let count = 0; count < 4; count += 1) round(2);
    expect(size()).toBe(256);
  });

  it("@G23 shrinks to the harmless size when the answers become slow", () => {
    const { size, round } = setUp();
    for (let count = 0; count < 4; count += 1) round(2);
    for (let count = 0; count < 2; count += 1) round(10);
    expect(size()).toBe(48);
  });

  it("@G23 halves with each answer that a later one overtakes, and is never below 8", () => {
    const { overtaken, fill, answer, size } = setUp();
    const sent = fill();
    answer(sent.slice(-1));
    expect(overtaken).toEqual(sent.slice(0, -1));
    expect(size()).toBe(8);
  });

  it("@G23 halves once for one lost answer, and tells its handler", () => {
    const { overtaken, fill, answer, size } = setUp();
    const [lost, ...others] = fill();
    answer(others);
    expect(overtaken).toEqual([lost]);
    // (16 + 1) / 2, and 14 answers.
    expect(size()).toBe(8 + 14);
  });

  it("@G23 takes no answer of a callee for lost, and no late one for a new one", () => {
    const { clock, window, overtaken, send, answer, size } = setUp();
    const slow = send("callee");
    const late = send("router");
    answer([send("router")]);
    expect(overtaken).toEqual([late]);
    clock.advance(1_000);
    const before = size();
    answer([late, slow]);
    expect(size()).toBe(before);
    expect(window.roundTrip.smoothed).toBe(0);
  });

  it("@G23 measures the router, not a callee that is slower than the router", () => {
    const { clock, window, send, answer } = setUp();
    const [call, publication] = [send("callee"), send("router")];
    clock.advance(2);
    answer([publication]);
    expect(window.roundTrip.smoothed).toBe(2);
    clock.advance(8);
    answer([call]);
    expect(window.roundTrip.smoothed).toBe(2);
    const fast = send("callee");
    clock.advance(1);
    answer([fast]);
    expect(window.roundTrip.smoothed).toBe(1.875);
  });

  it("@G23 counts a request for 20 ms at most, so that all calls of a slow callee go out", () => {
    const { clock, window, send } = setUp();
    let left = 300;
    const pump = (): void => {
      while (left > 0 && window.hasRoom) {
        send("callee");
        left -= 1;
      }
      if (left > 0) window.whenRoom(pump);
    };
    pump();
    expect(left).toBe(300 - 16);
    clock.advance(19);
    expect(left).toBe(300 - 16);
    clock.advance(1);
    expect(left).toBe(300 - 32);
    clock.advance(1_000);
    expect([left, clock.pending]).toEqual([0, 0]);
  });

  it("@G23 counts a publication that comes back as an event twice", () => {
    const { fill, answer } = setUp();
    const publications = fill("router", 2);
    expect(publications).toHaveLength(8);
    answer(publications.slice(0, 1));
    expect(fill("router", 1)).toHaveLength(3);
  });

  it("@G23 calls a waiting task once, at the first room", () => {
    const { clock, window, fill, answer } = setUp();
    const sent = fill();
    let calls = 0;
    window.whenRoom(() => (calls += 1));
    window.makeUseOfRoom();
    expect(calls).toBe(0);
    answer(sent.slice(0, 1));
    window.makeUseOfRoom();
    window.makeUseOfRoom();
    clock.advance(1_000);
    expect([calls, clock.pending]).toEqual([1, 0]);
  });

  it("@G23 keeps the newest waiting task, with one timer", () => {
    const { clock, window, fill } = setUp();
    fill();
    const called: string[] = [];
    window.whenRoom(() => called.push("old"));
    window.whenRoom(() => called.push("new"));
    expect(clock.pending).toBe(1);
    clock.advance(20);
    expect([called, clock.pending]).toEqual([["new"], 0]);
  });

  it("@G23 leaves no task and no timer behind when it is closed", () => {
    const { clock, window, fill, answer } = setUp();
    const sent = fill();
    let calls = 0;
    window.whenRoom(() => (calls += 1));
    window.close();
    answer(sent);
    window.makeUseOfRoom();
    clock.advance(1_000);
    expect([calls, clock.pending]).toEqual([0, 0]);
  });
});
