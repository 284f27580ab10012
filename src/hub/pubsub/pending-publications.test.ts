import { describe, expect, it } from "vitest";
import { PendingPublications } from "./pending-publications.js";

const exact = { topic: "com.a", match: "exact" } as const;
const prefix = { topic: "com.", match: "prefix" } as const;

describe("publications that are out", () => {
  it("@G4 may cause the events that arrive after they were sent, until they are answered in any order", () => {
    const pending = new PendingPublications();
    const [one, two, three] = ["com.a", "com.a", "com.a"].map((topic) => pending.add(topic));
    if (one === undefined || two === undefined || three === undefined) return;
    const seen = () =>
      [0, one, two, three].map((each) =>
        pending.mayCause(exact, undefined, Number(typeof each === "number" ? each : each.number)),
      );
    expect(seen()).toEqual([false, true, true, true]);
    pending.remove(two);
    expect(seen()).toEqual([false, true, true, true]);
    pending.remove(one);
    expect(seen()).toEqual([false, false, false, true]);
    for (let times = 0; times < 2; times += 1) pending.remove(three);
    expect(seen()).toEqual([false, false, false, false]);
  });

  it("@G4 may cause only events of their topic; an event of a pattern that lacks its topic comes from any that matches", () => {
    const pending = new PendingPublications();
    const { number } = pending.add("com.a");
    expect(pending.mayCause({ topic: "com.b", match: "exact" }, "com.a", number)).toBe(false);
    expect(pending.mayCause(prefix, "com.a", number)).toBe(true);
    expect(pending.mayCause(prefix, "com.b", number)).toBe(false);
    expect(pending.mayCause(prefix, undefined, number)).toBe(true);
    expect(pending.mayCause(prefix, undefined, number - 1)).toBe(false);
    expect(pending.mayCause({ topic: "org.", match: "prefix" }, undefined, number)).toBe(false);
  });

  it("@G4 of a lost session are forgotten, and their late removal does not touch those of the next one", () => {
    const pending = new PendingPublications();
    const lost = pending.add("com.a");
    pending.clear();
    const { number } = pending.add("com.a");
    pending.remove(lost);
    expect([number, pending.last, pending.mayCause(exact, undefined, number)]).toEqual([2, 2, true]);
  });
});
