import { describe, expect, it } from "vitest";
import { nextTask } from "../../web/next-task.js";
import { AFTER_LOSS } from "../attach/reattacher.js";
import { encoded, eventRun, invocationNotice, online, resultNotice } from "../testing/fake-hub.js";
import { FakePage, fence } from "../testing/fake-page.js";
import type { SessionFacade } from "./lease.js";

const SECRET = { what: "secret", method: "ticket" } as const;
const QUERY = { what: "query" } as const;

const TOPIC = "com.example.topic";
const PROCEDURE = "com.example.procedure";
const closedError = { name: "SessionClosedError", message: "The session has been left" };

async function twoLeases(): Promise<{ page: FakePage; one: SessionFacade; two: SessionFacade }> {
  const page = new FakePage();
  return { page, one: await page.connect(), two: await page.connect() };
}

function statesOf(session: SessionFacade): string[] {
  const states: string[] = [];
  session.on("status", ({ state }) => states.push(state));
  return states;
}

function warningsOf(session: SessionFacade): string[] {
  const warnings: string[] = [];
  session.on("warning", ({ message }) => warnings.push(message));
  return warnings;
}

const refused = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "resolved",
    (error: unknown) => error,
  );

/** Resolves when rejections that nothing has handled by now are told. */
const nextTaskAfterRejections = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("leave() of one of several leases", () => {
  it("@G25 rejects requests without an uncaught error, because components go before their requests are answered", async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown): void => void uncaught.push(error);
    process.on("unhandledRejection", note);
    const { page, one, two } = await twoLeases();
    const asked: Promise<unknown>[] = [one.call(PROCEDURE)];
    await one.leave();
    asked.push(
      one.publish(TOPIC),
      one.register(PROCEDURE, () => 1),
    );
    await nextTaskAfterRejections();
    process.off("unhandledRejection", note);
    expect(uncaught).toEqual([]);
    for (const each of asked) expect(await refused(each)).toMatchObject(closedError);
    await fence(page, two);
  });

  it("@G1 ends what was requested through it, and nothing of the others", async () => {
    const { page, one, two } = await twoLeases();
    const events: string[] = [];
    const handles = await Promise.all([
      one.subscribe(TOPIC, ({ args }) => void events.push(`one: ${String(args[0])}`)),
      one.register(PROCEDURE, () => "one"),
    ]);
    const kept = await Promise.all([
      two.subscribe(TOPIC, ({ args }) => void events.push(`two: ${String(args[0])}`)),
      two.register(`${PROCEDURE}2`, () => "two"),
    ]);
    const iterating = one.events(TOPIC)[Symbol.asyncIterator]().next();
    const [first, second] = [refused(one.call(PROCEDURE)), refused(two.call(PROCEDURE))];
    const subscriptions = page.hub.of("subscribe").map(({ subscription }) => subscription);
    const publish = (): Promise<void> =>
      page.hub.deliver(eventRun(subscriptions.map((target) => ({ target, value: "event" }))));
    await publish();
    expect(events).toEqual(["one: event", "two: event"]);

    const states = [statesOf(one), statesOf(two)];
    const leaving = one.leave();
    expect(one.leave()).toBe(leaving);
    await publish();
    await leaving;

    expect(events).toEqual(["one: event", "two: event", "two: event"]);
    expect(await first).toMatchObject(closedError);
    expect(await iterating).toEqual({ done: true, value: undefined });
    for (const handle of handles) {
      expect(handle.active).toBe(false);
      expect(await handle.ended).toBeUndefined();
    }
    expect(one.status).toMatchObject({ state: "closed", reason: { kind: "left" }, workerUrl: "bundled" });
    expect(await one.closed).toEqual({ kind: "left" });
    expect(states).toEqual([["closed"], []]);
    for (const asked of [one.call(PROCEDURE), one.inspect(), one.reconnectNow(), one.publish(TOPIC)]) {
      expect(await refused(asked)).toMatchObject(closedError);
    }
    expect(await refused(one.subscribe(TOPIC, () => undefined))).toMatchObject(closedError);

    await fence(page, two);
    const calls = page.hub.of("call").map(({ request }) => request);
    expect(page.hub.of("cancel").map(({ request }) => request)).toEqual(calls.slice(0, 1));
    expect([page.hub.of("unsubscribe").length, page.hub.of("unregister").length]).toEqual([2, 1]);
    expect(page.hub.leaves).toBe(0);
    expect(kept.map(({ active }) => active)).toEqual([true, true]);
    expect(two.status.state).toBe("online");
    void page.hub.deliver(resultNotice(calls[1] ?? never(), ["answer"]));
    expect(await second).toBe("resolved");
  });

  it("@G1 @G18 leaves the hub with the last lease only", async () => {
    const { page, one, two } = await twoLeases();
    await two.leave();
    expect(page.hub.leaves).toBe(0);
    expect(page.locks.held.some((name) => name.includes(":tab:"))).toBe(true);
    await one.leave();
    await two.leave();
    expect(page.hub.leaves).toBe(1);
    expect(page.locks.held.some((name) => name.includes(":tab:"))).toBe(false);
    expect(page.clock.pending).toBe(0);
  });

  it("resolves when the hub has released what it held", async () => {
    const { page, one } = await twoLeases();
    await one.register(PROCEDURE, () => undefined);
    page.hub.take = (request) => {
      if (request.kind !== "unregister") page.hub.answerDone(request);
    };
    let left = false;
    const leaving = one.leave().then(() => (left = true));
    const { request } = await page.hub.next("unregister");
    for (let tasks = 0; tasks < 5; tasks += 1) await new Promise<void>((resolve) => nextTask(resolve));
    expect([left, one.status.state]).toEqual([false, "online"]);
    void page.hub.deliver({ kind: "done", request });
    await leaving;
    expect(one.status.state).toBe("closed");
  });

  it("lets requests be answered until the hub has taken everything that was requested before", async () => {
    const { page, one } = await twoLeases();
    page.hub.take = (request) => {
      if (request.kind === "publish") void page.hub.deliver({ kind: "published", request: request.request });
      else page.hub.answerDone(request);
    };
    const publishing: Promise<unknown>[] = [];
    // Each in a batch of its own, and so more of them than the hub takes at a time.
    for (let count = 0; count < 10; count += 1) {
      publishing.push(one.publish(TOPIC, ["goodbye"]));
      for (let turns = 0; turns < 10; turns += 1) await Promise.resolve();
    }
    await one.leave();
    await Promise.all(publishing);
    expect(page.hub.of("cancel")).toEqual([]);
  });

  it("lets requests be answered whose answers wait in the hub", async () => {
    const { page, one } = await twoLeases();
    let asked = false;
    let answer: () => void = () => undefined;
    page.hub.take = (request) => {
      const before = answer;
      answer = () => {
        before();
        if (request.kind === "publish")
          void page.hub.deliver({ kind: "published", request: request.request });
        else page.hub.answerDone(request);
      };
      asked ||= request.kind !== "publish";
    };
    const publishing = refused(one.publish(TOPIC, ["goodbye"]));
    const leaving = one.leave();
    while (!asked) await new Promise<void>((resolve) => nextTask(resolve));
    // The answer to anything that takes no turn among the notices would have arrived by now.
    for (let tasks = 0; tasks < 20; tasks += 1) await new Promise<void>((resolve) => nextTask(resolve));
    answer();
    await leaving;
    expect(await publishing).toBe("resolved");
  });

  it("rejects a subscribe() that the hub has not answered, and undoes it", async () => {
    const { page, one } = await twoLeases();
    page.hub.take = (request) => {
      if (request.kind === "subscribe") return;
      page.hub.answerDone(request);
      // As the hub does for a subscription that has been released before the router has answered.
      const [asked] = page.hub.of("subscribe");
      if (request.kind === "unsubscribe" && asked !== undefined) {
        const error = { name: "CanceledError", message: "canceled", fields: { sent: true } } as const;
        void page.hub.deliver({ kind: "rejected", request: asked.request, error });
      }
    };
    const subscribing = refused(one.subscribe(TOPIC, () => undefined));
    await page.hub.next("subscribe");
    await one.leave();
    expect(await subscribing).toMatchObject(closedError);
    expect(page.hub.of("unsubscribe")).toHaveLength(1);
  });

  it("answers the calls whose handlers are still running, and aborts their signals", async () => {
    const { page, one, two } = await twoLeases();
    const aborted: string[] = [];
    const handler =
      (name: string) =>
      (_args: unknown, { signal }: { readonly signal: AbortSignal }) => {
        signal.addEventListener("abort", () => aborted.push(`${name}: ${String(signal.reason)}`));
        return new Promise(() => undefined);
      };
    await one.register(PROCEDURE, handler("one"));
    await two.register(`${PROCEDURE}2`, handler("two"));
    const [first, second] = page.hub.of("register").map(({ registration }) => registration);
    void page.hub.deliver(
      invocationNotice(first ?? never(), [], { invocation: 1 }),
      invocationNotice(second ?? never(), [], { invocation: 2 }),
    );
    await page.hub.next("begun", 2);
    await one.leave();
    expect(aborted).toEqual(["one: SessionClosedError: The session has been left"]);
    await fence(page, two);
    expect(page.hub.of("fail")).toEqual([
      {
        kind: "fail",
        invocation: 1,
        uri: "wamp.error.canceled",
        details: {},
        payload: encoded(["the callee is gone"]),
      },
    ]);
  });

  it("@G25 reports no error of requests that its own handlers make meanwhile, or have made", async () => {
    for (const isLast of [false, true]) {
      const { page, one, two } = await twoLeases();
      if (isLast) await two.leave();
      let go = (): void => undefined;
      await one.register(PROCEDURE, () => one.call("com.example.never"));
      await one.register(`${PROCEDURE}2`, async () => {
        await new Promise<void>((resolve) => (go = resolve));
        await one.call("com.example.late");
      });
      await one.subscribe(TOPIC, () => one.call("com.example.never"));
      const callees = page.hub
        .of("register")
        .map(({ registration }, at) => invocationNotice(registration, [], { invocation: at + 1 }));
      const [{ subscription: target } = never()] = page.hub.of("subscribe");
      await page.hub.deliver(...callees, eventRun([{ target, value: 1 }]));
      await fence(page, one);
      expect(page.hub.of("call")).toHaveLength(2);
      const leaving = one.leave();
      go();
      await leaving;
      await new Promise<void>((resolve) => nextTask(resolve));
      expect(page.reported).toEqual([]);
    }
  });

  it("@G1 withdraws at once what waits for a worker, which gets none of it", async () => {
    const { page, one, two } = await twoLeases();
    page.kill();
    await new Promise<void>((resolve) => {
      const stop = two.on("status", () => (stop(), resolve()));
    });
    const waiting = [one.subscribe(TOPIC, () => undefined), one.call(PROCEDURE), one.publish(TOPIC)];
    const outcomes = waiting.map(refused);
    await one.leave();
    for (const outcome of outcomes) expect(await outcome).toMatchObject(closedError);
    page.clock.advance(AFTER_LOSS);
    await page.online(two);
    await fence(page, two);
    expect(page.hub.posted).toEqual([]);
  });

  it("resolves when the last lease leaves before the hub has released anything of it", async () => {
    const { page, one, two } = await twoLeases();
    await one.subscribe(TOPIC, () => undefined);
    page.hub.take = () => undefined;
    await Promise.all([one.leave(), two.leave()]);
    expect([one.status.state, two.status.state, page.hub.leaves]).toEqual(["closed", "closed", 1]);
    expect(page.clock.pending).toBe(0);
  });

  it("resolves while there is no worker, and the next worker is asked for nothing of it", async () => {
    const { page, one, two } = await twoLeases();
    await one.subscribe(TOPIC, () => undefined);
    await two.subscribe(`${TOPIC}2`, () => undefined);
    await page.crash(two);
    const waiting = refused(one.call(PROCEDURE));
    await one.leave();
    expect(await waiting).toMatchObject(closedError);
    await page.online(two);
    await fence(page, two);
    expect(page.hub.posted.map(({ kind }) => kind)).toEqual(["subscribe"]);
  });
});

