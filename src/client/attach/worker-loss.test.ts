import { describe, expect, it } from "vitest";
import { workerLock } from "../../contract/port.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { nextTask } from "../../web/next-task.js";
import type { ConnectOptions } from "../api/connect-options.js";
import { UnsupportedError, WorkerStartError } from "../errors/worker-errors.js";
import type { WorkerStartReason } from "../errors/worker-errors.js";
import { eventRun, invocationNotice } from "../testing/fake-hub.js";
import type { FakeHub } from "../testing/fake-hub.js";
import { FakePage, fence } from "../testing/fake-page.js";
import { AFTER_LOSS } from "./reattacher.js";

/** Milliseconds after which the death of a worker is no sign that it cannot run. */
const LONG = 60_000;

async function connected(
  prepare: (hub: FakeHub) => void = () => undefined,
  more: Partial<ConnectOptions> = {},
) {
  const page = new FakePage();
  page.prepare = prepare;
  const session = await page.connect(more);
  page.clock.advance(LONG);
  return { page, session };
}

/** Makes the start of further workers fail for this reason. */
function failStarts(page: FakePage, reason: WorkerStartReason): void {
  page.prepare = (hub) => {
    hub.answerHello = () => new Promise(() => undefined);
  };
  page.startFailure = () => Promise.reject(new WorkerStartError("gone", { reason, url: "bundled" }));
}

const tabLocks = (page: FakePage): readonly string[] =>
  page.locks.held.filter((name) => name.includes(":tab:"));

async function until(condition: () => boolean): Promise<void> {
  do await new Promise<void>((resolve) => nextTask(resolve));
  while (!condition());
}

/** Resolves when so many workers have been started in all and the last one has failed. */
const paused = (page: FakePage, started: number): Promise<void> =>
  until(() => page.started.length === started && tabLocks(page).length === 0);

const refusal = {
  name: "WampError",
  message: "",
  fields: { uri: "wamp.error.not_authorized", details: {} },
} as const;

