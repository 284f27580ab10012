import { describe, expect, it } from "vitest";
import { transition } from "./wire-subscription-state.js";
import type {
  WireSubscriptionEffect,
  WireSubscriptionEvent,
  WireSubscriptionState,
} from "./wire-subscription-state.js";

type Expected = readonly [WireSubscriptionState, WireSubscriptionEffect];

/** Every step. "cannot happen" marks the pairs that the hub never makes; they change nothing. */
const TABLE: Record<WireSubscriptionState, Record<WireSubscriptionEvent, Expected>> = {
  unsubscribed: {
    asked: ["subscribing", "subscribe"],
    restored: ["restoring", "subscribe"],
    // A SUBSCRIBE that had timed out, while a local subscription waits for its turn.
    answered: ["subscribed", "activate"],
    refused: ["unsubscribed", "none"],
    "refused-for-now": ["unsubscribed", "none"],
    "timed-out": ["unsubscribed", "none"],
    "session-lost": ["unsubscribed", "reject-waiting"],
    "last-left": ["ended", "none"],
    // Cannot happen: the router revokes by id.
    revoked: ["unsubscribed", "none"],
  },
  subscribing: {
    asked: ["subscribing", "none"],
    // Cannot happen: a new session begins after the old one was lost.
    restored: ["subscribing", "none"],
    answered: ["subscribed", "activate"],
    refused: ["unsubscribed", "reject-all-waiting"],
    "refused-for-now": ["unsubscribed", "restore-lasting"],
    "timed-out": ["unsubscribed", "restore-lasting"],
    "session-lost": ["unsubscribed", "reject-waiting"],
    // SUBSCRIBED is undone when it arrives.
    "last-left": ["ended", "none"],
    // Cannot happen: the router revokes by id.
    revoked: ["subscribing", "none"],
  },
  restoring: {
    asked: ["restoring", "none"],
    // Cannot happen: a new session begins after the old one was lost.
    restored: ["restoring", "none"],
    answered: ["subscribed", "activate"],
    refused: ["ended", "end-all"],
    "refused-for-now": ["retrying", "retry-later"],
    "timed-out": ["retrying", "retry-later"],
    "session-lost": ["unsubscribed", "reject-waiting"],
    "last-left": ["ended", "none"],
    // Cannot happen: the router revokes by id.
    revoked: ["restoring", "none"],
  },
  retrying: {
    asked: ["retrying", "none"],
    restored: ["restoring", "subscribe"],
    // A SUBSCRIBE that had timed out.
    answered: ["subscribed", "activate"],
    refused: ["retrying", "none"],
    "refused-for-now": ["retrying", "none"],
    "timed-out": ["retrying", "none"],
    "session-lost": ["unsubscribed", "reject-waiting"],
    "last-left": ["ended", "none"],
    // Cannot happen: the router revokes by id.
    revoked: ["retrying", "none"],
  },
  subscribed: {
    asked: ["subscribed", "join"],
    // Cannot happen: a new session begins after the old one was lost.
    restored: ["subscribed", "none"],
    // The answers to a SUBSCRIBE that had timed out and to the one after it: the router gives the same id.
    answered: ["subscribed", "activate"],
    // One of these two SUBSCRIBEs; the other one has been answered.
    refused: ["subscribed", "none"],
    "refused-for-now": ["subscribed", "none"],
    "timed-out": ["subscribed", "none"],
    "session-lost": ["unsubscribed", "reject-waiting"],
    "last-left": ["ended", "unsubscribe"],
    revoked: ["ended", "end-all"],
  },
  ended: {
    // Cannot happen: no local subscription belongs to it.
    asked: ["ended", "none"],
    restored: ["ended", "none"],
    answered: ["ended", "undo"],
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

describe("a wire subscription", () => {
  it.each(STEPS)("@G2 $state, $event: $next, $effect", ({ state, event, next, effect }) => {
    expect(transition(state, event)).toEqual({ state: next, effect });
  });

  it("@G2 sends SUBSCRIBE from unsubscribed and retrying only", () => {
    expect(statesBefore("subscribe")).toEqual(["unsubscribed", "retrying"]);
  });

  it("@G2 sends UNSUBSCRIBE from subscribed only", () => {
    expect(statesBefore("unsubscribe")).toEqual(["subscribed"]);
  });

  it.each(["subscribing", "restoring"] as const)(
    "@G7 settles every local subscription that waits, when %s ends while there are some",
    (state) => {
      const ends = STEPS.filter((step) => step.state === state && step.next !== state);
      const effects = new Set(ends.filter(({ event }) => event !== "last-left").map(({ effect }) => effect));
      expect(ends.length).toBeGreaterThan(0);
      expect([...effects].filter((effect) => !SETTLING.includes(effect))).toEqual([]);
    },
  );

  it("@G2 does not leave ended, and only undoes a late SUBSCRIBED", () => {
    const steps = STEPS.filter(({ state }) => state === "ended");
    expect(new Set(steps.map(({ next }) => next))).toEqual(new Set(["ended"]));
    expect(steps.filter(({ effect }) => effect !== "none").map(({ event }) => event)).toEqual(["answered"]);
  });
});

/** Effects that settle the local subscriptions which wait for SUBSCRIBED and do not last. */
const SETTLING: readonly WireSubscriptionEffect[] = [
  "activate",
  "reject-waiting",
  "reject-all-waiting",
  "restore-lasting",
  "retry-later",
  "end-all",
];

/** Returns the states in which a step has an effect, by the real function. */
function statesBefore(effect: WireSubscriptionEffect): WireSubscriptionState[] {
  const states = STEPS.filter(({ state, event }) => transition(state, event).effect === effect);
  return [...new Set(states.map(({ state }) => state))];
}

function entriesOf<Key extends string, Value>(record: Record<Key, Value>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}