describe("the end of a session for all pages", () => {
  it("@G7 closes every lease with the reason, whether or not another one has left", async () => {
    const { page, one, two } = await twoLeases();
    const three = await page.connect();
    await three.leave();
    const states = [statesOf(one), statesOf(two), statesOf(three)];
    const storage = { kind: "indexeddb" } as const;
    const error = { name: "ProtocolError", message: "fatal" } as const;
    void page.hub.deliver({ kind: "status", status: { state: "closed", reason: error }, storage });
    expect(await Promise.all([one.closed, two.closed, three.closed])).toMatchObject([
      { kind: "closed", error },
      { kind: "closed", error },
      { kind: "left" },
    ]);
    expect(states).toEqual([["closed"], ["closed"], []]);
    await Promise.all([one.leave(), two.leave()]);
    expect(one.status).toMatchObject({ reason: { kind: "closed" } });
    expect(page.hub.leaves).toBe(0);
    expect(await refused(one.call(PROCEDURE))).toMatchObject({ name: "SessionClosedError", cause: error });
  });
});

describe("connect(), leave() and connect() again", () => {
  it("@G1 in the order of React's StrictMode, keeps the session", async () => {
    const page = new FakePage();
    const first = page.connect();
    const cleanup = first.then((session) => session.leave());
    const second = page.connect();
    await cleanup;
    const session = await second;
    expect(session.status.state).toBe("online");
    expect((await first).status.state).toBe("closed");
    expect([page.hub.hellos.length, page.hub.leaves]).toEqual([1, 0]);
    expect((await session.inspect()).tab).toBe(page.hub.hellos[0]?.tab);
  });

  it.each(["at once", "when it has left"])(
    "@G1 a connect() after the last leave(), %s, attaches anew",
    async (when) => {
      const page = new FakePage();
      const first = await page.connect();
      const leaving = first.leave();
      if (when === "when it has left") await leaving;
      const second = await page.connect();
      const third = await page.connect();
      await leaving;
      expect([first, second, third].map(({ status }) => status.state)).toEqual([
        "closed",
        "online",
        "online",
      ]);
      expect([page.hub.hellos.length, page.hub.leaves]).toEqual([2, 1]);
      expect(new Set(page.hub.hellos.map(({ tab }) => tab)).size).toBe(2);
    },
  );

  it("a connect() that joins one that fails rejects with the same error, and the next one starts afresh", async () => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.answerHello = () => Promise.reject(new Error("not yet"));
    };
    const outcomes = await Promise.all([refused(page.connect()), refused(page.connect())]);
    expect(outcomes[0]).toMatchObject({ name: "WorkerStartError" });
    expect(outcomes[1]).toBe(outcomes[0]);
    page.hub.answerHello = () => page.hub.welcome();
    const session = await page.connect();
    expect(session.status.state).toBe("online");
    await session.leave();
    expect(page.locks.held.some((name) => name.includes(":tab:"))).toBe(false);
  });

  it("a connect() that is refused is no lease: the page leaves without it", async () => {
    const page = new FakePage();
    const ticket = (secret: string) => ({ auth: { method: "ticket", authid: "joe", secret } as const });
    const session = await page.connect(ticket("right"));
    expect(await refused(page.connect(ticket("wrong")))).toMatchObject({ name: "JoinError" });
    await session.leave();
    expect(page.hub.leaves).toBe(1);
  });
});

