import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isConnectionLostError, isJoinError, isSessionClosedError, isWampError } from "../client/index.js";
import { result, WampError } from "../client/index.js";
import type { ChallengeRequest, Session, SessionStatus } from "../client/index.js";
import * as client from "../client/index.js";
import * as double from "./index.js";
import { connect, createTestRouter } from "./index.js";
import type { TestRouter, TestRouterOptions } from "./index.js";

let router: TestRouter;
let errors: unknown[];

/** Replaces the router of the test by one with these options. */
async function restart(options: TestRouterOptions = {}): Promise<void> {
  await router.stop();
  router = createTestRouter({ onError: (error) => errors.push(error), ...options });
}

beforeEach(() => {
  errors = [];
  router = createTestRouter({ onError: (error) => errors.push(error) });
});

afterEach(async () => {
  await router.stop();
  vi.useRealTimers();
  expect({ open: router.counts.open, sessions: router.sessions(), errors }).toEqual({
    open: 0,
    sessions: [],
    errors: [],
  });
});

const states = (session: Session): SessionStatus["state"][] => {
  const seen: SessionStatus["state"][] = [];
  session.on("status", ({ state }) => seen.push(state));
  return seen;
};

describe("a test router", () => {
  it("connects a session that calls what a peer has registered @G24", async () => {
    const session = await router.connect();
    const backend = await router.connectPeer();
    expect(session.status.state).toBe("online");
    const add2 = vi.fn(([a, b]: readonly unknown[]) => Number(a) + Number(b));
    await backend.register("com.example.add2", add2);
    expect(await session.call("com.example.add2", [2, 3])).toBe(5);
    expect(add2.mock.calls.map(([args]) => args)).toEqual([[2, 3]]);
  });

  it("answers with everything that a handler may answer", async () => {
    const session = await router.connect();
    const backend = await router.connectPeer();
    await backend.register("com.example.divide", () => result([1, 2], { rest: 3 }));
    expect(await session.callResult("com.example.divide")).toMatchObject({
      args: [1, 2],
      kwargs: { rest: 3 },
    });
    await backend.register("com.example.fail", () => {
      throw new WampError("com.example.error.no", ["really"], { hint: 1 });
    });
    const error = await session.call("com.example.fail").catch((thrown: unknown) => thrown);
    expect(isWampError(error) && [error.uri, error.args, error.kwargs]).toEqual([
      "com.example.error.no",
      ["really"],
      { hint: 1 },
    ]);
    await expect(session.call("com.example.none")).rejects.toMatchObject({
      uri: "wamp.error.no_such_procedure",
    });
  });

  it("delivers what a peer publishes, in both serializers", async () => {
    for (const serializer of ["json", "msgpack"] as const) {
      await restart({ serializers: [serializer] });
      const session = await router.connect();
      const backend = await router.connectPeer();
      const heard = vi.fn();
      await session.subscribe("com.example.chat", ({ args }) => void heard(args));
      await backend.publish("com.example.chat", ["hello", new Uint8Array([1])], { acknowledge: true });
      await router.settle();
      expect(heard.mock.calls).toEqual([[["hello", new Uint8Array([1])]]]);
      expect(session.status).toMatchObject({ state: "online", serializer });
    }
  });

  it("gives each connect() a tab; tabs share one WAMP session, and peers have their own @G24", async () => {
    const one = await router.connect();
    const other = await router.connect();
    expect(router.sessions()).toHaveLength(1);
    await router.connectPeer();
    expect(router.sessions()).toHaveLength(2);
    expect((await one.inspect()).sessions[0]?.tabs).toHaveLength(2);
    const heard: string[] = [];
    await one.subscribe("com.example.tick", () => void heard.push("one"));
    await other.subscribe("com.example.tick", () => void heard.push("other"));
    await one.publish("com.example.tick");
    await router.settle();
    expect(heard).toEqual(["other"]);
    expect(router.counts.received.SUBSCRIBE).toBe(1);
  });

  it("gives each tab and each peer an identity of its own @G26", async () => {
    const sessions = [await router.connect(), await router.connect()];
    sessions.push(await router.connectPeer(), await router.connectPeer());
    expect(new Set(sessions.map(({ tab }) => tab)).size).toBe(4);
  });

  it("takes undefined for an option that is omitted", async () => {
    const given: object = { url: undefined, realm: undefined };
    expect(await router.connect(given)).toMatchObject({ realm: "realm1" });
  });

  it("has tabs in which several connect() share the page", async () => {
    const { connect } = router.openTab();
    const one = await connect();
    const heard = vi.fn();
    await one.subscribe("com.example.tick", () => void heard());
    const again = await connect();
    await again.publish("com.example.tick", [], { acknowledge: true });
    await router.settle();
    expect(heard).not.toHaveBeenCalled();
    expect((await one.inspect()).sessions[0]?.tabs).toHaveLength(1);
  });

  it("takes the network of the browser away and gives it back", async () => {
    const session = await router.connect();
    const backend = await router.connectPeer();
    let answer = (): void => undefined;
    await backend.register("com.example.slow", () => new Promise<void>((resolve) => (answer = resolve)));
    const seen = states(session);
    const lost = session.call("com.example.slow").catch((error: unknown) => error);
    await router.settle();
    await router.disconnect();
    expect(isConnectionLostError(await lost)).toBe(true);
    expect(session.status.state).toBe("waiting");
    expect(backend.status.state).toBe("online");
    answer();
    const waiting = session.call("com.example.now");
    await backend.register("com.example.now", () => "now");
    await router.reconnect();
    expect(await waiting).toBe("now");
    expect(seen).toEqual(["waiting", "connecting", "online"]);
  });

  it("restores subscriptions after a loss", async () => {
    const session = await router.connect();
    const backend = await router.connectPeer();
    const heard = vi.fn();
    await session.subscribe("com.example.tick", () => void heard());
    await router.disconnect();
    await backend.publish("com.example.tick");
    await router.reconnect();
    await backend.publish("com.example.tick");
    await router.settle();
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it("refuses as its options and faults say", async () => {
    await restart({ realms: ["com.example.realm"], auth: { anonymous: false, tickets: { joe: "right" } } });
    const refused = await router.connect({
      auth: { method: "ticket", authid: "joe", secret: () => "wrong" },
      principal: "refused",
    });
    await expect(refused.ready).rejects.toSatisfy(isJoinError);
    const joe = await router.connect({ auth: { method: "ticket", authid: "joe", secret: "right" } });
    expect(joe.status).toMatchObject({ state: "online", authid: "joe" });
    expect(router.sessions()).toMatchObject([{ realm: "com.example.realm", authid: "joe" }]);
    router.faults.abortNext("wamp.error.not_authorized");
    const other = await router.connect({
      auth: { method: "ticket", authid: "joe", secret: "right" },
      principal: "x",
    });
    await expect(other.ready).rejects.toMatchObject({ uri: "wamp.error.not_authorized" });
  });

  it("has an authentication method of the application, which the tabs answer by their own signatures", async () => {
    const check = vi.fn(({ signature }: { signature: string }) => signature === "17:1234");
    await restart({ auth: { custom: { pin: { challenge: () => ({ nonce: 17 }), check } } } });
    const authWith = (pin: string) => ({
      method: "pin",
      authid: "joe",
      authrole: "operator",
      sign: ({ challenge }: ChallengeRequest) => ({
        signature: `${String(challenge["nonce"])}:${pin}`,
        extra: { attempt: 1 },
      }),
    });
    const joe = await router.connect({ auth: authWith("1234"), hello: { build: 7 } });
    await router.settle();
    expect(joe.status).toMatchObject({ state: "online", authid: "joe", authrole: "user" });
    expect(check.mock.calls).toMatchObject([
      [{ extra: { attempt: 1 }, hello: { authid: "joe", authrole: "operator", build: 7 } }],
    ]);
    const refused = await router.connect({ auth: authWith("4321"), principal: "other" });
    await expect(refused.ready).rejects.toMatchObject({ uri: "wamp.error.authentication_failed" });
  });

  it("checks arguments and options as the package does", async () => {
    await expect(router.connect({ linger: -1 })).rejects.toMatchObject({ name: "InvalidArgumentError" });
    const session = await router.connect();
    await expect(session.call("no uri")).rejects.toMatchObject({ name: "InvalidArgumentError" });
    expect(() => createTestRouter({ realms: [] })).toThrow(
      new TypeError("createTestRouter: realms must be a non-empty list of realm URIs, got []"),
    );
    const mistaken: object = { port: 8080 };
    expect(() => createTestRouter(mistaken)).toThrow(
      'options has no "port"; it has realms, auth, serializers, features, eventHistory, log, onError',
    );
  });

  it("passes errors of handlers to onError", async () => {
    const session = await router.connect();
    await session.subscribe("com.example.tick", () => {
      throw new Error("a mistake in the application");
    });
    await (await router.connectPeer()).publish("com.example.tick");
    await router.settle();
    expect(errors.splice(0)).toEqual([new Error("a mistake in the application")]);
  });

  it("reports what onError throws, and goes on @G24", async () => {
    const failures: unknown[] = [];
    // In the place of the platform's report, which fails the test.
    vi.stubGlobal("reportError", (failure: unknown) => failures.push(failure));
    const failure = new Error("an assertion of the test");
    await restart({
      onError: () => {
        throw failure;
      },
    });
    const session = await router.connect();
    const backend = await router.connectPeer();
    const mistaken = (): never => {
      throw new Error("a mistake in the application");
    };
    await session.subscribe("com.example.tick", mistaken);
    await backend.register("com.example.fail", mistaken);
    await backend.publish("com.example.tick");
    await router.settle();
    await expect(session.call("com.example.fail")).rejects.toMatchObject({
      uri: "wamp.error.runtime_error",
    });
    await router.settle();
    vi.unstubAllGlobals();
    expect(failures).toEqual([failure, failure]);
  });

  it("injects the faults of the development router", async () => {
    const session = await router.connect();
    const hold = router.faults.hold("PUBLISHED");
    let published = false;
    const publication = session.publish("com.example.tick", [], { acknowledge: true }).then(() => {
      published = true;
    });
    await router.settle();
    expect([hold.held(), published]).toEqual([1, false]);
    hold.release();
    await publication;
    router.faults.stall(true);
    const call = session.call("wamp.session.count");
    await router.settle();
    const { connect } = router.openTab();
    const stalled = await connect({ principal: "other" });
    expect(stalled.status.state).toBe("connecting");
    router.faults.stall(false);
    expect(await call).toBe(1);
    await stalled.ready;
  });
});

describe("the module in place of the package", () => {
  it("has every function and class of the package", () => {
    expect(Object.keys(double)).toEqual(expect.arrayContaining(Object.keys(client)));
  });

  it("connects to the newest test router, as one page", async () => {
    const older = router;
    await restart();
    const one = await connect({ url: "wss://router.example/ws", realm: "realm1" });
    const again = await connect({ url: "wss://router.example/ws", realm: "realm1" });
    expect(again.status).toMatchObject({ state: "online", url: "wss://router.example/ws" });
    expect((await one.inspect()).sessions[0]?.tabs).toHaveLength(1);
    await older.stop();
    await connect();
    await router.stop();
    await expect(connect()).rejects.toThrow("There is no test router");
  });
});

describe("time", () => {
  it("stands still under fake timers, while calls and events arrive @G24", async () => {
    vi.useFakeTimers();
    const session = await router.connect();
    const backend = await router.connectPeer();
    await backend.register("com.example.now", () => "now");
    expect(await session.call("com.example.now")).toBe("now");
    const heard: unknown[] = [];
    await session.subscribe("com.example.tick", ({ args }) => void heard.push(args[0]));
    // The first event is sent at once, and the others of a burst together.
    for (const tick of [1, 2, 3]) void backend.publish("com.example.tick", [tick]);
    await router.settle();
    expect(heard).toEqual([1, 2, 3]);
    await router.disconnect();
    await router.reconnect();
    expect(session.status.state).toBe("online");
    await router.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not stop calls where everything that can be faked is fake @G24", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "setImmediate", "Date", "performance", "queueMicrotask"] });
    const session = await router.connect();
    expect(await session.call("wamp.session.count")).toBe(1);
  });

  it("is that of the fake timers for deadlines and delays", async () => {
    vi.useFakeTimers();
    const session = await router.connect();
    const backend = await router.connectPeer();
    await backend.register("com.example.never", () => new Promise<void>(() => undefined));
    const late = session.call("com.example.never", [], { timeout: 60_000 }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await late).toMatchObject({ name: "TimeoutError", timeout: 60_000 });
    router.faults.dropAll();
    await router.settle();
    expect(session.status.state).toBe("waiting");
    await vi.advanceTimersByTimeAsync(500);
    expect(session.status.state).toBe("online");
  });

  it("may become fake after the connection, and real again", async () => {
    const session = await router.connect();
    vi.useFakeTimers();
    const late = session.call("com.example.none", [], { timeout: 1_000 });
    await expect(late).rejects.toMatchObject({ uri: "wamp.error.no_such_procedure" });
    vi.useRealTimers();
    expect(await session.call("wamp.session.count")).toBe(1);
  });
});

describe("the end of a test router", () => {
  it("closes every session at once, whatever waits @G24", async () => {
    vi.useFakeTimers();
    const session = await router.connect();
    const offline = await router.connectPeer({ principal: "other" });
    await offline.register("com.example.never", () => new Promise<void>(() => undefined));
    const call = session.call("com.example.never").catch((error: unknown) => error);
    await router.settle();
    router.faults.swallow("GOODBYE", 10);
    router.faults.swallow("REGISTERED");
    const registration = session.register("com.example.late", () => 1).catch((error: unknown) => error);
    await router.settle();
    const seen = states(session);
    await router.stop();
    await router.stop();
    expect([await call, await registration].map(isSessionClosedError)).toEqual([true, true]);
    expect(seen).toEqual(["closed"]);
    expect(await session.closed).toEqual({ kind: "left" });
    expect(vi.getTimerCount()).toBe(0);
    await expect(router.connect()).rejects.toThrow("has been stopped");
  });

  it("ends a session without a network, and one that is stalled @G24", async () => {
    vi.useFakeTimers();
    const session = await router.connect();
    await router.disconnect();
    router.faults.stall(true);
    await router.connectPeer();
    await router.stop();
    expect(await session.closed).toEqual({ kind: "left" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("@G25 refuses an argument that connect() does not have, as the package does", async () => {
    await using scoped = createTestRouter();
    const connecting: unknown = Reflect.apply(scoped.connect, undefined, [{}, { realm: "realm1" }]);
    await expect(connecting).rejects.toMatchObject({ name: "InvalidArgumentError" });
  });

  it("comes with `await using`", async () => {
    let session: Session;
    {
      await using scoped = createTestRouter();
      session = await scoped.connect();
    }
    expect(session.status.state).toBe("closed");
  });
});

it("logs a session in for all tabs, and refuses a wrong ticket @G24 @G27", async () => {
  await restart({ auth: { anonymous: true, tickets: { joe: "s3cret" } } });
  const [session, sibling] = [await router.connect(), await router.openTab().connect()];
  const events: unknown[] = [];
  await sibling.subscribe("com.example.news", ({ args }) => events.push(args[0]));
  const login = { method: "ticket", authid: "joe" } as const;
  await expect(session.reauthenticate({ ...login, secret: "wrong" })).rejects.toSatisfy(isJoinError);
  await session.reauthenticate({ ...login, secret: "s3cret" });
  expect(session.status).toMatchObject({ state: "online", authid: "joe" });
  await session.publish("com.example.news", [7], { acknowledge: true });
  await vi.waitFor(() => expect(events).toEqual([7]));
  expect(sibling.status).toMatchObject({ state: "online", authid: "joe" });
});
