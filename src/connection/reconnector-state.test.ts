import { describe, expect, it } from "vitest";
import type { ErrorRecord } from "../contract/errors.js";
import { GRACE, LASTED, nextState, urlAt } from "./reconnector-state.js";
import type { ReconnectorEvent, ReconnectorRules, ReconnectorState } from "./reconnector-state.js";

type StateName = ReconnectorState["name"];
type EventName = ReconnectorEvent["name"];

const A = "ws://a.example/ws";
const B = "ws://b.example/ws";
const RULES: ReconnectorRules = { urls: [A, B], maxAttempts: 3 };
const LOST: ErrorRecord = { name: "ConnectionLostError", message: "The network went away" };
const REFUSED: ErrorRecord = {
  name: "JoinError",
  message: "The router refused",
  fields: { uri: "wamp.error.no_such_realm", details: {} },
};

const first = { urlIndex: 0, attempts: 1, refusing: [], wasOnline: false };
const states: { readonly [Name in StateName]: Extract<ReconnectorState, { readonly name: Name }> } = {
  idle: { name: "idle" },
  connecting: { name: "connecting", ...first },
  online: { name: "online", ...first, since: 0, wasOnline: true },
  waiting: { name: "waiting", ...first, reason: LOST },
  judging: {
    name: "judging",
    ended: { name: "connecting", ...first },
    loss: { time: 0, error: LOST, fatal: false },
  },
  offline: { name: "offline", ...first, reason: LOST },
  closing: { name: "closing", reason: "wamp.close.normal" },
  closed: { name: "closed", reason: LOST },
};
const events: { readonly [Name in EventName]: Extract<ReconnectorEvent, { readonly name: Name }> } = {
  started: { name: "started" },
  welcomed: { name: "welcomed", time: 0 },
  disconnected: { name: "disconnected", time: 0, error: LOST, fatal: false },
  judged: { name: "judged" },
  retried: { name: "retried" },
  wentOffline: { name: "wentOffline" },
  closed: { name: "closed", reason: "wamp.close.normal" },
};

/** "same": the event changes nothing. */
type Expected = StateName | "same";

const table: Record<StateName, Record<EventName, Expected>> = {
  idle: {
    started: "connecting",
    welcomed: "same",
    disconnected: "same",
    judged: "same",
    retried: "same",
    wentOffline: "same",
    closed: "closed",
  },
  connecting: {
    started: "same",
    welcomed: "online",
    disconnected: "waiting",
    judged: "same",
    retried: "same",
    wentOffline: "same",
    closed: "closing",
  },
  online: {
    started: "same",
    welcomed: "same",
    disconnected: "waiting",
    judged: "same",
    retried: "same",
    wentOffline: "same",
    closed: "closing",
  },
  waiting: {
    started: "same",
    welcomed: "same",
    disconnected: "same",
    judged: "same",
    retried: "connecting",
    wentOffline: "offline",
    closed: "closed",
  },
  judging: {
    started: "same",
    welcomed: "same",
    disconnected: "same",
    judged: "waiting",
    retried: "same",
    wentOffline: "same",
    closed: "closed",
  },
  offline: {
    started: "same",
    welcomed: "same",
    disconnected: "same",
    judged: "same",
    retried: "connecting",
    wentOffline: "same",
    closed: "closed",
  },
  closing: {
    started: "same",
    welcomed: "same",
    disconnected: "closed",
    judged: "same",
    retried: "same",
    wentOffline: "same",
    closed: "same",
  },
  closed: {
    started: "same",
    welcomed: "same",
    disconnected: "same",
    judged: "same",
    retried: "same",
    wentOffline: "same",
    closed: "same",
  },
};

const rows = Object.values(states).flatMap((state) =>
  Object.values(events).map((event) => ({ state, event, expected: table[state.name][event.name] })),
);

/** Runs events one after the other. */
function run(rules: ReconnectorRules, ...steps: readonly ReconnectorEvent[]): ReconnectorState {
  return steps.reduce<ReconnectorState>((state, event) => nextState(state, event, rules), states.idle);
}

