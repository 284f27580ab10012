import { describe, expect, it } from "vitest";
import type { ErrorRecord } from "../../contract/errors.js";
import { awaitsAnswer, isCurrent, RESTORE_ATTEMPTS, transition } from "./wire-registration-state.js";
import type {
  EventName,
  StateName,
  WireRegistrationEffect,
  WireRegistrationEvent,
} from "./wire-registration-state.js";

/** "-": the event changes nothing; else the state that follows, and the effects in their order. */
type Expected = "-" | readonly [StateName, ...WireRegistrationEffect[]];

const error: ErrorRecord = { name: "OfflineError", message: "the reason" };

const events: Record<EventName, WireRegistrationEvent> = {
  requested: { name: "requested" },
  challenged: { name: "challenged" },
  "restore due": { name: "restore due" },
  "turn came": { name: "turn came" },
  "local joined": { name: "local joined" },
  "last local left": { name: "last local left" },
  registered: { name: "registered" },
  "already exists": { name: "already exists", error },
  refused: { name: "refused", error },
  "refused for now": { name: "refused for now", error },
  "deadline passed": { name: "deadline passed", error },
  "session lost": { name: "session lost", error },
  revoked: { name: "revoked", error },
  displaced: { name: "displaced", error },
};

const table: Record<StateName, Record<EventName, Expected>> = {
  unregistered: {
    requested: ["registering", "register"],
    challenged: ["challenging", "register"],
    "restore due": ["restore queued", "queue"],
    "turn came": "-",
    "local joined": "-",
    "last local left": ["ended"],
    registered: "-",
    "already exists": "-",
    refused: "-",
    "refused for now": "-",
    "deadline passed": "-",
    "session lost": "-",
    revoked: "-",
    displaced: ["ended", "end locals"],
  },
  registering: {
    requested: "-",
    challenged: "-",
    "restore due": "-",
    "turn came": "-",
    "local joined": "-",
    "last local left": ["abandoned"],
    registered: ["registered", "activate locals"],
    "already exists": ["ended", "end locals"],
    refused: ["ended", "end locals"],
    "refused for now": ["unregistered", "reject waiting", "restore lasting"],
    "deadline passed": ["overdue", "reject waiting", "restore lasting"],
    "session lost": ["unregistered", "reject waiting"],
    revoked: "-",
    displaced: ["displaced", "end locals"],
  },
  restoring: {
    requested: "-",
    challenged: "-",
    "restore due": "-",
    "turn came": "-",
    "local joined": "-",
    "last local left": ["restore abandoned"],
    registered: ["registered", "activate locals"],
    "already exists": ["retrying", "retry later"],
    refused: ["ended", "end locals"],
    "refused for now": ["retrying", "retry later"],
    "deadline passed": ["retrying", "retry later"],
    "session lost": ["unregistered", "reject waiting"],
    revoked: "-",
    displaced: ["displaced", "end locals"],
  },
  retrying: {
    requested: "-",
    challenged: "-",
    "restore due": ["restore queued", "queue"],
    "turn came": "-",
    "local joined": "-",
    "last local left": ["ended"],
    registered: ["registered", "activate locals"],
    "already exists": "-",
    refused: "-",
    "refused for now": "-",
    "deadline passed": "-",
    "session lost": ["unregistered", "reject waiting"],
    revoked: "-",
    displaced: ["ended", "end locals"],
  },
  registered: {
    requested: "-",
    challenged: "-",
    "restore due": "-",
    "turn came": "-",
    "local joined": ["registered", "activate locals"],
    "last local left": ["ended", "unregister"],
    registered: "-",
    "already exists": "-",
    refused: "-",
    "refused for now": "-",
    "deadline passed": "-",
    "session lost": ["unregistered"],
    revoked: ["ended", "end locals"],
    displaced: ["ended", "end locals"],
  },
  abandoned: {
    requested: "-",
    challenged: "-",
    "restore due": "-",
    "turn came": "-",
    "local joined": ["registering"],
    "last local left": "-",
    registered: ["ended", "unregister"],
    "already exists": ["ended"],
    refused: ["ended"],
    "refused for now": ["ended"],
    "deadline passed": ["overdue"],
    "session lost": ["unregistered"],
    revoked: "-",
    displaced: ["displaced"],
  },
  "restore abandoned": {
    requested: "-",
    challenged: "-",
    "restore due": "-",
    "turn came": "-",
    "local joined": ["restoring"],
    "last local left": "-",
    registered: ["ended", "unregister"],
    "already exists": ["ended"],
    refused: ["ended"],
    "refused for now": ["ended"],
    "deadline passed": ["overdue"],
    "session lost": ["unregistered"],
    revoked: "-",
    displaced: ["displaced"],
  },
  overdue: {
    requested: "-",
    challenged: "-",
    "restore due": "-",
    "turn came": "-",
    "local joined": ["registering", "register"],
    "last local left": "-",
    registered: ["ended", "unregister"],
    "already exists": ["ended"],
    refused: ["ended"],
    "refused for now": ["ended"],
    "deadline passed": "-",
    "session lost": ["unregistered"],
    revoked: "-",
    displaced: ["displaced"],
  },
  "restore queued": {
    requested: "-",
    challenged: "-",
    "restore due": "-",
    "turn came": ["restoring", "register"],
    "local joined": "-",
    "last local left": ["ended"],
    registered: ["registered", "activate locals"],
    "already exists": "-",
    refused: "-",
    "refused for now": "-",
    "deadline passed": "-",
    "session lost": ["unregistered", "reject waiting"],
    revoked: "-",
    displaced: ["ended", "end locals"],
  },
  challenging: {
    requested: "-",
    challenged: "-",
    "restore due": "-",
    "turn came": "-",
    "local joined": "-",
    "last local left": ["challenge abandoned"],
    registered: ["registered", "displace", "activate locals"],
    "already exists": ["ended", "end locals"],
    refused: ["ended", "end locals"],
    "refused for now": ["ended", "end locals"],
    "deadline passed": ["challenge abandoned", "end locals"],
    "session lost": ["ended", "end locals"],
    revoked: "-",
    displaced: ["displaced", "end locals"],
  },
  "challenge abandoned": {
    requested: "-",
    challenged: "-",
    "restore due": "-",
    "turn came": "-",
    "local joined": "-",
    "last local left": "-",
    registered: ["ended", "unregister"],
    "already exists": ["ended"],
    refused: ["ended"],
    "refused for now": ["ended"],
    "deadline passed": "-",
    "session lost": ["ended"],
    revoked: "-",
    displaced: ["displaced"],
  },
  displaced: {
    requested: "-",
    challenged: "-",
    "restore due": "-",
    "turn came": "-",
    "local joined": "-",
    "last local left": "-",
    registered: ["ended", "unregister"],
    "already exists": ["ended"],
    refused: ["ended"],
    "refused for now": ["ended"],
    "deadline passed": "-",
    "session lost": "-",
    revoked: "-",
    displaced: "-",
  },
  ended: {
    requested: "-",
    challenged: "-",
    "restore due": "-",
    "turn came": "-",
    "local joined": "-",
    "last local left": "-",
    registered: ["ended", "unregister"],
    "already exists": "-",
    refused: "-",
    "refused for now": "-",
    "deadline passed": "-",
    "session lost": "-",
    revoked: "-",
    displaced: "-",
  },
};

