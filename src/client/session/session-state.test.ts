import { describe, expect, it } from "vitest";
import type { StatusRecord } from "../../contract/status.js";
import type { CloseReason, SessionStatus } from "../api/status.js";
import { ProtocolError } from "../errors/session-errors.js";
import { online } from "../testing/fake-hub.js";
import { FakePage } from "../testing/fake-page.js";
import { createSessionState } from "./session-state.js";
import type { SessionState } from "./session-state.js";

const storage = { kind: "indexeddb" } as const;
const reason = { name: "ProtocolError", message: "why" } as const;
const records: Record<StatusRecord["state"], StatusRecord> = {
  connecting: { state: "connecting", attempt: 2, url: "ws://router.example/" },
  authenticating: {
    state: "authenticating",
    attempt: 1,
    url: "ws://router.example/",
    asked: "secret",
    method: "ticket",
  },
  online,
  waiting: { state: "waiting", attempt: 3, retryAt: 99, reason },
  offline: { state: "offline", attempt: 3, reason },
  closed: { state: "closed", reason },
};

const events = {
  "connecting notice": (session: SessionState) => session.update(records.connecting, storage),
  "authenticating notice": (session: SessionState) => session.update(records.authenticating, storage),
  "online notice": (session: SessionState) => session.update(records.online, storage),
  "waiting notice": (session: SessionState) => session.update(records.waiting, storage),
  "offline notice": (session: SessionState) => session.update(records.offline, storage),
  "closed notice": (session: SessionState) => session.update(records.closed, storage),
  "hub lost": (session: SessionState) => session.hubLost(),
  left: (session: SessionState) => session.close({ kind: "left" }),
};

type State = SessionStatus["state"];
type Event = keyof typeof events;

const open = {
  "connecting notice": "connecting",
  "authenticating notice": "authenticating",
  "online notice": "online",
  "waiting notice": "waiting",
  "offline notice": "offline",
  "closed notice": "closed",
  "hub lost": "connecting",
  left: "closed",
} as const satisfies Record<Event, State>;

/** The next state; undefined: nothing happens, and the application hears of nothing. */
const transitions: Record<State, Record<Event, State | undefined>> = {
  connecting: open,
  authenticating: open,
  online: open,
  waiting: open,
  offline: open,
  closed: {
    "connecting notice": undefined,
    "authenticating notice": undefined,
    "online notice": undefined,
    "waiting notice": undefined,
    "offline notice": undefined,
    "closed notice": undefined,
    "hub lost": undefined,
    left: undefined,
  },
};

function start(state: State) {
  const released: CloseReason[] = [];
  const heard: State[] = [];
  const session = createSessionState({
    url: "ws://router.example/",
    toError: ({ message }) => new ProtocolError(message),
    report: () => undefined,
    release: (why) => {
      // By then the status is the new one, and the application has not been told.
      expect(session.status.state).toBe("closed");
      expect(heard).not.toContain("closed");
      released.push(why);
    },
  });
  session.update(records[state], storage);
  session.listeners.add(({ state: now }) => heard.push(now));
  return { session, released, heard };
}

describe.each(Object.entries(transitions))("a session that is %s", (state, byEvent) => {
  it.each(Object.entries(byEvent))("reacts to: %s", (event, next) => {
    const { session, released, heard } = start(state as State);
    const releasedBefore = released.length;
    events[event as Event](session);
    expect(session.status.state).toBe(next ?? state);
    expect(heard).toEqual(next === undefined ? [] : [next]);
    expect(released.length - releasedBefore).toBe(next === "closed" ? 1 : 0);
  });
});

describe("the promises of a session", () => {
  /** Returns the session of a page whose hub says this in its hello, and a function that makes it say another status. */
  async function connected(status: StatusRecord) {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.answerHello = () => hub.welcome(status);
    };
    const session = await page.connect();
    return {
      session,
      become: (next: StatusRecord) => page.hub.deliver({ kind: "status", status: next, storage }),
    };
  }

  it("ready resolves when the session is online for the first time", async () => {
    const { session, become } = await connected(records.waiting);
    void become(records.online);
    await session.ready;
    await session.leave();
    await session.ready;
  });

  it("ready rejects with the reason when the session is closed before", async () => {
    const { session, become } = await connected(records.connecting);
    void become(records.closed);
    await expect(session.ready).rejects.toMatchObject({ name: "ProtocolError" });
  });

  it("ready rejects with SessionClosedError when the page leaves before", async () => {
    const { session } = await connected(records.connecting);
    void session.leave();
    await expect(session.ready).rejects.toMatchObject({ name: "SessionClosedError" });
  });
});

it("every status names the hub's script and store", () => {
  const { session } = start("connecting");
  session.update(online, storage, "https://app.example/worker.js");
  for (const record of Object.values(records)) {
    session.update(record, { kind: "memory", reason: "full" });
    expect(session.status).toMatchObject({
      mode: "shared",
      workerUrl: "https://app.example/worker.js",
      storage: { kind: "memory", reason: "full" },
    });
  }
});
