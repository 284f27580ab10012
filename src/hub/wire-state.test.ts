import { describe, expect, it } from "vitest";
import { transition } from "./wire-state.js";
import type { WireEffect, WireEvent, WireState } from "./wire-state.js";

type Expected = readonly [WireState, WireEffect];

/** Every step. "cannot happen" marks the pairs that the hub never makes. */
const TABLE: Record<WireState, Record<WireEvent, Expected>> = {
  idle: {
    asked: ["requested", "send"],
    restored: ["restoring", "send"],
    // A request that had timed out, while a local entry waits for its turn, or while no tab wants the registration.
    answered: ["established", "activate"],
    refused: ["idle", "none"],
    "refused-for-now": ["idle", "none"],
    "timed-out": ["idle", "none"],
    "session-lost": ["idle", "reject-waiting"],
    "last-left": ["ended", "none"],
    revoked: ["ended", "end-all"],
  },
  requested: {
    asked: ["requested", "none"],
    // Cannot happen: a new session begins after the old one was lost.
    restored: ["requested", "none"],
    answered: ["established", "activate"],
    refused: ["idle", "reject-all-waiting"],
    "refused-for-now": ["idle", "restore-lasting"],
    "timed-out": ["idle", "restore-lasting"],
    "session-lost": ["idle", "reject-waiting"],
    // A subscription whose SUBSCRIBED is undone when it arrives; a registration stays until the answer.
    "last-left": ["ended", "none"],
    revoked: ["ended", "end-all"],
  },
  restoring: {
    asked: ["restoring", "none"],
    // Cannot happen: a new session begins after the old one was lost.
    restored: ["restoring", "none"],
    answered: ["established", "activate"],
    refused: ["ended", "end-all"],
    "refused-for-now": ["retrying", "retry-later"],
    "timed-out": ["retrying", "retry-later"],
    "session-lost": ["idle", "reject-waiting"],
    "last-left": ["ended", "none"],
    revoked: ["ended", "end-all"],
  },
  retrying: {
    asked: ["retrying", "none"],
    restored: ["restoring", "send"],
    // A request that had timed out.
    answered: ["established", "activate"],
    refused: ["retrying", "none"],
    "refused-for-now": ["retrying", "none"],
    "timed-out": ["retrying", "none"],
    "session-lost": ["idle", "reject-waiting"],
    "last-left": ["ended", "none"],
    revoked: ["ended", "end-all"],
  },
  established: {
    asked: ["established", "activate"],
    // Cannot happen: a new session begins after the old one was lost.
    restored: ["established", "none"],
    // The answers to a request that had timed out and to the one after it: the router gives the same id.
    answered: ["established", "activate"],
    // One of these two requests; the other one has been answered.
    refused: ["established", "none"],
    "refused-for-now": ["established", "none"],
    "timed-out": ["established", "none"],
    "session-lost": ["idle", "reject-waiting"],
    "last-left": ["ended", "release"],
    revoked: ["ended", "end-all"],
  },
  ended: {
    // Cannot happen: no local entry belongs to it.
    asked: ["ended", "none"],
    restored: ["ended", "none"],
    answered: ["ended", "release"],
    refused: ["ended", "none"],
    "refused-for-now": ["ended", "none"],
    "timed-out": ["ended", "none"],
    "session-lost": ["ended", "none"],
    "last-left": ["ended", "none"],
    revoked: ["ended", "none"],
  },
};

const STEPS = entriesOf(TABLE).flatMap(([state, events]) =>
  entriesOf(events).map(([event, [next, effect]]) => ({ state, event, next, effect })),
);

describe("a wire subscription or registration", () => {
  it.each(STEPS)("@G2 @G5 @G13 $state, $event: $next, $effect", ({ state, event, next, effect }) => {
    expect(transition(state, event)).toEqual({ state: next, effect });
  });

  it("@G2 @G5 sends a request from idle and retrying only", () => {
    expect(stepsWith("send")).toEqual(["idle, asked", "idle, restored", "retrying, restored"]);
  });

  it("@G2 @G5 gives back what is established, and what is answered too late", () => {
    expect(stepsWith("release")).toEqual(["established, last-left", "ended, answered"]);
  });

  it.each(["requested", "restoring"] as const)(
    "@G7 settles every local entry that waits, when %s ends while there are some",
    (state) => {
      const ends = STEPS.filter((step) => step.state === state && step.next !== state);
      const effects = new Set(ends.filter(({ event }) => event !== "last-left").map(({ effect }) => effect));
      expect(ends.length).toBeGreaterThan(0);
      expect([...effects].filter((effect) => !SETTLING.includes(effect))).toEqual([]);
    },
  );

  it("@G13 a restore is never given up for a reason that may pass", () => {
    for (const event of ["refused-for-now", "timed-out"] as const)
      expect(transition("restoring", event)).toEqual({ state: "retrying", effect: "retry-later" });
  });

  it("@G2 @G5 does not leave ended, and only undoes a late answer", () => {
    const steps = STEPS.filter(({ state }) => state === "ended");
    expect(new Set(steps.map(({ next }) => next))).toEqual(new Set(["ended"]));
    expect(steps.filter(({ effect }) => effect !== "none").map(({ event }) => event)).toEqual(["answered"]);
  });
});

/** Effects that settle the local entries which wait and do not last. */
const SETTLING: readonly WireEffect[] = [
  "activate",
  "reject-waiting",
  "reject-all-waiting",
  "restore-lasting",
  "retry-later",
  "end-all",
];

/** Returns the steps that have an effect, by the real function. */
function stepsWith(effect: WireEffect): string[] {
  return STEPS.filter(({ state, event }) => transition(state, event).effect === effect).map(
    ({ state, event }) => `${state}, ${event}`,
  );
}

function entriesOf<Key extends string, Value>(record: Record<Key, Value>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}
