import { describe, expect, it } from "vitest";
import { RetainedRequests } from "./retained-requests.js";

/** Askers and events are words; positions are counts of the messages received. */
const setUp = () => new RetainedRequests<string, string>();

describe("whose a retained event is", () => {
  it("@G3 that comes before SUBSCRIBED: the one's who asked", () => {
    const turns = setUp();
    turns.begin("a");
    expect(turns.recipientOf("event 1", 1)).toBe("early");
    expect(turns.recipientOf("event 2", 2)).toBe("early");
    expect(turns.answered(3)).toEqual({ asker: "a", events: ["event 1", "event 2"] });
  });

  it("@G3 that comes after SUBSCRIBED, and nobody else has asked: the last one's", () => {
    const turns = setUp();
    turns.begin("a");
    expect(turns.answered(1)).toEqual({ asker: "a", events: [] });
    expect([turns.recipientOf("event", 5), turns.recipientOf("event", 6)]).toEqual(["a", "a"]);
  });

  it("@G3 that comes directly after SUBSCRIBED, while another asks: the last one's, and the next event the other's", () => {
    const turns = setUp();
    turns.begin("a");
    turns.answered(1);
    turns.begin("b");
    expect([turns.recipientOf("of a", 2), turns.recipientOf("of b", 3)]).toEqual(["a", "early"]);
    expect(turns.answered(4)).toEqual({ asker: "b", events: ["of b"] });
  });

  it("@G3 that does not come directly after SUBSCRIBED, while another asks: the other's", () => {
    const turns = setUp();
    turns.begin("a");
    turns.answered(1);
    turns.begin("b");
    expect(turns.recipientOf("event", 3)).toBe("early");
    expect(turns.answered(4)).toEqual({ asker: "b", events: ["event"] });
  });

  it("@G3 that comes directly after SUBSCRIBED of one that has its own: the other's", () => {
    const turns = setUp();
    turns.begin("a");
    turns.recipientOf("of a", 1);
    turns.answered(2);
    turns.begin("b");
    expect(turns.recipientOf("of b", 3)).toBe("early");
  });

  it("@G3 that nobody has asked for, or whose asker's connection is gone: nobody's", () => {
    const turns = setUp();
    expect(turns.recipientOf("event", 1)).toBeUndefined();
    turns.begin("a");
    turns.answered(1);
    turns.begin("b");
    turns.reset();
    expect([turns.recipientOf("event", 2), turns.answered(3)]).toEqual([undefined, undefined]);
  });
});

describe("whose turn it is to ask", () => {
  it("@G3 one at a time, in their order", () => {
    const turns = setUp();
    for (const asker of ["a", "b"]) turns.enqueue(asker);
    expect([turns.next(), turns.next()]).toEqual(["a", undefined]);
    turns.answered(1);
    expect(turns.next()).toBe("b");
    turns.answered(2);
    expect(turns.next()).toBeUndefined();
  });

  it("@G3 never one's that has given up", () => {
    const turns = setUp();
    for (const asker of ["a", "b", "c"]) turns.enqueue(asker);
    turns.remove("a");
    turns.remove("b");
    expect(turns.next()).toBe("c");
  });

  it("@G3 one waits until SUBSCRIBED, or until it has given up", () => {
    const turns = setUp();
    for (const asker of ["a", "b"]) turns.enqueue(asker);
    turns.next();
    expect(["a", "b", "c"].map((asker) => turns.waits(asker))).toEqual([true, true, false]);
    turns.answered(1);
    turns.remove("b");
    expect(["a", "b"].map((asker) => turns.waits(asker))).toEqual([false, false]);
  });
});
