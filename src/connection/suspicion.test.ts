import { describe, expect, it } from "vitest";
import { nextSuspicion } from "./suspicion.js";
import type { Suspicion, SuspicionEvent } from "./suspicion.js";

/** Every step. */
const TABLE: Record<Suspicion, Record<SuspicionEvent, Suspicion>> = {
  none: {
    cut: "suspected",
    // Cannot happen: only an accused one is caught.
    caught: "none",
    survived: "none",
    // Cannot happen: it has no term.
    expired: "none",
  },
  suspected: {
    cut: "accused",
    // Cannot happen, as above.
    caught: "suspected",
    survived: "none",
    expired: "suspected",
  },
  accused: {
    // In flight on a session that had not lived without it, which proves nothing.
    cut: "accused",
    caught: "set-aside",
    survived: "none",
    // Cannot happen: it has no term.
    expired: "accused",
  },
  "set-aside": {
    // Cannot happen: it is not sent.
    cut: "set-aside",
    caught: "set-aside",
    survived: "set-aside",
    expired: "accused",
  },
};

const STEPS = (Object.keys(TABLE) as Suspicion[]).flatMap((state) =>
  (Object.keys(TABLE[state]) as SuspicionEvent[]).map((event) => ({
    state,
    event,
    next: TABLE[state][event],
  })),
);

describe("the suspicion against a request", () => {
  it.each(STEPS)("@G23 $state, $event: $next", ({ state, event, next }) => {
    expect(nextSuspicion(state, event)).toBe(next);
  });

  it("@G23 sets aside after three ends in a row only", () => {
    const after = (...events: readonly SuspicionEvent[]) => events.reduce<Suspicion>(nextSuspicion, "none");
    expect(after("cut", "cut", "caught")).toBe("set-aside");
    expect(after("cut", "caught")).toBe("suspected");
    expect(after("cut", "cut", "cut", "cut")).toBe("accused");
    expect(after("cut", "cut", "survived", "cut", "caught")).toBe("suspected");
  });

  it("@G23 forgets what a session has survived", () => {
    for (const state of ["suspected", "accused"] as const)
      expect(nextSuspicion(state, "survived")).toBe("none");
  });

  it("@G23 lets it try again after its term", () => {
    expect(nextSuspicion(nextSuspicion("set-aside", "expired"), "caught")).toBe("set-aside");
  });
});