describe("after the death of the worker", () => {
  it("@G17 reconnectNow() makes the next attempt to start a worker at once", async () => {
    const { page, session } = await connected();
    failStarts(page, "network");
    await page.crash(session);
    await paused(page, 2);
    page.startFailure = () => new Promise(() => undefined);
    page.hub.answerHello = () => page.hub.welcome();
    await session.reconnectNow();
    await page.online(session);
    expect([page.started.length, page.clock.pending]).toEqual([3, 0]);
  });

  it("@G17 the next worker is started no sooner than 200 ms after the loss, even by reconnectNow()", async () => {
    const { page, session } = await connected();
    page.kill();
    await until(() => session.status.state === "connecting");
    await session.reconnectNow();
    page.clock.advance(199);
    // More than an attempt takes to start a worker.
    for (let tasks = 0; tasks < 10; tasks += 1) await new Promise<void>((resolve) => nextTask(resolve));
    expect(page.started).toHaveLength(1);
    page.clock.advance(1);
    await page.online(session);
    expect([page.started.length, page.clock.pending]).toEqual([2, 0]);
  });

  it("a page that leaves before that time starts no further worker", async () => {
    const { page, session } = await connected();
    page.kill();
    await until(() => session.status.state === "connecting");
    await session.leave();
    await until(() => page.clock.pending === 0);
    expect(page.started).toHaveLength(1);
  });

  it("@G17 the errors name why a worker that refuses a batch was given up", async () => {
    const { page, session } = await connected();
    page.hub.credit = () => Promise.reject(new Error("out of memory"));
    await expect(session.call("com.example.x")).rejects.toMatchObject({
      name: "WorkerLostError",
      cause: { message: "out of memory" },
    });
  });

  it("@G17 every pending request rejects with WorkerLostError", async () => {
    const { page, session } = await connected((hub) => {
      hub.take = () => undefined;
    });
    const report = session.callProgressive("com.example.report");
    const requests = [
      session.call("com.example.x"),
      session.publish("com.example.x"),
      session.subscribe("com.example.x", () => undefined),
      session.register("com.example.x", () => undefined),
      report[Symbol.asyncIterator]().next(),
    ];
    const settled = Promise.allSettled(requests);
    await fence(page, session);
    await page.crash(session);
    const lost = { status: "rejected", reason: { name: "WorkerLostError" } };
    expect(await settled).toMatchObject(requests.map(() => lost));
  });

  it("@G17 the page attaches to a new worker under another tab id, and releases the lock of the old one", async () => {
    const { page, session } = await connected();
    const [first] = page.hub.hellos;
    await page.crash(session);
    await page.online(session);
    const [second] = page.hub.hellos;
    expect(page.hubs).toHaveLength(2);
    expect(second?.session).toEqual(first?.session);
    expect(second?.tab).not.toBe(first?.tab);
    expect([first?.wasOnline, second?.wasOnline]).toEqual([false, true]);
    expect(page.locks.held.filter((name) => name.includes(":tab:"))).toEqual([`wamp-mux:tab:${second?.tab}`]);
    expect(page.locks.watching).toBe(1);
  });

  it.each(["lock of the page", "wait for the worker's lock"])(
    "@G17 the page attaches again when the browser ends its %s: it was in WebKit's back/forward cache",
    async (which) => {
      const { page, session } = await connected((hub) => {
        hub.take = () => undefined;
      });
      const { hub } = page;
      const call = session.call("com.example.x");
      await hub.next("call");
      if (which === "lock of the page") for (const lock of tabLocks(page)) page.locks.takeBack(lock);
      else page.locks.refuse(workerLock(hub.incarnation));
      await expect(call).rejects.toMatchObject({
        name: "WorkerLostError",
        cause: { name: "AbortError" },
      });
      page.clock.advance(AFTER_LOSS);
      await page.online(session);
      const [first, second] = hub.hellos;
      expect([hub.hellos.length, page.hubs.length, first?.tab === second?.tab]).toEqual([2, 1, false]);
      expect(tabLocks(page)).toEqual([`wamp-mux:tab:${second?.tab}`]);
    },
  );

  it("@G17 a page that leaves while it waits for its lock starts no further worker", async () => {
    const { page, session } = await connected();
    page.kill();
    await until(() => session.status.state === "connecting");
    const left = new Promise<void>((resolve) => {
      page.locks.requested = () => {
        void session.leave().then(resolve);
        return new Promise((grant) => nextTask(grant));
      };
    });
    page.clock.advance(AFTER_LOSS);
    await left;
    await new Promise<void>((resolve) => nextTask(() => nextTask(resolve)));
    expect([page.started.length, tabLocks(page)]).toEqual([1, []]);
  });

  it("@G17 a page that comes back attaches again when the worker does not answer in time, and not when it does", async () => {
    const { page, session } = await connected(undefined, { attachTimeout: 3_000 });
    page.comeBack();
    await fence(page, session);
    expect([page.clock.pending, page.hub.hellos.length]).toEqual([0, 1]);

    page.hub.kill();
    page.comeBack();
    await until(() => page.clock.pending === 1);
    page.clock.advance(2_999);
    expect(session.status.state).toBe("online");
    page.clock.advance(1);
    await until(() => session.status.state === "connecting");
    page.clock.advance(AFTER_LOSS);
    await until(() => page.hubs.flatMap(({ hellos }) => hellos).length === 2);
    await page.online(session);
    await session.leave();
    page.comeBack();
    expect(page.clock.pending).toBe(0);
  });

  it("@G17 subscriptions and registrations are restored under the same handles", async () => {
    const { page, session } = await connected();
    const seen: unknown[] = [];
    const subscription = await session.subscribe("com.example", ({ args }) => void seen.push(args[0]), {
      match: "prefix",
      getRetained: true,
    });
    const registration = await session.register("com.example.x", ([value]) => value, {
      invoke: "roundrobin",
    });
    const gone = await session.subscribe("com.example.gone", () => undefined);
    await gone.unsubscribe();
    await page.crash(session);
    await page.online(session);
    await page.hub.next("register");
    const [again, ...others] = page.hub.of("subscribe");
    expect(others).toEqual([]);
    expect(again).toMatchObject({
      topic: "com.example",
      replayed: true,
      given: { match: "prefix", getRetained: true },
      timeout: 0,
      offline: "wait",
    });
    const [registered] = page.hub.of("register");
    expect(registered).toMatchObject({
      procedure: "com.example.x",
      given: { invoke: "roundrobin" },
      replayed: true,
    });
    if (again === undefined || registered === undefined) throw new Error("nothing was replayed");
    await page.hub.deliver(eventRun([{ target: again.subscription, value: "again" }]));
    await page.hub.deliver(invocationNotice(registered.registration, [3]));
    await page.hub.next("yield");
    expect(seen).toEqual(["again"]);
    expect([subscription.active, registration.active]).toEqual([true, true]);
    await subscription.unsubscribe();
    await registration.unregister();
    expect(page.hub.of("unsubscribe")).toHaveLength(1);
    expect(page.hub.of("unregister")).toHaveLength(1);
  });

  it("@G17 requests made before the new worker is there go to it after the replay", async () => {
    const { page, session } = await connected();
    await session.subscribe("com.example.x", () => undefined);
    await page.crash(session);
    session.call("com.example.y").catch(() => undefined);
    await page.online(session);
    await page.hub.next("call");
    expect(page.hubs).toHaveLength(2);
    expect(page.hub.posted.map(({ kind }) => kind)).toEqual(["subscribe", "call"]);
  });

  it("@G17 requests queued for the dead worker do not go to the new one", async () => {
    const { page, session } = await connected((hub) => {
      hub.credit = () => new Promise(() => undefined);
    });
    const calls = Promise.allSettled(
      Array.from({ length: 20 }, async (_, index) => {
        for (let tasks = 0; tasks < index; tasks += 1)
          await new Promise<void>((resolve) => nextTask(resolve));
        await session.call("com.example.x");
      }),
    );
    await page.hub.next("call", 2);
    await fence(page, session);
    page.prepare = () => undefined;
    await page.crash(session);
    await calls;
    await page.online(session);
    await fence(page, session);
    expect(page.hub.posted).toEqual([]);
  });

  it("@G17 a failed replay is not repeated for a subscription that has been unsubscribed", async () => {
    const { page, session } = await connected();
    const subscription = await session.subscribe("com.example.x", () => undefined);
    page.prepare = (hub) => {
      hub.take = ({ kind }) => {
        if (kind !== "unsubscribe") return;
        const [replay] = hub.of("subscribe");
        const [leaving] = hub.of("unsubscribe");
        if (replay === undefined || leaving === undefined) return;
        const error = { name: "ConnectionLostError", message: "", fields: { sent: true } } as const;
        void hub.deliver(
          { kind: "rejected", request: replay.request, error },
          { kind: "done", request: leaving.request },
        );
      };
    };
    await page.crash(session);
    await page.online(session);
    await page.hub.next("subscribe");
    await subscription.unsubscribe();
    await fence(page, session);
    expect(page.hub.posted.map(({ kind }) => kind)).toEqual(["subscribe", "unsubscribe"]);
  });

  it("@G17 an unsubscribe that only the dead worker knew of resolves", async () => {
    const { page, session } = await connected();
    const subscription = await session.subscribe("com.example.x", () => undefined);
    page.hub.take = () => undefined;
    const leaving = subscription.unsubscribe();
    await page.hub.next("unsubscribe");
    await page.crash(session);
    await leaving;
    await page.online(session);
    await fence(page, session);
    expect(page.hub.posted).toEqual([]);
  });

  it("@G17 a refused replay ends the handle", async () => {
    const { page, session } = await connected();
    const subscription = await session.subscribe("com.example.x", () => undefined);
    const registration = await session.register("com.example.x", () => undefined);
    page.prepare = (hub) => {
      hub.take = (request) => {
        if ("request" in request)
          void hub.deliver({ kind: "rejected", request: request.request, error: refusal });
      };
    };
    await page.crash(session);
    expect(await subscription.ended).toMatchObject({ uri: "wamp.error.not_authorized" });
    expect(await registration.ended).toMatchObject({ uri: "wamp.error.not_authorized" });
    expect([subscription.active, registration.active]).toEqual([false, false]);
  });

  it("@G17 the signal of a running handler is aborted, and its answer is dropped", async () => {
    const { page, session } = await connected();
    let finish = (): void => undefined;
    const reasons: unknown[] = [];
    await session.register("com.example.x", async (_args, { signal }) => {
      await new Promise<void>((resolve) => (finish = resolve));
      reasons.push(signal.reason);
      return 1;
    });
    const { registration } = await page.hub.next("register");
    await page.hub.deliver(invocationNotice(registration, []));
    await page.hub.next("begun");
    await page.crash(session);
    await page.online(session);
    finish();
    await fence(page, session);
    expect(reasons).toMatchObject([{ name: "WorkerLostError" }]);
    expect(page.hub.of("yield")).toEqual([]);
  });

  it("a page that leaves before it has the lock for the next worker does not start one", async () => {
    const { page, session } = await connected();
    let grant = (): void => undefined;
    page.locks.requested = () => new Promise((resolve) => (grant = resolve));
    await page.crash(session);
    await session.leave();
    grant();
    await until(() => tabLocks(page).length === 0);
    expect([page.started.length, page.locks.held, page.locks.watching]).toEqual([1, [], 0]);
  });

  it("a page that leaves while a new worker is admitting it leaves that worker and detaches", async () => {
    const { page, session } = await connected();
    let welcome = (): void => undefined;
    page.prepare = (hub) => {
      hub.answerHello = () => new Promise((resolve) => (welcome = () => resolve(hub.welcome())));
    };
    await page.crash(session);
    await until(() => page.hubs.length === 2 && page.hub.hellos.length === 1);
    await session.leave();
    welcome();
    await until(() => tabLocks(page).length === 0);
    expect(page.hub.leaves).toBe(1);
    expect(page.locks.held).toEqual([workerLock(page.hub.incarnation)]);
    expect([page.locks.watching, page.clock.pending]).toEqual([0, 0]);
  });

  it.each(["network", "not-found", "timeout", "wrong-type", "unknown"] as const)(
    "@G17 the delay between attempts grows while a new worker does not start for a temporary reason: %s",
    async (reason) => {
      const { page, session } = await connected();
      failStarts(page, reason);
      await page.crash(session);
      for (const [failures, delay] of [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
        await paused(page, 2 + failures);
        page.clock.advance(delay - 1);
        expect(page.clock.pending).toBe(1);
        page.clock.advance(1);
        expect([session.status.state, page.clock.pending]).toEqual(["connecting", 0]);
      }
      await paused(page, 10);
      page.startFailure = () => new Promise(() => undefined);
      page.hub.answerHello = () => page.hub.welcome();
      page.clock.advance(30_000);
      await page.online(session);
      expect(page.started).toHaveLength(11);
    },
  );

  it("the delays are spread over the whole range (full jitter)", async () => {
    const { page, session } = await connected();
    failStarts(page, "network");
    page.random = () => 0.25;
    await page.crash(session);
    await paused(page, 2);
    page.clock.advance(125);
    expect(page.clock.pending).toBe(0);
    await paused(page, 3);
  });

  it("a page that leaves during a delay starts no further worker", async () => {
    const { page, session } = await connected();
    failStarts(page, "network");
    await page.crash(session);
    await paused(page, 2);
    await session.leave();
    await until(() => page.clock.pending === 0);
    expect(page.started).toHaveLength(2);
    expect(await session.closed).toEqual({ kind: "left" });
  });

  it("the session is closed after as many attempts as `retry` allows", async () => {
    const { page, session } = await connected(undefined, { retry: { maxAttempts: 2 } });
    const subscription = await session.subscribe("com.example.x", () => undefined);
    failStarts(page, "not-found");
    await page.crash(session);
    await paused(page, 2);
    page.clock.advance(500);
    expect(await session.closed).toMatchObject({
      kind: "closed",
      error: { name: "WorkerStartError", reason: "not-found" },
    });
    expect(page.started).toHaveLength(1 + 2);
    expect(await subscription.ended).toMatchObject({ name: "SessionClosedError" });
    await expect(session.call("com.example.x")).rejects.toMatchObject({ name: "SessionClosedError" });
    expect(tabLocks(page)).toEqual([]);
  });

  it("@G17 the session is closed when a script fails five times in a row; before, it may have been the server", async () => {
    const { page, session } = await connected();
    failStarts(page, "network");
    await page.crash(session);
    await paused(page, 2);
    failStarts(page, "script");
    for (const [failures, delay] of [500, 1_000, 2_000, 4_000].entries()) {
      page.clock.advance(delay);
      await paused(page, 3 + failures);
      expect(session.status.state).toBe("connecting");
    }
    page.clock.advance(8_000);
    expect(await session.closed).toMatchObject({ kind: "closed", error: { reason: "script" } });
    expect(page.started).toHaveLength(1 + 1 + 5);
  });

  it.each(["csp", "unsupported"] as const)(
    "the session is closed at once when no further attempt can help: %s",
    async (reason) => {
      const { page, session } = await connected();
      failStarts(page, reason);
      await page.crash(session);
      expect(await session.closed).toMatchObject({ kind: "closed", error: { reason } });
      expect(page.started).toHaveLength(1 + 1);
    },
  );

  it("@G17 the page tries again if the browser denies its lock for a moment", async () => {
    const { page, session } = await connected();
    const { requested } = page.locks;
    page.locks.requested = () => Promise.reject(new UnsupportedError("frozen", { missing: [] }));
    await page.crash(session);
    await until(() => page.clock.pending === 1);
    page.locks.requested = requested;
    page.clock.advance(500);
    await page.online(session);
  });

  it("a page that leaves as soon as it is told of a loss starts no further worker, and waits for none", async () => {
    const page = new FakePage();
    const session = await page.connect();
    // A second quick loss is followed by a delay.
    await page.crash(session);
    await page.online(session);
    session.on("status", ({ state }) => {
      if (state === "connecting") void session.leave();
    });
    page.kill();
    expect(await session.closed).toEqual({ kind: "left" });
    await until(() => tabLocks(page).length === 0);
    expect([page.started.length, page.clock.pending]).toEqual([2, 0]);
  });

  it("the session is closed at once when the new worker refuses the page", async () => {
    const { page, session } = await connected();
    page.prepare = (hub) => {
      hub.answerHello = () => ({ ok: false, contract: CONTRACT_VERSION, error: refusal });
    };
    await page.crash(session);
    expect(await session.closed).toMatchObject({ error: { uri: "wamp.error.not_authorized" } });
    expect(page.started).toHaveLength(1 + 1);
  });

  it("the session is closed when workers keep dying as soon as they have started, with growing delays", async () => {
    const { page, session } = await connected();
    const stop = session.on("status", ({ state }) => {
      if (state === "online") queueMicrotask(() => void page.crash(session));
    });
    await page.crash(session);
    for (const [losses, delay] of [500, 1_000, 2_000].entries()) {
      // The first such loss is followed by another worker at once.
      await paused(page, 3 + losses);
      page.clock.advance(delay - 1);
      expect(page.clock.pending).toBe(1);
      page.clock.advance(1);
    }
    expect(await session.closed).toMatchObject({ kind: "closed", error: { name: "WorkerLostError" } });
    stop();
    expect(page.hubs).toHaveLength(1 + 5);
  });
});
