import { describe, expect, it } from "vitest";
import type { PublicationId, WireSubscriptionId } from "../../protocol/ids.js";
import type { Event } from "../../protocol/messages.js";
import { json } from "../../testing/harness.js";
import { createUnclaimedEvents } from "./unclaimed-events.js";

const id = (number: number) => number as WireSubscriptionId;
const event = (subscription: number, publication: number): Event => ({
  type: "EVENT",
  subscription: id(subscription),
  publication: publication as PublicationId,
  details: { retained: true },
  payload: json(),
});
const publications = (events: readonly Event[]) => events.map(({ publication }) => publication);

describe("events that no subscription has claimed", () => {
  it("@G3 are claimed once, each by its subscription", () => {
    const events = createUnclaimedEvents();
    events.subscribeSent();
    for (const each of [event(1, 10), event(2, 20), event(1, 11)]) events.add(each);
    expect(publications(events.claim(id(1)))).toEqual([10, 11]);
    expect(events.claim(id(1))).toEqual([]);
    expect(publications(events.claim(id(2)))).toEqual([20]);
  });

  it("@G3 are kept only until every SUBSCRIBE has been answered", () => {
    const events = createUnclaimedEvents();
    events.add(event(1, 10));
    for (let sent = 0; sent < 2; sent += 1) events.subscribeSent();
    events.add(event(1, 11));
    events.subscribeAnswered();
    expect(publications(events.claim(id(1)))).toEqual([11]);
    events.add(event(1, 12));
    events.subscribeAnswered();
    expect(events.claim(id(1))).toEqual([]);
  });

  it("@G3 are forgotten with the session, and so are its SUBSCRIBEs", () => {
    const events = createUnclaimedEvents();
    events.subscribeSent();
    events.add(event(1, 10));
    events.reset();
    events.add(event(1, 11));
    expect(events.claim(id(1))).toEqual([]);
  });

  it("@G3 are limited to the newest thousand", () => {
    const events = createUnclaimedEvents();
    events.subscribeSent();
    for (let publication = 1; publication <= 1_001; publication += 1) events.add(event(1, publication));
    const kept = publications(events.claim(id(1)));
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([1_000, 2, 1_001]);
  });

  it("@G3 are found by the id of their subscription, without a search among those of others", () => {
    let reads = 0;
    const events = createUnclaimedEvents();
    events.subscribeSent();
    for (let number = 1; number <= 1_000; number += 1) {
      const one = event(number, number);
      events.add({
        ...one,
        get subscription() {
          reads += 1;
          return one.subscription;
        },
      });
    }
    const readsToAdd = reads;
    for (let number = 1; number <= 1_000; number += 1)
      expect(publications(events.claim(id(number)))).toEqual([number]);
    expect([readsToAdd <= 2_000, reads - readsToAdd]).toEqual([true, 0]);
  });

  it("@G3 that are old and claimed make room for new ones", () => {
    const events = createUnclaimedEvents();
    events.subscribeSent();
    events.add(event(1, 1));
    events.claim(id(1));
    for (let publication = 2; publication <= 1_001; publication += 1) events.add(event(1, publication));
    expect(publications(events.claim(id(1)))).toHaveLength(1_000);
  });
});
