import fc from "fast-check";
import { expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { createRequestWindow } from "./request-window.js";
import type { Answerer } from "./request-window.js";
import type { AnswerHandler } from "./wire-session.js";

/** A request as an observer outside the window knows it. */
interface Seen {
  readonly handler: AnswerHandler;
  readonly answerer: Answerer;
  readonly weight: number;
  readonly sentAt: number;
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
      const sent: Seen[] = [];
      let [asked, called] = [0, 0];

      const track = (answerer: Answerer, weight: number): Seen => {
        const seen: Seen = {
          handler: {
            answered: () => undefined,
            lost: () => undefined,
            overtaken: () => void (seen.isDone = true),
          },
          answerer,
          weight,
          sentAt: clock.now(),
          isDone: false,
        };
        sent.push(seen);
        return seen;
      };
      const window = createRequestWindow(clock, () => send("router", 0));
      /** The weight of the requests that may have something queued at the router. */
      const onTheirWay = (): number =>
        sent.filter(({ isDone }) => !isDone).reduce((sum, { weight }) => sum + weight, 0);
      const send = (answerer: Answerer, weight: number): void => {
        window.sent(track(answerer, weight).handler, answerer, weight);
      };
      const answer = (seen: Seen): void => {
        const limit = clock.now() - 20;
        for (const earlier of sent.slice(0, sent.indexOf(seen)))
          if (earlier.answerer === "callee" && earlier.sentAt <= limit) earlier.isDone ||= !seen.isDone;
        seen.isDone = true;
        window.answered(seen.handler);
        window.makeUseOfRoom();
      };

      for (const one of steps) {
        if (one.do === "send" && window.hasRoom) send(one.answerer, one.weight);
        else if (one.do === "answer") {
          const open = sent.filter(({ isDone }) => !isDone);
          const seen = open[one.which % open.length];
          if (seen !== undefined) answer(seen);
        } else if (one.do === "wait") clock.advance(one.milliseconds);
        else if (one.do === "ask" && !window.hasRoom && asked === called) {
          asked += 1;
          window.whenRoom(() => (called += 1));
        }
        // The least size is always there.
        if (onTheirWay() < 8) expect(window.hasRoom).toBe(true);
      }

      // The router answers everything in the end.
      for (const seen of [...sent]) if (!seen.isDone) answer(seen);
      expect([called, onTheirWay(), clock.pending]).toEqual([asked, 0, 0]);
    }),
  );
});