/** The keys with their type: the records above are whole, and hold nothing else. */
const keysOf = <Key extends string>(record: Record<Key, unknown>): Key[] => Object.keys(record) as Key[];

const states = keysOf(table);
const cells = states.flatMap((name) => keysOf(events).map((event) => [name, event] as const));
const after = (name: StateName, event: EventName, attempt = 0) =>
  transition({ name, attempt }, events[event]);

describe("wire registration states", () => {
  it.each(cells)("@G5 @G13 %s, then %s", (name, event) => {
    const { state, effects } = after(name, event);
    const expected = table[name][event];
    expect([state.name, ...effects]).toEqual(expected === "-" ? [name] : expected);
  });

  it("@G5 ended is final, and an entry enters the table from outside only by a challenge that the router accepts", () => {
    for (const [name, event] of cells) {
      const { state } = after(name, event);
      if (!isCurrent({ name }))
        expect(isCurrent(state)).toBe(name === "challenging" && event === "registered");
      if (name === "ended") expect(state.name).toBe("ended");
    }
    expect(states.filter((name) => !isCurrent({ name }))).toEqual([
      "challenging",
      "challenge abandoned",
      "displaced",
      "ended",
    ]);
  });

  it("@G5 sends REGISTER only to wait for it, and never waits without it", () => {
    for (const [name, event] of cells) {
      const { state, effects } = after(name, event);
      const beginsToWait = awaitsAnswer(state) && !awaitsAnswer({ name });
      // An answer that is overdue may be lost.
      const repeats = name === "overdue" && event === "local joined";
      expect([name, event, beginsToWait || repeats]).toEqual([name, event, effects.includes("register")]);
    }
    expect(states.filter((name) => awaitsAnswer({ name }))).toEqual([
      "registering",
      "restoring",
      "abandoned",
      "restore abandoned",
      "overdue",
      "challenging",
      "challenge abandoned",
    ]);
  });

  it("@G5 a REGISTERED that no tab waits for leads to UNREGISTER", () => {
    for (const name of [
      "abandoned",
      "restore abandoned",
      "challenge abandoned",
      "displaced",
      "ended",
    ] as const) {
      const { state, effects } = after(name, "registered");
      expect(state.name).toBe("ended");
      expect(effects).toEqual(["unregister"]);
    }
  });

  it("@G5 local registrations are ended only with a reason, and no entry keeps ended ones", () => {
    for (const [name, event] of cells) {
      const { state, effects } = after(name, event);
      if (!effects.includes("end locals")) continue;
      expect(events[event]).toHaveProperty("error");
      expect(["ended", "displaced", "overdue", "challenge abandoned"]).toContain(state.name);
    }
  });

  it("@G13 counts the attempts of a restore, and gives up after the last attempt", () => {
    const due = ({ state }: ReturnType<typeof after>) =>
      transition(transition(state, events["restore due"]).state, events["turn came"]).state;
    let state = due({ state: { name: "unregistered", attempt: 0 }, effects: [] });
    for (let attempt = 0; attempt < RESTORE_ATTEMPTS; attempt += 1) {
      expect(state).toEqual({ name: "restoring", attempt });
      const refused = transition(state, events["already exists"]);
      expect(refused).toEqual({ state: { name: "retrying", attempt }, effects: ["retry later"] });
      state = due(refused);
    }
    expect(after("restoring", "already exists", RESTORE_ATTEMPTS)).toMatchObject({
      state: { name: "ended" },
      effects: ["end locals"],
    });
    expect(state).toEqual({ name: "restoring", attempt: RESTORE_ATTEMPTS });
  });

  it("@G5 UNREGISTER is the last effect of its transition, when the entry has left the table", () => {
    for (const [name, event] of cells) {
      const { state, effects } = after(name, event);
      if (!effects.includes("unregister")) continue;
      expect([state.name, effects.indexOf("unregister")]).toEqual(["ended", effects.length - 1]);
    }
  });

  it("@G13 a tab that joins while a restore waits does not count as an attempt", () => {
    for (const event of ["local joined", "restore due"] as const)
      expect(after("retrying", event, 3).state.attempt).toBe(event === "local joined" ? 3 : 4);
  });

  it("@G13 starts counting again on the next session", () => {
    for (const name of ["restoring", "retrying"] as const)
      expect(after(name, "session lost", 5).state).toEqual({ name: "unregistered", attempt: 0 });
  });

  it("@G13 never gives up a restore for a reason that may pass", () => {
    for (const event of ["refused for now", "deadline passed"] as const)
      expect(after("restoring", event, 1_000)).toMatchObject({
        state: { name: "retrying" },
        effects: ["retry later"],
      });
  });

  it("@G13 a tab that joins an abandoned restore continues it with its attempts", () => {
    const { state } = after("restoring", "last local left", 5);
    expect(transition(state, events["local joined"]).state).toEqual({ name: "restoring", attempt: 5 });
  });

  it("@G5 a registration is displaced by nothing but a REGISTERED", () => {
    for (const [name, event] of cells) {
      if (after(name, event).effects.includes("displace"))
        expect([name, event]).toEqual(["challenging", "registered"]);
    }
  });
});