describe("ready of a lease", () => {
  it("rejects when the lease leaves before the session is online, and the other one waits on", async () => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.answerHello = () => hub.welcome({ state: "connecting", attempt: 1, url: "ws://router.example/" });
    };
    const [one, two] = [await page.connect(), await page.connect()];
    await one.leave();
    expect(await refused(one.ready)).toMatchObject(closedError);
    const storage = { kind: "indexeddb" } as const;
    void page.hub.deliver({ kind: "status", status: online, storage });
    await two.ready;
  });
});

describe("the warnings of a lease", () => {
  it("are those of what it requested and those of the session, and each is kept for its own first listener", async () => {
    const { page, one, two } = await twoLeases();
    await one.subscribe(TOPIC, () => undefined);
    const [asked] = page.hub.of("subscribe");
    const payload = { ...encoded([]), data: "[" };
    await page.hub.deliver({
      kind: "event",
      target: asked?.subscription ?? never(),
      publication: 1,
      details: {},
      payload,
    });
    await page.hub.deliver({ kind: "warning", error: { name: "ProtocolError", message: "of the session" } });
    expect(warningsOf(one)).toEqual([expect.stringContaining(TOPIC), "of the session"]);
    expect(warningsOf(two)).toEqual(["of the session"]);
  });
});

