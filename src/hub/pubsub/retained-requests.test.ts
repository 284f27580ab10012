import { describe, expect, it } from "vitest";
import { RetainedRequests } from "./retained-requests.js";

/** Subscribers and events are words; positions are counts of the messages received. */
const setUp = () => new RetainedRequests<string, string>();

describe("a retained event", () => {
  it("@G3 that arrives before SUBSCRIBED belongs to the subscriber whose request is in flight", () => {
    const requests = setUp();
    requests.begin("a");
    expect(requests.recipientOf("event 1", 1)).toBe("early");
    expect(requests.recipientOf("event 2", 2)).toBe("early");
    expect(requests.answered("a", 3)).toEqual(["event 1", "event 2"]);
  });

  it("@G3 that arrives after SUBSCRIBED, while no other request is in flight, belongs to the subscriber answered last", () => {
    const requests = setUp();
    requests.begin("a");
    expect(requests.answered("a", 1)).toEqual([]);
    expect([requests.recipientOf("event", 5), requests.recipientOf("event", 6)]).toEqual(["a", "a"]);
  });

  it("@G3 that arrives directly after SUBSCRIBED, while another request is in flight, belongs to the subscriber answered last, and the next event to the other one", () => {
    const requests = setUp();
    requests.begin("a");
    requests.answered("a", 1);
    requests.begin("b");
    expect([requests.recipientOf("of a", 2), requests.recipientOf("of b", 3)]).toEqual(["a", "early"]);
    expect(requests.answered("b", 4)).toEqual(["of b"]);
  });

  it("@G3 that does not arrive directly after SUBSCRIBED, while another request is in flight, belongs to the subscriber of that request", () => {
    const requests = setUp();
    requests.begin("a");
    requests.answered("a", 1);
    requests.begin("b");
    expect(requests.recipientOf("event", 3)).toBe("early");
    expect(requests.answered("b", 4)).toEqual(["event"]);
  });

  it("@G3 that arrives directly after the SUBSCRIBED of a subscriber that has its own belongs to the other", () => {
    const requests = setUp();
    requests.begin("a");
    requests.recipientOf("of a", 1);
    requests.answered("a", 2);
    requests.begin("b");
    expect(requests.recipientOf("of b", 3)).toBe("early");
  });

  it("@G3 belongs to no subscriber if none requested it, or if the connection has been lost", () => {
    const requests = setUp();
    expect(requests.recipientOf("event", 1)).toBeUndefined();
    requests.begin("a");
    requests.answered("a", 1);
    requests.begin("b");
    requests.reset();
    expect([requests.recipientOf("event", 2), requests.answered("b", 3)]).toEqual([undefined, []]);
  });
});

describe("requests for the retained event", () => {
  it("@G3 are sent one at a time, in order", () => {
    const requests = setUp();
    for (const subscriber of ["a", "b"]) requests.enqueue(subscriber);
    expect([requests.next(), requests.next()]).toEqual(["a", undefined]);
    requests.answered("a", 1);
    expect(requests.next()).toBe("b");
    requests.answered("b", 2);
    expect(requests.next()).toBeUndefined();
  });

  it("@G3 are not sent for a subscriber that has left", () => {
    const requests = setUp();
    for (const subscriber of ["a", "b", "c"]) requests.enqueue(subscriber);
    requests.remove("a");
    requests.remove("b");
    expect(requests.next()).toBe("c");
  });

  it("@G3 wait until SUBSCRIBED, or until the subscriber has left", () => {
    const requests = setUp();
    for (const subscriber of ["a", "b"]) requests.enqueue(subscriber);
    requests.next();
    expect(["a", "b", "c"].map((subscriber) => requests.isWaiting(subscriber))).toEqual([true, true, false]);
    requests.answered("a", 1);
    requests.remove("b");
    expect(["a", "b"].map((subscriber) => requests.isWaiting(subscriber))).toEqual([false, false]);
  });
});
