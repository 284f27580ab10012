import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { createRequestWindow } from "./request-window.js";
import type { Answerer } from "./request-window.js";
import type { AnswerHandler } from "./wire-session.js";

function setUp() {
  const clock = new FakeClock();
  const probes: AnswerHandler[] = [];
  const window = createRequestWindow(clock, () => {
    const probe: AnswerHandler = { answered: () => undefined, lost: () => undefined };
    probes.push(probe);
    window.sent(probe, "router", 0);
  });
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
  /** Returns the size of the window, which is empty before and after that. */
  const size = (): number => {
    const all = fill("callee");
    // Their answers overtake each other at once, which does not count for calls that have just been sent.
    for (const handler of all.reverse()) window.answered(handler);
    return all.length;
  };
  /** Fills the window and has all of it answered after some milliseconds. */
  const round = (milliseconds: number): void => {
    const sent = fill();
    clock.advance(milliseconds);
    answer(sent);
  };
  return { clock, window, probes, overtaken, send, fill, answer, size, round };
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

  it("@G23 grows by one in each round trip beyond the harmless size, while the answers are as fast as the fastest", () => {
    const sizes = [1, 2, 3, 4, 10].map((rounds) => {
      const { size, round } = setUp();
      for (let count = 0; count < rounds; count += 1) round(40);
      return size();
    });
    expect(sizes).toEqual([32, 49, 50, 51, 57]);
  });

  it("@G23 does not grow beyond the harmless size while few requests are on their way", () => {
    const { clock, send, answer, size } = setUp();
    for (let count = 0; count < 200; count += 1) {
      const request = send();
      clock.advance(40);
      answer([request]);
    }
    expect(size()).toBe(48);
  });

  it.each([0, 1])(
    "@G23 does not grow beyond the harmless size by answers of %d ms, which no clock tells apart",
    (took) => {
      const { size, round } = setUp();
      for (let count = 0; count < 10; count += 1) round(took);
      expect(size()).toBe(48);
    },
  );

  it("@G23 shrinks to the harmless size when the answers become slow", () => {
    const { size, round } = setUp();
    for (let count = 0; count < 20; count += 1) round(40);
    expect(size()).toBeGreaterThan(60);
    round(200);
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
    answer([send("router")]);
    const before = size();
    answer([late, slow]);
    expect(size()).toBeGreaterThanOrEqual(before);
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

  it("@G23 lets go of a call after 20 ms, as soon as the router has answered a later request", () => {
    const { clock, fill, send, answer } = setUp();
    fill("callee");
    clock.advance(19);
    answer([send("router")]);
    // The answer has made the window larger by one.
    expect(fill("callee")).toHaveLength(1);
    clock.advance(1);
    answer([send("router")]);
    // It has grown with each of the 16 calls too; the last call still counts.
    expect(fill("callee")).toHaveLength(16 + 16 + 2 - 1);
  });

  it("@G23 probes the router while a request waits for room, so that all calls of a slow callee go out", () => {
    const { clock, window, probes, send, answer } = setUp();
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
    for (let probed = 1; left > 0; probed += 1) {
      clock.advance(20);
      expect(probes).toHaveLength(probed);
      answer(probes.slice(-1));
      window.makeUseOfRoom();
    }
    clock.advance(60_000);
    expect([probes.length, clock.pending]).toEqual([7, 0]);
  });

  it("@G23 repeats a probe that is not answered, after ever longer times", () => {
    const { clock, window, probes, fill } = setUp();
    fill();
    window.whenRoom(() => undefined);
    const times: number[] = [];
    const start = clock.now();
    while (probes.length < 8) {
      clock.advance(10);
      if (probes.length > times.length) times.push(clock.now() - start);
    }
    expect(times).toEqual([20, 520, 1_520, 3_520, 7_520, 15_520, 31_520, 61_520]);
    window.close();
    expect(clock.pending).toBe(0);
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
    const { clock, window, fill, answer } = setUp();
    const sent = fill();
    const called: string[] = [];
    window.whenRoom(() => called.push("old"));
    window.whenRoom(() => called.push("new"));
    expect(clock.pending).toBe(1);
    answer(sent);
    window.makeUseOfRoom();
    clock.advance(20);
    expect([called, clock.pending]).toEqual([["new"], 0]);
  });

  it("@G23 gives each waiting its whole time before a probe, with one timer for those that follow each other", () => {
    const { clock, window, probes, fill, answer, send } = setUp();
    const sent = fill();
    window.whenRoom(() => undefined);
    clock.advance(15);
    answer(sent.slice(0, 1));
    window.makeUseOfRoom();
    while (window.hasRoom) send("callee");
    window.whenRoom(() => undefined);
    expect(clock.pending).toBe(1);
    clock.advance(15);
    expect(probes).toHaveLength(0);
    clock.advance(20);
    expect(probes).toHaveLength(1);
  });

  it("@G23 leaves no task and no timer behind when it is closed", () => {
    const { clock, window, fill, answer } = setUp();
    const sent = fill();
    let calls = 0;
    window.whenRoom(() => (calls += 1));
    window.close();
    window.whenRoom(() => (calls += 1));
    answer(sent);
    window.makeUseOfRoom();
    clock.advance(1_000);
    expect([calls, clock.pending]).toEqual([0, 0]);
  });
});
