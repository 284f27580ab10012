import fc from "fast-check";
import { expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { runs } from "../testing/property-runs.js";
import { createFlights } from "./flights.js";
import { LASTED } from "./reconnector-state.js";
import { createSuspects, suspectKey } from "./suspects.js";
import type { SuspectKey } from "./suspects.js";
import type { AnswerHandler } from "./wire-session.js";

/** Requests that may be on their way at the same time, and milliseconds until an answer. */
const WINDOW = 5;
const ROUND_TRIP = 20;

const KEYS: readonly SuspectKey[] = (["call", "publish", "subscribe", "register"] as const).flatMap((kind) =>
  ["a", "b", "c", "d"].map((uri) => suspectKey(kind, uri)),
);

/** A router that drops the session over some requests, and a network that cuts young sessions. */
const worlds = fc.record({
  culprits: fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 4 }),
  /** The order of the requests on each of the first sessions, and when the network cuts it. */
  cuts: fc.array(
    fc.record({
      order: fc.shuffledSubarray([...KEYS], { minLength: KEYS.length }),
      after: fc.nat({ max: LASTED - 1 }),
    }),
    { maxLength: 8 },
  ),
  order: fc.shuffledSubarray([...KEYS], { minLength: KEYS.length }),
  isAcknowledged: fc.boolean(),
});

it("@G23 finds every culprit after a bounded number of ends, and never takes an innocent one for it", () => {
  fc.assert(
    fc.property(worlds, ({ culprits, cuts, order, isAcknowledged }) => {
      const clock = new FakeClock();
      const suspects = createSuspects();
      const refused = () => KEYS.filter((key) => suspects.refusal(key, clock.now()) !== undefined);

      /** Sends everything on one session; returns false if it ended. */
      const live = (wanted: readonly SuspectKey[], cutAfter?: number): boolean => {
        const flights = createFlights(clock, suspects);
        const queue = wanted.filter((key) => suspects.refusal(key, clock.now()) === undefined);
        let [inFlight, isOver] = [0, false];
        const end = (): void => {
          if (isOver) return;
          isOver = true;
          flights.ended(false);
          flights.close();
        };
        const pump = (): void => {
          while (!isOver && inFlight < WINDOW) {
            const next = queue.findIndex((key) => !flights.holds(key));
            const [key] = next < 0 ? [] : queue.splice(next, 1);
            if (key === undefined) break;
            send(key);
          }
          if (queue.length > 0) flights.whenReleased(pump);
        };
        const send = (key: SuspectKey): void => {
          const isAnswered = isAcknowledged || !key.startsWith("publish");
          const handler: AnswerHandler = { answered: () => undefined, lost: () => undefined };
          flights.sent(key, isAnswered ? handler : undefined, undefined);
          inFlight += 1;
          clock.after(ROUND_TRIP, () => {
            if (isOver) return;
            if (culprits.includes(key)) return end();
            inFlight -= 1;
            if (isAnswered) flights.answered(handler);
            pump();
          });
        };
        if (cutAfter !== undefined) clock.after(cutAfter, end);
        pump();
        while (!isOver && clock.nextDue !== undefined) clock.advance(clock.nextDue - clock.now());
        flights.close();
        expect(isOver || queue.length === 0).toBe(true);
        return !isOver;
      };

      for (const { order: wanted, after } of cuts) {
        live(wanted, after);
        expect(culprits).toEqual(expect.arrayContaining(refused()));
      }
      // Until one is caught, each may cause two.
      const most = culprits.length * (2 + culprits.length);
      let ends = 0;
      while (!live(order)) expect((ends += 1)).toBeLessThanOrEqual(most);
      expect(refused().sort()).toEqual([...culprits].sort());
    }),
    runs(500),
  );
});
