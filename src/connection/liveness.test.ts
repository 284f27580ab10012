import { describe, expect, it } from "vitest";
import type { ErrorRecord } from "../contract/errors.js";
import { FakeClock } from "../testing/fake-clock.js";
import { ANSWER_TIME, SHORT_ANSWER_TIME, createLiveness } from "./liveness.js";
import type { LivenessParts } from "./liveness.js";

const SILENCE = 30_000;

function setUp(changes: Partial<LivenessParts> = {}) {
  const clock = new FakeClock();
  /** Milliseconds that the computer has slept while `clock` stood still. */
  let slept = 0;
  let isNeeded = true;
  let unsent = 0;
  const probes: number[] = [];
  const deaths: { readonly silence: number; readonly error: ErrorRecord | undefined }[] = [];
  const start = clock.now();
  const liveness = createLiveness({
    clock,
    wallTime: () => clock.now() + slept,
    probeAfter: SILENCE,
    isNeeded: () => isNeeded,
    unsent: () => unsent,
    probe: () => probes.push(clock.now() - start),
    dead: (silence, error) => {
      deaths.push({ silence, error });
      liveness.close();
    },
    ...changes,
  });
  return {
    clock,
    liveness,
    probes,
    deaths,
    sleep: (milliseconds: number) => (slept += milliseconds),
    need: (value: boolean) => (isNeeded = value),
    setUnsent: (bytes: number) => (unsent = bytes),
  };
}

describe("the liveness of a connection", () => {
  it("@G12 is asked for after a silence, and its absence in time is a loss", () => {
    const { clock, probes, deaths } = setUp();
    clock.advance(SILENCE - 1);
    expect(probes).toEqual([]);
    clock.advance(1);
    expect(probes).toEqual([SILENCE]);
    clock.advance(ANSWER_TIME - 1);
    expect(deaths).toEqual([]);
    clock.advance(1);
    expect(deaths).toEqual([{ silence: SILENCE + ANSWER_TIME, error: undefined }]);
    expect(clock.pending).toBe(0);
  });

  it("@G12 is shown by any message, also in place of the answer", () => {
    const { clock, liveness, probes, deaths } = setUp();
    for (let time = 0; time < 10 * SILENCE; time += SILENCE - 1) {
      clock.advance(SILENCE - 1);
      liveness.heard();
    }
    expect(probes).toEqual([]);
    clock.advance(SILENCE + ANSWER_TIME - 1);
    expect(probes).toHaveLength(1);
    liveness.heard();
    clock.advance(SILENCE - 1);
    expect([probes.length, deaths.length]).toEqual([1, 0]);
    clock.advance(1);
    expect(probes).toHaveLength(2);
    liveness.close();
    expect(clock.pending).toBe(0);
  });

  it("@G12 is not asked for while nothing would be lost, or if it is not to be observed", () => {
    const { clock, probes, need, liveness } = setUp();
    need(false);
    clock.advance(10 * SILENCE);
    expect(probes).toEqual([]);
    need(true);
    // The next look.
    clock.advance(5_000);
    expect(probes).toHaveLength(1);
    liveness.close();
    for (const changes of [{ probeAfter: 0 }, { wallTime: undefined }])
      expect(setUp(changes).clock.pending).toBe(0);
  });

  it("@G12 is asked for as soon as the computer wakes up, whether or not the clock stood still meanwhile", () => {
    const standing = setUp();
    standing.clock.advance(1_000);
    standing.sleep(3_600_000);
    standing.clock.advance(4_000);
    expect(standing.probes).toEqual([5_000]);
    standing.clock.advance(SHORT_ANSWER_TIME);
    expect(standing.deaths).toHaveLength(1);

    const running = setUp();
    running.clock.jump(3_600_000);
    running.clock.advance(0);
    expect(running.probes).toEqual([3_600_000]);
    running.clock.advance(SHORT_ANSWER_TIME);
    expect(running.deaths).toHaveLength(1);
  });

  it("@G12 has time again if the computer slept while it was asked for", () => {
    const { clock, liveness, sleep, probes, deaths } = setUp();
    liveness.ask(ANSWER_TIME);
    sleep(3_600_000);
    clock.advance(ANSWER_TIME);
    expect([probes.length > 1, deaths.length]).toEqual([true, 0]);
    liveness.heard();
    liveness.close();
  });

  it("@G12 is asked for once, with the earliest deadline", () => {
    const { clock, liveness, probes, deaths } = setUp();
    const error = { name: "TimeoutError", message: "overdue", fields: { timeout: 1, sent: true } } as const;
    liveness.ask(ANSWER_TIME, error);
    liveness.ask(ANSWER_TIME);
    expect(probes).toHaveLength(1);
    liveness.ask(SHORT_ANSWER_TIME);
    liveness.ask(ANSWER_TIME);
    expect(probes).toHaveLength(2);
    clock.advance(SHORT_ANSWER_TIME);
    expect(deaths).toHaveLength(1);
    clock.advance(ANSWER_TIME);
    expect(deaths).toHaveLength(1);

    const restored = setUp();
    restored.liveness.ask(ANSWER_TIME, error);
    restored.clock.advance(ANSWER_TIME);
    expect(restored.deaths).toMatchObject([{ error }]);
  });

  it("@G12 is shown by bytes that go out, behind which the request waits", () => {
    const { clock, liveness, setUnsent, deaths } = setUp();
    setUnsent(10_000_000);
    liveness.ask(ANSWER_TIME);
    setUnsent(6_000_000);
    clock.advance(ANSWER_TIME);
    expect(deaths).toEqual([]);
    clock.advance(ANSWER_TIME);
    expect(deaths).toHaveLength(1);
  });
});
