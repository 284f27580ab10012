import fc from "fast-check";
import { expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { RequestWindow } from "./request-window.js";
import type { Answerer } from "./request-window.js";
import type { AnswerHandler } from "./wire-session.js";

/** A request as an observer outside the window knows it. */
interface Seen {
  readonly handler: AnswerHandler;
  readonly weight: number;
  readonly sentAt: number;
  readonly place: number;
  isDone: boolean;
}

const step = fc.oneof(
  fc.record({
    do: fc.constant("send" as const),
    answerer: fc.constantFrom<Answerer>("router", "callee"),
    weight: fc.constantFrom(1, 2),
  }),
  fc.record({ do: fc.constant("answer" as const), which: fc.nat() }),
  fc.record({ do: fc.constant("wait" as const), milliseconds: fc.nat({ max: 30 }) }),
  fc.record({ do: fc.constant("ask" as const) }),
);

it("@G23 lets every waiting task go on, and counts what is on its way, neither more nor less", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const clock = new FakeClock();
      const window = new RequestWindow(clock);
      const sent: Seen[] = [];
      let [asked, called] = [0, 0];

      /** The weight of the requests that may have something queued at the router. */
      const onTheirWay = (): number =>
        sent
          .filter(({ isDone, sentAt }) => !isDone && sentAt > clock.now() - 20)
          .reduce((sum, { weight }) => sum + weight, 0);
      const send = (answerer: Answerer, weight: number): void => {
        const seen: Seen = {
          handler: {
            answered: () => undefined,
            lost: () => undefined,
            overtaken: () => void (seen.isDone = true),
          },
          weight,
          sentAt: clock.now(),
          place: sent.length,
          isDone: false,
        };
        sent.push(seen);
        window.sent(seen.handler, answerer, weight);
      };

      for (const one of steps) {
        if (one.do === "send" && window.hasRoom) send(one.answerer, one.weight);
        else if (one.do === "answer") {
          const open = sent.filter(({ isDone }) => !isDone);
          const seen = open[one.which % open.length];
          if (seen === undefined) continue;
          seen.isDone = true;
          window.answered(seen.handler);
          window.makeUseOfRoom();
        } else if (one.do === "wait") clock.advance(one.milliseconds);
        else if (one.do === "ask" && !window.hasRoom && asked === called) {
          asked += 1;
          window.whenRoom(() => (called += 1));
        }
        // The least size is always there, and an idle window has room.
        if (onTheirWay() < 8) expect(window.hasRoom).toBe(true);
      }

      // Filled now, and filled again when nothing is on its way, it holds the same weight.
      const fill = (): number => {
        while (window.hasRoom) send("callee", 1);
        return onTheirWay();
      };
      const now = fill();
      clock.advance(20);
      expect(called).toBe(asked);
      const size = fill();
      expect(size).toBeGreaterThanOrEqual(8);
      // The last request may have weighed two.
      expect([size, size + 1]).toContain(now);
      clock.advance(20);
      expect(clock.pending).toBe(0);
    }),
  );
});
