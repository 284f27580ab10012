import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.js";
import { createFlights, SWIFT } from "./flights.js";
import { LASTED } from "./reconnector-state.js";
import { createSuspects, FIRST_TERM, LONGEST_TERM, MOST_SUSPECTS, suspectKey } from "./suspects.js";
import type { SuspectKey } from "./suspects.js";
import type { AnswerHandler } from "./wire-session.js";

const CALL = suspectKey("call", "com.x");
const SUBSCRIBE = suspectKey("subscribe", "com.x");
const PUBLISH = suspectKey("publish", "com.x");

const handler = (): AnswerHandler => ({ answered: () => undefined, lost: () => undefined });

function setUp() {
  const clock = new FakeClock();
  const suspects = createSuspects();
  const begin = () => createFlights(clock, suspects);
  /** Ends sessions with the requests in flight. */
  const cut = (times: number, ...keys: readonly SuspectKey[]): void => {
    for (let time = 0; time < times; time += 1) {
      const flights = begin();
      for (const key of keys) flights.sent(key, handler(), undefined);
      flights.ended(false);
      flights.close();
    }
  };
  /** Lets a session live, then end with the request in flight. */
  const catchIt = (key: SuspectKey) => {
    const flights = begin();
    clock.advance(LASTED);
    const request = handler();
    flights.sent(key, request, undefined);
    const culprit = flights.ended(false);
    flights.close();
    return { culprit, request };
  };
  const suspicion = (key: SuspectKey) => suspects.suspicion(key, clock.now());
  return { clock, suspects, begin, cut, catchIt, suspicion };
}

describe("the requests in flight", () => {
  it("@G23 one over which three sessions ended is set aside, the last of which had lived without it", () => {
    const { clock, suspects, cut, catchIt, suspicion } = setUp();
    cut(2, CALL, SUBSCRIBE);
    expect([suspicion(CALL), suspicion(SUBSCRIBE)]).toEqual(["accused", "accused"]);
    const { culprit, request } = catchIt(CALL);
    expect(culprit).toMatchObject({
      handler: request,
      error: { name: "SetAsideError", fields: { uri: "com.x", retryAfter: FIRST_TERM } },
    });
    // The one explains the ends.
    expect([suspicion(CALL), suspicion(SUBSCRIBE)]).toEqual(["set-aside", "none"]);
    clock.advance(FIRST_TERM - 1);
    expect(suspects.refusal(CALL, clock.now())).toMatchObject({ fields: { retryAfter: 1 } });
    clock.advance(1);
    expect(suspects.refusal(CALL, clock.now())).toBeUndefined();
  });

  it("@G23 each further term is twice as long, up to a limit", () => {
    const { clock, suspects, cut, catchIt } = setUp();
    cut(2, CALL);
    for (let term = FIRST_TERM; term <= 2 * LONGEST_TERM; term *= 2) {
      catchIt(CALL);
      const left = Math.min(term, LONGEST_TERM);
      expect(suspects.refusal(CALL, clock.now())).toMatchObject({ fields: { retryAfter: left } });
      clock.advance(left);
    }
  });

  it("@G23 a session that ends before it has lived proves nothing, however often", () => {
    const { cut, suspicion } = setUp();
    cut(10, CALL);
    expect(suspicion(CALL)).toBe("accused");
  });

  it("@G23 an answer ends the suspicion, and so does a session that goes on", () => {
    const { clock, begin, cut, suspicion } = setUp();
    const request = handler();
    for (const end of ["answer", "time"]) {
      cut(1, CALL, PUBLISH);
      const flights = begin();
      flights.sent(CALL, request, undefined);
      flights.sent(PUBLISH, undefined, undefined);
      if (end === "answer") flights.answered(request);
      clock.advance(SWIFT);
      flights.ended(false);
      expect([suspicion(CALL), suspicion(PUBLISH)]).toEqual(["none", "none"]);
    }
  });

  it("@G23 a router that goes away makes nobody a suspect", () => {
    const { begin, suspicion } = setUp();
    const flights = begin();
    flights.sent(CALL, handler(), undefined);
    expect(flights.ended(true)).toBeUndefined();
    expect(suspicion(CALL)).toBe("none");
  });

  it("@G23 the first of many publications without an acknowledgement is the one whose age counts", () => {
    const { clock, begin, cut, suspicion } = setUp();
    cut(1, PUBLISH);
    const flights = begin();
    for (let sent = 0; sent < 30; sent += 1) {
      flights.sent(PUBLISH, undefined, undefined);
      clock.advance(SWIFT / 10);
    }
    expect(suspicion(PUBLISH)).toBe("none");
  });

  it("@G23 a publication without an acknowledgement is caught, and its publisher told", () => {
    const { clock, begin, cut } = setUp();
    cut(2, PUBLISH);
    const flights = begin();
    clock.advance(LASTED);
    const told: string[] = [];
    flights.sent(PUBLISH, undefined, ({ name }) => told.push(name));
    expect(flights.ended(false)).toMatchObject({ handler: undefined });
    expect(told).toEqual(["SetAsideError"]);
  });

  it("@G23 what is accused waits until the session has lived, and then for its turn", () => {
    const { clock, begin, cut } = setUp();
    cut(2, CALL, PUBLISH);
    const flights = begin();
    const released: number[] = [];
    const wait = () => flights.whenReleased(() => released.push(clock.now()));
    const start = clock.now();
    wait();
    clock.advance(LASTED - 1);
    expect([flights.holds(CALL), flights.holds(SUBSCRIBE), released.length]).toEqual([true, false, 0]);
    clock.advance(1);
    expect([flights.holds(CALL), flights.holds(PUBLISH), released]).toEqual([false, false, [start + LASTED]]);
    const request = handler();
    flights.sent(CALL, request, undefined);
    expect(flights.holds(PUBLISH)).toBe(true);
    wait();
    flights.answered(request);
    expect([flights.holds(PUBLISH), released.length]).toEqual([false, 2]);
    flights.close();
    expect(clock.pending).toBe(0);
  });

  it("@G13 @G23 one loss holds nothing up, and does not delay the next restore", () => {
    const { begin, cut } = setUp();
    cut(1, CALL, SUBSCRIBE);
    const flights = begin();
    flights.sent(CALL, handler(), undefined);
    expect([flights.holds(CALL), flights.holds(SUBSCRIBE)]).toEqual([false, false]);
  });

  it("@G23 remembers a limited number of suspects, the latest", () => {
    const { cut, suspects, suspicion } = setUp();
    cut(1, CALL);
    for (let n = 0; n < MOST_SUSPECTS; n += 1) cut(1, suspectKey("call", `com.x${n}`));
    expect([suspects.size, suspicion(CALL)]).toEqual([MOST_SUSPECTS, "none"]);
  });
});
