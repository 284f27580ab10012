import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WireSession } from "./wire-session.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { SessionConfig } from "../contract/session-config.js";
import type { StatusRecord } from "../contract/status.js";
import { createFakeEnvironment } from "../testing/fake-environment.js";
import { sessionConfig } from "../testing/session-config.js";
import type { Disconnection } from "./disconnection.js";
import { createLastingParts } from "./lasting-parts.js";
import { createReconnector } from "./reconnector.js";
import { VERDICT_TIME } from "./reconnector.js";
import type { Reconnector, ReconnectorAccess, ReconnectorEvents } from "./reconnector.js";
import { GRACE, LASTED } from "./reconnector-state.js";

const A = "ws://a.example/ws";
const B = "ws://b.example/ws";
const C = "ws://c.example/ws";

const STEPS = [
  "welcome",
  "drop",
  "abort",
  "goodbye",
  "garbage",
  "now",
  "time",
  "no network",
  "network",
  "hint",
] as const;

function setUp(changes: Partial<SessionConfig> = {}, secret = () => Promise.resolve("secret")) {
  const fake = createFakeEnvironment();
  const config = sessionConfig(changes);
  const statuses: StatusRecord[] = [];
  const log: string[] = [];
  const lost: { readonly session: WireSession; readonly error: ErrorRecord }[] = [];
  let askedAgain = 0;
  /** The complete URLs. */
  const addresses = [...(changes.urls ?? [A])];
  /** The failed attempts that were reported. */
  const refusals: Disconnection[] = [];
  /** Number of other secrets that can be tried. */
  let othersToTry = 0;
  /** The application's judgement of reasons. */
  let isFatal: ReconnectorEvents["isFatal"] | undefined;
  /** Called at each event. */
  let disturb: () => void = () => undefined;
  const access: ReconnectorAccess = {
    secret,
    signature: () => Promise.reject(new Error("no signature")),
    askAgain: () => (askedAgain += 1),
    address: (index) => Promise.resolve(addresses[index] ?? ""),
    refused: (disconnection) => {
      refusals.push(disconnection);
      return othersToTry-- > 0;
    },
    redacted: (error) => error,
  };
  const reconnector = createReconnector(fake.env, config, createLastingParts(config), access, {
    status: (record) => {
      statuses.push(record);
      log.push(record.state);
      disturb();
    },
    online: () => {
      log.push("online()");
      disturb();
    },
    received: () => log.push("received()"),
    measured: () => log.push("measured()"),
    isNeeded: () => true,
    isFatal: (reason) => isFatal?.(reason),
    lost: (session, error) => {
      lost.push({ session, error });
      log.push("lost()");
      disturb();
    },
  });
  const welcome = async (session = 1) => {
    await fake.settle();
    fake.sockets.last().accept();
    await fake.settle();
    fake.sockets.last().welcome(session);
    await fake.settle();
  };
  const abort = async (reason: string) => {
    await fake.settle();
    fake.sockets.last().accept();
    await fake.settle();
    fake.sockets.last().receive({ type: "ABORT", reason, details: {} });
    await fake.settle();
  };
  const drop = async (code?: number) => {
    await fake.settle();
    fake.sockets.last().drop(code);
    await fake.settle();
  };
  /** Lets the retry delay pass, and no more: the connect deadline runs from there. */
  const retry = async () => {
    const status = reconnector.status;
    if (status.state !== "waiting") throw new Error(`nothing to retry: ${status.state}`);
    await fake.advance(status.retryAt - fake.clock.now());
  };
  return {
    ...fake,
    reconnector,
    statuses,
    log,
    lost,
    welcome,
    abort,
    drop,
    retry,
    addresses,
    refusals,
    offerOthers: (count: number) => (othersToTry = count),
    throwAtEachEvent: () => {
      disturb = () => {
        throw new Error("thrown by the listener");
      };
    },
    askedAgain: () => askedAgain,
    judge: (judgement: ReconnectorEvents["isFatal"]) => (isFatal = judgement),
  };
}