describe("the functions for credentials", () => {
  it("are those of the latest lease that has not left", async () => {
    const page = new FakePage();
    const connect = (secret: string | (() => string)): Promise<SessionFacade> =>
      page.connect({ auth: { method: "ticket", authid: "joe", secret } });
    const one = await connect(() => "one");
    const two = await connect(() => "two");
    await connect("literal");
    expect(await page.hub.ask(SECRET)).toBe("two");
    await two.leave();
    expect(await page.hub.ask(SECRET)).toBe("one");
    await one.leave();
    expect(await page.hub.ask(SECRET)).toBe("literal");
  });

  it("@G27 pass a question on when the lease that was asked leaves", async () => {
    const page = new FakePage();
    const signals: AbortSignal[] = [];
    await page.connect({ auth: { method: "ticket", authid: "joe", secret: () => "one" } });
    const two = await page.connect({
      auth: {
        method: "ticket",
        authid: "joe",
        secret: ({ signal }) => {
          signals.push(signal);
          return new Promise<string>(() => undefined);
        },
      },
    });
    const asked = page.hub.ask(SECRET);
    while (signals.length === 0) await new Promise<void>((resolve) => nextTask(resolve));
    await two.leave();
    expect(await asked).toBe("one");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("give way to the query that another lease passed as a value", async () => {
    const page = new FakePage();
    const one = await page.connect({ query: () => "token=one" });
    await page.connect({ query: "token=literal" });
    await page.connect();
    expect(await page.hub.ask(QUERY)).toBe("token=one");
    await one.leave();
    expect(await page.hub.ask(QUERY)).toBe("token=literal");
  });
});

function never(): never {
  throw new Error("The page did not ask for it");
}