const refusedAt = (time: number): ReconnectorEvent => ({
  name: "disconnected",
  time,
  error: REFUSED,
  fatal: true,
});
const lostAt = (time: number): ReconnectorEvent => ({ ...events.disconnected, time });
const refused = refusedAt(0);
const { started, welcomed, disconnected, retried, closed } = events;

describe("the states of the reconnector", () => {
  for (const { state, event, expected } of rows) {
    it(`${state.name} × ${event.name} → ${expected}`, () => {
      const next = nextState(state, event, RULES);
      if (expected === "same") expect(next).toBe(state);
      else expect(next.name).toBe(expected);
    });
  }

  it("closed is the end", () => {
    for (const event of [...Object.values(events), refused]) {
      expect(nextState(states.closed, event, RULES)).toBe(states.closed);
    }
  });

  it("@G11 counts attempts until a session has lasted, and refusals until WELCOME", () => {
    const failed = run(RULES, started, refused, retried, disconnected);
    expect(failed).toMatchObject({ name: "waiting", attempts: 2, refusing: [0, undefined] });
    const online = run(RULES, started, refused, retried, disconnected, retried, welcomed);
    expect(online).toMatchObject({ name: "online", attempts: 3, refusing: [] });
    const rules = { ...RULES, maxAttempts: Infinity };
    expect(nextState(online, lostAt(LASTED - 1), rules)).toMatchObject({ name: "waiting", attempts: 3 });
    expect(nextState(online, lostAt(LASTED), rules)).toMatchObject({ name: "waiting", attempts: 0 });
  });

  it("@G11 a router that lets in and throws out at once uses up the attempts", () => {
    const turn = [welcomed, lostAt(LASTED - 1), retried];
    const steps = [started, ...turn, ...turn, ...turn].slice(0, -1);
    expect(run(RULES, ...steps)).toMatchObject({
      name: "closed",
      reason: { name: "SessionClosedError", cause: LOST },
    });
    expect(run({ ...RULES, maxAttempts: 4 }, ...steps)).toMatchObject({ name: "waiting", attempts: 3 });
  });

  it("@G11 waits for a router that restarts: after a session, a refusal is final only when it persists", () => {
    const rules = { urls: [A], maxAttempts: Infinity };
    const lost = [started, welcomed, lostAt(100_000), retried];
    const persists = [refusedAt(200_000), retried, refusedAt(200_000 + GRACE - 1), retried];
    expect(run(rules, ...lost, ...persists)).toMatchObject({ name: "connecting" });
    expect(run(rules, ...lost, ...persists, refusedAt(200_000 + GRACE))).toEqual({
      name: "closed",
      reason: REFUSED,
    });
    // Any other answer shows that the router is still on its way.
    expect(run(rules, ...lost, ...persists, lostAt(250_000), retried, refusedAt(260_000))).toMatchObject({
      name: "waiting",
      refusing: [260_000],
    });
    // Without a session before, the realm or the secret is simply wrong.
    expect(run(rules, started, refused)).toEqual({ name: "closed", reason: REFUSED });
  });

  it("@G11 gives up for four reasons only: the attempts are used up, every URL refuses, the browser cannot authenticate, or the application says so", () => {
    const exhausted = run(RULES, started, disconnected, retried, disconnected, retried, disconnected);
    expect(exhausted).toMatchObject({
      name: "closed",
      reason: {
        name: "SessionClosedError",
        message: expect.stringContaining("after 3 consecutive attempts") as unknown,
        cause: LOST,
      },
    });
    expect(run(RULES, started, refused, retried, refused)).toEqual({ name: "closed", reason: REFUSED });
    const local = { ...refused, isLocal: true };
    expect(run(RULES, started, local)).toEqual({ name: "closed", reason: REFUSED });
    expect(run(RULES, started, welcomed, disconnected, retried, local)).toMatchObject({ name: "closed" });
    const judged = { name: "judged", verdict: true } as const;
    expect(run(RULES, started, { ...disconnected, isJudged: true }, judged)).toEqual({
      name: "closed",
      reason: LOST,
    });
    // A refusal of one URL, twice, says nothing about the other.
    const rules = { ...RULES, maxAttempts: Infinity };
    expect(run(rules, started, refused, retried, disconnected, retried, refused)).toMatchObject({
      name: "waiting",
      attempts: 3,
    });
  });

  it("@G11 lets the application judge a reason, before the table, from every state with a connection", () => {
    const rules = { urls: [A], maxAttempts: Infinity };
    const asked = { ...refused, isJudged: true };
    const verdict = (value?: boolean): ReconnectorEvent => ({ name: "judged", verdict: value });
    expect(run(rules, started, asked)).toMatchObject({ name: "judging" });
    expect(run(rules, started, asked, verdict(false))).toMatchObject({
      name: "waiting",
      refusing: [undefined],
    });
    // Left to the table.
    expect(run(rules, started, asked, verdict())).toEqual({ name: "closed", reason: REFUSED });
    const lost = { ...disconnected, isJudged: true, time: LASTED };
    expect(run(rules, started, welcomed, lost, verdict(true))).toEqual({ name: "closed", reason: LOST });
    expect(run(rules, started, welcomed, lost, verdict())).toMatchObject({
      name: "waiting",
      attempts: 0,
      reason: LOST,
    });
    expect(
      run(rules, started, welcomed, lost, { ...verdict(), name: "judged", isOffline: true }),
    ).toMatchObject({
      name: "offline",
    });
    // A verdict that comes too late judges nothing.
    const settled = run(rules, started, lost, verdict(), retried);
    expect(nextState(settled, verdict(true), rules)).toBe(settled);
  });

  it("@G11 stands still without a network, until there is one or the application wants an attempt", () => {
    const rules = { urls: [A], maxAttempts: Infinity };
    const { wentOffline } = events;
    expect(run(rules, started, disconnected, wentOffline)).toMatchObject({ name: "offline", attempts: 1 });
    const lost = { ...disconnected, isOffline: true };
    const offline = run(rules, started, welcomed, lost);
    expect(offline).toMatchObject({ name: "offline", reason: LOST });
    expect(nextState(offline, retried, rules)).toMatchObject({ name: "connecting", attempts: 2 });
    // The limits are the same.
    expect(run({ ...rules, maxAttempts: 1 }, started, lost)).toMatchObject({ name: "closed" });
  });

  it("goes round the URLs, beginning with the remembered one, and returns to the one that worked", () => {
    const rules = { urls: [A, B, "ws://c.example/ws"], maxAttempts: Infinity };
    const urlsOf = (...steps: ReconnectorEvent[]) => {
      const state = run(rules, ...steps);
      return "urlIndex" in state ? urlAt(state.urlIndex, rules) : undefined;
    };
    const remembered: ReconnectorEvent = { name: "started", rememberedUrl: B };
    expect(urlsOf(remembered)).toBe(B);
    expect(urlsOf({ name: "started", rememberedUrl: "ws://gone.example/ws" })).toBe(A);
    expect(urlsOf(remembered, disconnected, retried)).toBe("ws://c.example/ws");
    expect(urlsOf(remembered, disconnected, retried, disconnected, retried)).toBe(A);
    expect(urlsOf(remembered, welcomed, lostAt(LASTED), retried)).toBe(B);
    // A session that did not last is a failed attempt.
    expect(urlsOf(remembered, welcomed, lostAt(LASTED - 1), retried)).toBe("ws://c.example/ws");
  });

  it("closes with the reason given to close, even if the connection is lost first", () => {
    const message = "The session was closed: wamp.close.normal";
    for (const steps of [[closed], [started, closed, refused], [started, disconnected, closed]]) {
      expect(run(RULES, ...steps)).toEqual({
        name: "closed",
        reason: { name: "SessionClosedError", message },
      });
    }
  });
});