describe("Reconnector", () => {
  it("connects, and reports each event before the status that follows from it", async () => {
    const { reconnector, log, statuses, welcome, drop } = setUp();
    expect(reconnector.status).toEqual({ state: "connecting", attempt: 1, url: A });
    reconnector.start();
    await welcome(42);
    expect(reconnector.session?.id).toBe(42);
    expect(reconnector.status).toMatchObject({ state: "online", session: 42, url: A, serializer: "json" });
    await drop();
    expect(log).toEqual(["connecting", "online()", "online", "lost()", "waiting"]);
    expect(reconnector.session).toBeUndefined();
    expect(reconnector.status).toBe(statuses.at(-1));
  });

  it("starts only once", async () => {
    const { reconnector, sockets, settle } = setUp({ urls: [A, B] });
    reconnector.start();
    reconnector.start(B);
    await settle();
    expect(sockets.all.map(({ url }) => url)).toEqual([A]);
  });

  it("reports a lost session to its handlers and then to its owner, with a named reason", async () => {
    const { reconnector, log, lost, welcome, drop } = setUp();
    reconnector.start();
    await welcome();
    const { session } = reconnector;
    const handler = { answered: () => undefined, lost: () => log.push("handler lost") };
    session?.request({ type: "SUBSCRIBE", topic: "com.example.tick", options: {} }, handler);
    await drop(1006);
    expect(lost).toHaveLength(1);
    expect(lost[0]?.session).toBe(session);
    expect(lost[0]?.error).toMatchObject({ name: "ConnectionLostError", fields: { code: 1006 } });
    expect(log.slice(-3)).toEqual(["handler lost", "lost()", "waiting"]);
  });

  it("@G11 reconnects although listeners throw", async () => {
    const { reconnector, welcome, drop, retry, throwAtEachEvent, logged } = setUp();
    throwAtEachEvent();
    reconnector.start();
    await welcome();
    const told: number[] = [];
    for (const each of [1, 2]) {
      reconnector.session?.request(
        { type: "REGISTER", procedure: `com.example.${each}`, options: {} },
        {
          answered: () => undefined,
          lost: () => {
            told.push(each);
            throw new Error("thrown by the handler");
          },
        },
      );
    }
    await drop();
    expect(told).toEqual([1, 2]);
    await retry();
    await welcome(2);
    expect(reconnector.status).toMatchObject({ state: "online", session: 2 });
    expect(new Set(logged.map(({ message }) => message))).toEqual(
      new Set(["A listener of the connection failed"]),
    );
  });

  it("tries the URLs in turn, the remembered one first", async () => {
    const { reconnector, sockets, drop, retry } = setUp({ urls: [A, B, C] });
    reconnector.start(B);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await drop();
      await retry();
    }
    expect(sockets.all.map((socket) => socket.url)).toEqual([B, C, A, B, C]);
  });

  it("ignores a remembered URL that is no longer configured", async () => {
    const { reconnector, sockets, settle } = setUp({ urls: [A, B] });
    reconnector.start(C);
    await settle();
    expect(sockets.last().url).toBe(A);
  });

  it("returns to the URL that worked", async () => {
    const { reconnector, sockets, welcome, drop, retry, advance } = setUp({ urls: [A, B] });
    reconnector.start();
    await drop();
    await retry();
    await welcome();
    await advance(LASTED);
    await drop();
    await retry();
    expect(sockets.all.map((socket) => socket.url)).toEqual([A, B, B]);
  });

  it("@G11 waits longer after each failure, and reports the time of the next attempt", async () => {
    const { reconnector, statuses, clock, drop, advance } = setUp();
    reconnector.start();
    const delays: number[] = [];
    for (let attempt = 1; attempt <= 9; attempt += 1) {
      await drop();
      const status = statuses.at(-1);
      if (status?.state !== "waiting") throw new Error("not waiting");
      expect(status.attempt).toBe(attempt + 1);
      delays.push(status.retryAt - clock.now());
      await advance(status.retryAt - clock.now());
      expect(statuses.at(-1)).toEqual({ state: "connecting", attempt: attempt + 1, url: A });
    }
    // The fake random is 0.5: half of the bound.
    expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  it("@G11 resets the attempts when a session has lasted, not when a socket opens or at WELCOME", async () => {
    const { reconnector, statuses, welcome, drop, retry, sockets, settle, advance } = setUp();
    reconnector.start();
    await drop();
    await retry();
    sockets.last().accept();
    await settle();
    await drop();
    expect(statuses.at(-1)).toMatchObject({ state: "waiting", attempt: 3 });
    await retry();
    await welcome();
    await drop();
    expect(statuses.at(-1)).toMatchObject({ state: "waiting", attempt: 4 });
    await retry();
    await welcome();
    await advance(LASTED);
    await drop();
    expect(statuses.at(-1)).toMatchObject({ state: "waiting", attempt: 1 });
  });

  it.each(["close", "ABORT", "GOODBYE"] as const)(
    "@G11 waits longer and longer for a router that lets in and throws out at once with %s",
    async (way) => {
      const { reconnector, sockets, welcome, drop, advance, settle } = setUp();
      reconnector.start();
      await settle();
      let connections = 0;
      for (let elapsed = 0; elapsed < 20_000; elapsed += 250) {
        if (sockets.all.length > connections) {
          connections = sockets.all.length;
          await welcome();
          if (way === "close") await drop(1000);
          else sockets.last().receive({ type: way, reason: "wamp.close.system_shutdown", details: {} });
          await settle();
        }
        await advance(250);
      }
      // The delays are 0.25, 0.5, 1, 2, 4 and 8 s.
      expect(connections).toBe(7);
    },
  );

  it("@G11 waits for a router that restarts and refuses everybody for a while, but not for ever", async () => {
    const { reconnector, welcome, drop, abort, retry, clock, sockets, statuses } = setUp();
    reconnector.start();
    await welcome();
    sockets.last().receive({ type: "GOODBYE", reason: "wamp.close.close_realm", details: {} });
    await drop();
    const since = clock.now();
    await retry();
    await abort("wamp.error.no_such_realm");
    await retry();
    await abort("wamp.error.authentication_failed");
    expect(reconnector.status.state).toBe("waiting");
    await retry();
    await welcome(2);
    expect(reconnector.status).toMatchObject({ state: "online", session: 2 });
    await drop();
    await retry();
    for (;;) {
      await abort("wamp.error.no_such_realm");
      if (statuses.at(-1)?.state === "closed") break;
      await retry();
    }
    expect(statuses.at(-1)).toMatchObject({ reason: { fields: { uri: "wamp.error.no_such_realm" } } });
    expect(clock.now() - since).toBeGreaterThan(GRACE);
  });

  it("@G11 a refused secret is not final while there is another one", async () => {
    const { reconnector, abort, retry, offerOthers, refusals } = setUp();
    offerOthers(1);
    reconnector.start();
    await abort("wamp.error.authentication_failed");
    expect(reconnector.status.state).toBe("waiting");
    await retry();
    await abort("wamp.error.authentication_failed");
    expect(reconnector.status.state).toBe("closed");
    expect(refusals).toMatchObject([{ secretRefused: true }, { secretRefused: true }]);
  });

  it("@G15 shows only the public URL", async () => {
    const { reconnector, addresses, sockets, statuses, log, lost, logged, welcome, drop, retry } = setUp();
    addresses[0] = "ws://joe:s3cret@a.example/ws?token=t0ken";
    reconnector.start();
    await welcome();
    expect(sockets.last().url).toBe(addresses[0]);
    expect(reconnector.session?.url).toBe(A);
    await drop();
    await retry();
    await drop();
    sockets.refusal = new SyntaxError(`The URL '${addresses[0]}' is invalid`);
    await retry();
    expect(statuses.at(-1)).toMatchObject({ state: "waiting", reason: { name: "ConnectionLostError" } });
    expect(JSON.stringify([statuses, log, lost, logged])).not.toMatch(/joe|s3cret|t0ken/);
  });

  it("@G11 closes when the attempts are exhausted", async () => {
    const { reconnector, statuses, drop, retry, sockets, clock } = setUp({
      retry: { initialDelay: 500, maxDelay: 30_000, maxAttempts: 3 },
    });
    reconnector.start();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await drop();
      if (attempt < 2) await retry();
    }
    expect(sockets.all).toHaveLength(3);
    expect(statuses.at(-1)).toMatchObject({
      state: "closed",
      reason: {
        name: "SessionClosedError",
        message: `No session after 3 consecutive attempts: No connection to ${A} (WebSocket code 1006)`,
        cause: { name: "ConnectionLostError" },
      },
    });
    expect(clock.pending).toBe(0);
    await reconnector.close("wamp.close.normal");
    expect(statuses.filter(({ state }) => state === "closed")).toHaveLength(1);
  });

  it("@G11 gives up at once after a fatal refusal, with the router's reason", async () => {
    const { reconnector, statuses, abort, advance, sockets } = setUp();
    reconnector.start();
    await abort("wamp.error.authentication_failed");
    expect(statuses.at(-1)).toMatchObject({
      state: "closed",
      reason: { name: "JoinError", fields: { uri: "wamp.error.authentication_failed" } },
    });
    reconnector.reconnectNow();
    reconnector.start();
    await advance(3_600_000);
    expect(sockets.all).toHaveLength(1);
  });

  it("@G11 continues with the next URL after a fatal refusal, until every URL has refused", async () => {
    const { reconnector, statuses, sockets, abort, drop, retry, clock } = setUp({ urls: [A, B] });
    reconnector.start();
    await abort("wamp.error.no_such_realm");
    expect(statuses.at(-1)).toMatchObject({
      state: "waiting",
      reason: { fields: { uri: "wamp.error.no_such_realm" } },
    });
    await retry();
    await drop();
    await retry();
    // The second fatal refusal of A says nothing about B.
    await abort("wamp.error.no_such_realm");
    await retry();
    await abort("wamp.error.authentication_failed");
    expect(sockets.all.map((socket) => socket.url)).toEqual([A, B, A, B]);
    expect(statuses.at(-1)).toMatchObject({
      state: "closed",
      reason: { fields: { uri: "wamp.error.authentication_failed" } },
    });
    expect(clock.pending).toBe(0);
  });

  it("@G11 forgets the refusals at WELCOME", async () => {
    const { reconnector, sockets, abort, welcome, drop, retry, advance } = setUp({ urls: [A, B] });
    reconnector.start();
    await abort("wamp.error.no_such_realm");
    await retry();
    await welcome();
    await advance(LASTED);
    await drop();
    await retry();
    await abort("wamp.error.no_such_realm");
    expect(reconnector.status.state).toBe("waiting");
    await retry();
    expect(sockets.all.map((socket) => socket.url)).toEqual([A, B, B, A]);
  });

  it("@G11 reconnects after the router has shut down", async () => {
    const { reconnector, statuses, sockets, welcome, retry, settle } = setUp();
    reconnector.start();
    await welcome();
    sockets.last().receive({ type: "GOODBYE", reason: "wamp.close.system_shutdown", details: {} });
    await settle();
    expect(statuses.at(-1)).toMatchObject({ state: "waiting" });
    await retry();
    await welcome(2);
    expect(reconnector.session?.id).toBe(2);
  });

  it("@G11 cuts a retry delay short on reconnectNow, which has no effect in other states", async () => {
    const { reconnector, sockets, drop, advance, welcome, clock, settle } = setUp();
    reconnector.reconnectNow();
    await settle();
    expect(sockets.all).toHaveLength(0);
    reconnector.start();
    reconnector.reconnectNow();
    await settle();
    reconnector.reconnectNow();
    await settle();
    expect(sockets.all).toHaveLength(1);
    await drop();
    reconnector.reconnectNow();
    reconnector.reconnectNow();
    await settle();
    expect(sockets.all).toHaveLength(2);
    await welcome();
    reconnector.reconnectNow();
    await advance(3_600_000);
    expect(sockets.all).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it("has the application asked again for what it has not answered", async () => {
    const { reconnector, askedAgain, welcome } = setUp();
    reconnector.start();
    reconnector.reconnectNow();
    expect(askedAgain()).toBe(1);
    await welcome();
  });

  it("@G18 closes with GOODBYE, reports no loss, and resolves after the router's answer", async () => {
    const { reconnector, log, sockets, welcome, settle, advance } = setUp();
    reconnector.start();
    await welcome();
    let closed = false;
    const closing = reconnector.close("wamp.close.normal").then(() => {
      closed = true;
    });
    await settle();
    expect(closed).toBe(false);
    expect(sockets.last().sent.at(-1)).toMatchObject({ type: "GOODBYE", reason: "wamp.close.normal" });
    sockets.last().receive({ type: "GOODBYE", reason: "wamp.close.normal", details: {} });
    await closing;
    expect(log).toEqual(["connecting", "online()", "online", "closed"]);
    await advance(3_600_000);
    expect(sockets.all).toHaveLength(1);
  });

  it.each(["before the start", "connecting", "joining", "waiting", "online and the router silent"])(
    "close resolves in any state: %s",
    async (state) => {
      const { reconnector, sockets, clock, log, settle, drop, welcome, advance } = setUp();
      if (state !== "before the start") reconnector.start();
      await settle();
      if (state === "joining") sockets.last().accept();
      if (state === "waiting") await drop();
      if (state.startsWith("online")) await welcome();
      await settle();
      const closing = Promise.all([reconnector.close("wamp.close.normal"), reconnector.close("again")]);
      await advance(2_000);
      await closing;
      expect(reconnector.status.state).toBe("closed");
      expect(log.filter((entry) => entry === "closed" || entry === "lost()")).toEqual(["closed"]);
      expect([sockets.living, clock.pending]).toEqual([0, 0]);
      await reconnector.close("after all");
      reconnector.start();
      expect([sockets.living, reconnector.status.state]).toEqual([0, "closed"]);
    },
  );

  it("may be closed from within every event", async () => {
    for (const moment of ["connecting", "online()", "online", "lost()", "waiting"]) {
      const fake = createFakeEnvironment();
      const log: string[] = [];
      const at = (entry: string): void => {
        log.push(entry);
        if (entry === moment) void reconnector.close("wamp.close.normal");
      };
      const access: ReconnectorAccess = {
        secret: () => Promise.resolve(""),
        signature: () => Promise.reject(new Error("no signature")),
        askAgain: () => undefined,
        address: () => Promise.resolve(A),
        refused: () => false,
        redacted: (error) => error,
      };
      const config = sessionConfig();
      const reconnector: Reconnector = createReconnector(
        fake.env,
        config,
        createLastingParts(config),
        access,
        {
          status: ({ state }) => {
            at(state);
          },
          online: () => {
            at("online()");
          },
          received: () => undefined,
          measured: () => undefined,
          isNeeded: () => true,
          isFatal: () => undefined,
          lost: () => {
            at("lost()");
          },
        },
      );
      fake.sockets.onOpen = (socket) => {
        socket.accept();
        socket.onMessage = ({ type }) => {
          if (type === "HELLO") socket.welcome(1);
        };
      };
      reconnector.start();
      await fake.settle();
      if (fake.sockets.all.length > 0) fake.sockets.last().drop();
      await fake.advance(3_600_000);
      expect(log.slice(log.indexOf(moment) + 1)).toEqual(["closed"]);
      expect([fake.sockets.living, fake.clock.pending]).toEqual([0, 0]);
    }
  });

  it("@G11 makes no attempt while the browser has no network, and says so", async () => {
    const { reconnector, sockets, statuses, welcome, drop, advance, settle, clock } = setUp();
    reconnector.start();
    await welcome();
    // The session may still live.
    reconnector.networkChanged(false);
    await settle();
    expect(reconnector.status.state).toBe("online");
    await drop();
    expect(statuses.at(-1)).toMatchObject({
      state: "offline",
      attempt: 2,
      reason: { name: "ConnectionLostError" },
    });
    await advance(3_600_000);
    expect([sockets.all.length, clock.pending]).toEqual([1, 0]);
    reconnector.hint();
    await settle();
    expect(sockets.all).toHaveLength(1);
    // The application may know better, once each time.
    reconnector.reconnectNow();
    await drop();
    await advance(3_600_000);
    expect([sockets.all.length, reconnector.status.state]).toEqual([2, "offline"]);
    reconnector.networkChanged(true);
    await welcome();
    expect(reconnector.status.state).toBe("online");
    await drop();
    expect(reconnector.status.state).toBe("waiting");
    reconnector.networkChanged(false);
    expect(statuses.at(-1)).toMatchObject({ state: "offline" });
    await advance(3_600_000);
    expect(sockets.all).toHaveLength(3);
  });

  it("@G11 @G12 takes a hint: it cuts a delay short, and probes a session", async () => {
    const { reconnector, sockets, welcome, drop, settle, advance } = setUp();
    reconnector.start();
    reconnector.hint();
    await drop();
    reconnector.hint();
    await settle();
    expect(sockets.all).toHaveLength(2);
    await welcome();
    const socket = sockets.last();
    reconnector.hint();
    await settle();
    expect(socket.sent.at(-1)).toMatchObject({ type: "UNSUBSCRIBE" });
    await advance(1_999);
    expect(reconnector.status.state).toBe("online");
    await advance(1);
    expect(reconnector.status).toMatchObject({
      state: "waiting",
      reason: {
        name: "ConnectionLostError",
        message: expect.stringContaining("no sign of life for 2 s") as string,
      },
    });
  });

  it("@G11 asks the application whether a reason is fatal, and tells of the loss before", async () => {
    const { reconnector, log, judge, welcome, drop, settle, clock, statuses } = setUp();
    const reasons: ErrorRecord[] = [];
    let answer: (verdict: boolean | undefined) => void = () => undefined;
    judge((reason) => {
      reasons.push(reason);
      return new Promise((resolve) => (answer = resolve));
    });
    reconnector.start();
    await welcome();
    await drop(4001);
    expect(reasons).toMatchObject([{ name: "ConnectionLostError", fields: { code: 4001 } }]);
    expect(log.slice(-2)).toEqual(["lost()", "waiting"]);
    answer(true);
    await settle();
    expect(statuses.at(-1)).toMatchObject({ state: "closed", reason: { fields: { code: 4001 } } });
    expect(clock.pending).toBe(0);
  });

  it("@G11 retries what the application does not call fatal, and leaves to the table what it does not answer", async () => {
    const { reconnector, judge, abort, settle, advance, sockets, clock } = setUp();
    judge(() => Promise.resolve(false));
    reconnector.start();
    await abort("wamp.error.no_such_realm");
    expect(reconnector.status.state).toBe("waiting");
    await advance(500);
    expect(sockets.all).toHaveLength(2);
    judge(() => Promise.reject(new Error("thrown by the application")));
    await abort("com.example.busy");
    expect(reconnector.status.state).toBe("waiting");
    await advance(1_000);
    judge(() => new Promise(() => undefined));
    await abort("wamp.error.no_such_realm");
    expect(reconnector.status.state).toBe("waiting");
    await advance(VERDICT_TIME - 1);
    expect(sockets.living).toBe(0);
    await advance(1);
    await settle();
    expect([reconnector.status.state, clock.pending]).toEqual(["closed", 0]);
  });

  it.each(["judging", "offline"])("@G11 close ends what a loss has begun: %s", async (state) => {
    const { reconnector, judge, drop, sockets, clock, settle } = setUp();
    if (state === "judging") judge(() => new Promise(() => undefined));
    else reconnector.networkChanged(false);
    reconnector.start();
    await drop();
    await reconnector.close("wamp.close.normal");
    await settle();
    expect([reconnector.status.state, sockets.living, clock.pending]).toEqual(["closed", 0, 0]);
  });

  it("has at most one socket and alternates between online and lost, in any sequence of events", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...STEPS), {
          maxLength: 30,
        }),
        fc.boolean(),
        async (steps, isAsked) => {
          const { reconnector, sockets, log, clock, settle, advance, judge } = setUp({ urls: [A, B] });
          judge(() => (isAsked ? Promise.resolve(undefined) : undefined));
          reconnector.start();
          await settle();
          for (const step of steps) {
            const socket = sockets.last();
            if (step === "now") reconnector.reconnectNow();
            else if (step === "no network") reconnector.networkChanged(false);
            else if (step === "network") reconnector.networkChanged(true);
            else if (step === "hint") reconnector.hint();
            else if (step === "time") await advance(5_000);
            else if (step === "drop") socket.drop();
            else if (socket.state !== "closed") {
              if (socket.state === "connecting") socket.accept();
              await settle();
              if (step === "welcome") socket.welcome(1);
              else if (step === "garbage") socket.receiveRaw("[36");
              else if (step === "abort")
                socket.receive({ type: "ABORT", reason: "com.example.busy", details: {} });
              else socket.receive({ type: "GOODBYE", reason: "wamp.close.killed", details: {} });
            }
            await settle();
            expect(sockets.living).toBeLessThanOrEqual(1);
          }
          const turns = log.filter((entry) => entry === "online()" || entry === "lost()");
          turns.forEach((turn, index) => {
            expect(turn).toBe(index % 2 === 0 ? "online()" : "lost()");
          });
          const closing = reconnector.close("wamp.close.normal");
          await advance(2_000);
          await closing;
          expect([sockets.living, clock.pending]).toEqual([0, 0]);
        },
      ),
      { numRuns: 50 },
    );
  });
});
