import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SessionClosedError } from "../errors/outcome-errors.js";
import { JoinError } from "../errors/session-errors.js";
import { ContractMismatchError, UnsupportedError, WorkerStartError } from "../errors/worker-errors.js";
import type { WorkerStartReason } from "../errors/worker-errors.js";
import { MAX_SUSPICIOUS, SERVED, afterSetback, outlook } from "./setbacks.js";
import type { NextAttempt, Outlook, Setback, Setbacks } from "./setbacks.js";

const startError = (reason: WorkerStartReason): WorkerStartError =>
  new WorkerStartError("m", { reason, url: "worker.js" });

const outlooks: Readonly<Record<WorkerStartReason, Outlook>> = {
  network: "passes",
  "not-found": "passes",
  timeout: "passes",
  elsewhere: "passes",
  unknown: "passes",
  "wrong-type": "passes",
  script: "suspicious",
  "no-url": "final",
  "cross-origin": "final",
  csp: "final",
  unsupported: "final",
};

const samples: Readonly<Record<Outlook | "lost soon" | "lost late", Setback>> = {
  passes: { kind: "failed", error: startError("network") },
  suspicious: { kind: "failed", error: startError("script") },
  final: { kind: "failed", error: startError("csp") },
  "lost soon": { kind: "lost", servedFor: SERVED - 1 },
  "lost late": { kind: "lost", servedFor: SERVED },
};

type Situation = "fresh" | "failing" | "suspicious" | "last suspicion" | "last attempt";
const situations: Readonly<Record<Situation, Setbacks>> = {
  fresh: { attempts: 0, suspicious: 0 },
  failing: { attempts: 3, suspicious: 0 },
  suspicious: { attempts: 2, suspicious: 2 },
  "last suspicion": { attempts: 0, suspicious: MAX_SUSPICIOUS - 1 },
  "last attempt": { attempts: 9, suspicious: 0 },
};
const MAX_ATTEMPTS = 10;

const giveUp = undefined;
const attach = (failures: number, attempts: number, suspicious: number): NextAttempt => ({
  failures,
  attempts,
  suspicious,
});

const table: Readonly<Record<Situation, Readonly<Record<keyof typeof samples, NextAttempt | undefined>>>> = {
  fresh: {
    passes: attach(1, 1, 0),
    suspicious: attach(1, 1, 1),
    final: giveUp,
    "lost soon": attach(0, 0, 1),
    "lost late": attach(0, 0, 0),
  },
  failing: {
    passes: attach(4, 4, 0),
    suspicious: attach(4, 4, 1),
    final: giveUp,
    "lost soon": attach(0, 0, 1),
    "lost late": attach(0, 0, 0),
  },
  suspicious: {
    passes: attach(3, 3, 0),
    suspicious: attach(3, 3, 3),
    final: giveUp,
    "lost soon": attach(2, 0, 3),
    "lost late": attach(0, 0, 0),
  },
  "last suspicion": {
    passes: attach(1, 1, 0),
    suspicious: giveUp,
    final: giveUp,
    "lost soon": giveUp,
    "lost late": attach(0, 0, 0),
  },
  "last attempt": {
    passes: giveUp,
    suspicious: giveUp,
    final: giveUp,
    "lost soon": attach(0, 0, 1),
    "lost late": attach(0, 0, 0),
  },
};

describe("the reason why a worker did not start", () => {
  it.each(Object.entries(outlooks))("@G17 %s: %s", (reason, expected) => {
    expect(outlook(startError(reason as WorkerStartReason))).toBe(expected);
  });

  it.each<[unknown, Outlook]>([
    [new UnsupportedError("locks", { missing: ["navigator.locks"] }), "passes"],
    [new ContractMismatchError("version", { tab: 1, worker: 2 }), "final"],
    [new JoinError("other credentials", { uri: "u", details: {} }), "final"],
    [new SessionClosedError("closed"), "final"],
    [new Error("a defect of the hub"), "suspicious"],
    ["thrown text", "suspicious"],
  ])("%s: %s", (error, expected) => {
    expect(outlook(error)).toBe(expected);
  });
});

describe("after a setback", () => {
  const cells = Object.entries(table).flatMap(([situation, row]) =>
    Object.entries(row).map(([sample, step]) => [situation, sample, step] as const),
  );
  it.each(cells)("@G17 %s, %s", (situation, sample, step) => {
    const before = situations[situation as Situation];
    expect(afterSetback(before, samples[sample as keyof typeof samples], MAX_ATTEMPTS)).toEqual(step);
  });

  it("@G17 reasons that pass never end the session by themselves", () => {
    const passing = fc.constantFrom<Setback>(samples.passes, samples["lost late"]);
    fc.assert(
      fc.property(fc.array(passing), (setbacks) => {
        let before = situations.fresh;
        for (const setback of setbacks) {
          const step = afterSetback(before, setback, Infinity);
          if (step === undefined) throw new Error("it gave up");
          before = step;
          expect(before.suspicious).toBe(0);
        }
      }),
    );
  });
});
