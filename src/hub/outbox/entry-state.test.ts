import { describe, expect, it } from "vitest";
import { transition } from "./entry-state.js";
import type { EntryEffect, EntryEvent, EntryState } from "./entry-state.js";

type Row = Readonly<Record<EntryEvent, `${EntryState} ${EntryEffect}`>>;

const same = <State extends EntryState>(state: State) =>
  ({
    stored: `${state} none`,
    "not-stored": `${state} none`,
    withdrawn: `${state} none`,
    turn: `${state} none`,
    answered: `${state} none`,
    refused: `${state} none`,
    "refused-for-now": `${state} none`,
    lost: `${state} none`,
    due: `${state} none`,
    expired: `${state} none`,
    canceled: `${state} none`,
    retried: `${state} none`,
    dismissed: `${state} none`,
  }) as const;

/** The whole table: each state with each event. */
const table: Readonly<Record<EntryState, Row>> = {
  storing: {
    ...same("storing"),
    stored: "waiting accept",
    "not-stored": "gone refuse",
    withdrawn: "gone remove",
  },
  waiting: { ...same("waiting"), turn: "sent send", expired: "failed settle", canceled: "gone remove" },
  sent: {
    ...same("sent"),
    answered: "done settle",
    refused: "failed settle",
    "refused-for-now": "delayed delay",
    lost: "waiting none",
    expired: "failed settle",
    canceled: "gone remove",
  },
  delayed: { ...same("delayed"), due: "waiting queue", expired: "failed settle", canceled: "gone remove" },
  done: { ...same("done"), dismissed: "gone remove" },
  failed: { ...same("failed"), dismissed: "gone remove", retried: "waiting queue" },
  gone: same("gone"),
};

const states = Object.keys(table) as EntryState[];
const events = Object.keys(table.gone) as EntryEvent[];
const all = states.flatMap((from) => events.map((event) => ({ from, event, ...transition(from, event) })));

describe("an entry of the outbox @G16", () => {
  it.each(states.flatMap((state) => events.map((event) => [state, event, table[state][event]] as const)))(
    "in state %s: %s leads to %s",
    (state, event, expected) => {
      const { state: next, effect } = transition(state, event);
      expect(`${next} ${effect}`).toBe(expected);
    },
  );

  it("sends from waiting only, which is reached from storing, sent, delayed and failed", () => {
    expect(all.filter(({ effect }) => effect === "send").map(({ from }) => from)).toEqual(["waiting"]);
    const sources = all.filter(({ from, state }) => state === "waiting" && from !== "waiting");
    expect(sources.map(({ from }) => from)).toEqual(["storing", "sent", "delayed", "failed"]);
  });

  it("leaves done only for gone", () => {
    expect(new Set(all.filter(({ from }) => from === "done").map(({ state }) => state))).toEqual(
      new Set(["done", "gone"]),
    );
  });

  it("does not leave gone", () => {
    for (const { from, state, effect } of all)
      if (from === "gone") expect([state, effect]).toEqual(["gone", "none"]);
  });

  it("can be canceled and expires until it is settled", () => {
    const from = (event: EntryEvent) =>
      all.filter((each) => each.event === event && each.effect !== "none").map((each) => each.from);
    expect([from("canceled"), from("expired")]).toEqual([
      ["waiting", "sent", "delayed"],
      ["waiting", "sent", "delayed"],
    ]);
  });
});
