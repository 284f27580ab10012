import type { WorkerName } from "../../contract/port.js";
import { beforeEach, describe, expect, it } from "vitest";
import { nextTask } from "../../web/next-task.js";
import { SERVED } from "../attach/setbacks.js";
import type { CallOptions } from "../api/request-options.js";
import type { ConnectOptions } from "../api/connect-options.js";
import type { SessionFacade } from "../session/lease.js";
import { resultNotice } from "../testing/fake-hub.js";
import { FakePage, fence } from "../testing/fake-page.js";

const handler = (): undefined => undefined;
/** Less than `attachTimeout`, so that the attempt to attach goes on while the deadlines pass. */
const REQUEST_TIMEOUT = 5_000;

/** A page whose worker has died, and whose next worker does not answer before the test says so. */
async function orphaned(
  more: Partial<ConnectOptions> = {},
  make: (session: SessionFacade) => Promise<unknown> = () => Promise.resolve(),
) {
  const page = new FakePage();
  const session = await page.connect({ requestTimeout: REQUEST_TIMEOUT, ...more });
  const handles = [
    await session.subscribe("com.example.kept", handler),
    await session.register("com.example.kept", handler),
  ] as const;
  let admit = (): void => undefined;
  page.prepare = (hub) => {
    hub.answerHello = () => new Promise((resolve) => (admit = () => resolve(hub.welcome())));
  };
  const made = make(session);
  made.catch(() => undefined);
  await fence(page, session);
  await page.crash(session);
  const hubStarts = async (): Promise<void> => {
    while (page.hubs.length === 1 || page.hub.hellos.length === 0) await tick();
    admit();
    await page.online(session);
    await fence(page, session);
  };
  return { page, session, handles, made, hubStarts };
}

const tick = (): Promise<void> => new Promise((resolve) => nextTask(resolve));

/** Returns the outcome so far. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  const settled = promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return await Promise.race([settled, tick().then(() => "pending")]);
}

const timedOut = (timeout: number, sent: boolean): object => ({
  error: { name: "TimeoutError", timeout, sent },
});

const posted = (page: FakePage): string[] =>
  page.hub.posted.filter((request) => !("replayed" in request)).map(({ kind }) => kind);

const requests: readonly [string, (session: SessionFacade) => Promise<unknown>][] = [
  ["subscribe()", (s) => s.subscribe("com.example.x", handler)],
  ["register()", (s) => s.register("com.example.x", handler)],
  ["acknowledged publish()", (s) => s.publish("com.example.x", [], { acknowledge: true })],
];

describe("a request while no worker is running", () => {
  it.each(["7000", 0.5, -1, NaN, [7_000]])(
    "@G25 has a timeout that is none posted to the next hub, which refuses it: %j",
    async (timeout) => {
      const { page, session, hubStarts } = await orphaned();
      session.call("com.example.x", [], { timeout: timeout as never }).catch(() => undefined);
      page.clock.advance(10);
      await hubStarts();
      expect((await page.hub.next("call")).timeout).toEqual(timeout);
      await session.leave();
    },
  );

  it("@G7 rejects at its deadline, and goes to no worker afterwards", async () => {
    const { page, session, hubStarts } = await orphaned();
    const call = session.call("com.example.x", [], { timeout: 2_000 });
    page.clock.advance(1_999);
    expect(await outcome(call)).toBe("pending");
    page.clock.advance(1);
    expect(await outcome(call)).toMatchObject(timedOut(2_000, false));
    await hubStarts();
    expect(posted(page)).toEqual([]);
  });

  it.each(requests)("@G7 rejects at the default deadline: %s", async (_name, make) => {
    const { page, session } = await orphaned();
    const request = make(session);
    page.clock.advance(REQUEST_TIMEOUT - 1);
    expect(await outcome(request)).toBe("pending");
    page.clock.advance(1);
    expect(await outcome(request)).toMatchObject(timedOut(REQUEST_TIMEOUT, false));
  });

  it("@G7 rejects at once if it must not wait for a session", async () => {
    const { page, session, hubStarts } = await orphaned();
    const offline = { error: { name: "OfflineError" } };
    expect(await outcome(session.call("com.example.x", [], { offline: "fail" }))).toMatchObject(offline);
    expect(await outcome(session.publish("com.example.x", [], { offline: "fail" }))).toMatchObject(offline);
    await hubStarts();
    expect(posted(page)).toEqual([]);
  });

  it.each(["killnowait", "kill"] as const)(
    "@G9 rejects with the reason of its signal, and goes to no worker afterwards: %s",
    async (cancelMode) => {
      const { page, session, hubStarts } = await orphaned();
      const abort = new AbortController();
      const call = session.call("com.example.x", [], { signal: abort.signal, cancelMode });
      abort.abort("enough");
      expect(await outcome(call)).toEqual({ error: "enough" });
      await hubStarts();
      expect(posted(page)).toEqual([]);
    },
  );

  it("@G7 goes to the next worker with the rest of its deadline, and names the whole one when that passes", async () => {
    const { page, session, hubStarts } = await orphaned();
    const call = session.call("com.example.x", [], { timeout: 5_000 });
    page.clock.advance(1_500);
    await hubStarts();
    const { request, timeout } = await page.hub.next("call");
    expect(timeout).toBe(3_500);
    const rejected = expect(call).rejects.toMatchObject({ name: "TimeoutError", timeout: 5_000, sent: true });
    const error = { name: "TimeoutError", message: "late", fields: { timeout, sent: true } } as const;
    await page.hub.deliver({ kind: "rejected", request, error });
    await rejected;
  });

  it("@G7 goes to no worker after its deadline, even if the page was frozen and its timers are late", async () => {
    const { page, session, hubStarts } = await orphaned();
    const call = session.call("com.example.pay", [], { timeout: 2_000 });
    const rejected = expect(call).rejects.toMatchObject({
      name: "TimeoutError",
      timeout: 2_000,
      sent: false,
    });
    const kept = session.call("com.example.x");
    page.clock.jump(60_000);
    await hubStarts();
    await rejected;
    expect(posted(page)).toEqual(["call"]);
    expect((await page.hub.next("call")).procedure).toBe("com.example.x");
    expect(await outcome(kept)).toBe("pending");
  });

  it("@G7 waits for the next worker if it has no deadline, and needs no timer", async () => {
    const { page, session, hubStarts } = await orphaned();
    const before = page.clock.pending;
    const call = session.call("com.example.x");
    expect(page.clock.pending).toBe(before);
    await hubStarts();
    const { request, timeout } = await page.hub.next("call");
    expect(timeout).toBe(0);
    await page.hub.deliver(resultNotice(request, ["late"]));
    expect(await call).toBe("late");
    expect(page.clock.pending).toBe(0);
  });

  it("@G23 counts towards maxRequests until it is settled, and is refused beyond it", async () => {
    const { page, session, handles, hubStarts } = await orphaned({ limits: { maxRequests: 2 } });
    const overflow = { error: { name: "OverflowError", limit: "maxRequests", value: 3, maximum: 2 } };
    const canceled = new AbortController();
    const first = session.call("com.example.x", [], { signal: canceled.signal });
    const second = session.publish("com.example.x");
    expect(await outcome(session.call("com.example.x"))).toMatchObject(overflow);
    canceled.abort("enough");
    expect(await outcome(first)).toEqual({ error: "enough" });
    const third = session.call("com.example.x");
    expect(await outcome(session.call("com.example.x"))).toMatchObject(overflow);
    // The handles of the lost worker are restored and released all the same.
    const [subscription] = handles;
    await subscription.unsubscribe();
    await hubStarts();
    expect(posted(page)).toEqual(["publish", "call"]);
    // From here on, the worker counts.
    const fourth = session.call("com.example.x");
    await fence(page, session);
    expect(await Promise.all([second, third, fourth].map(outcome))).toEqual([
      "pending",
      "pending",
      "pending",
    ]);
    expect(posted(page)).toEqual(["publish", "call", "call"]);
  });

  it("@G17 releases a handle at once, and no worker restores it", async () => {
    const { page, handles, hubStarts } = await orphaned();
    const [subscription, registration] = handles;
    await subscription.unsubscribe();
    await registration.unregister();
    expect([subscription.active, registration.active]).toEqual([false, false]);
    await hubStarts();
    expect(page.hub.posted).toEqual([]);
  });
});

describe("a durable request that a lost worker may have stored", () => {
  const KEY = expect.any(String) as string;
  const withdrawn = { kind: "outbox-entry", action: "cancel", key: KEY };

  /** Makes a durable call, whose worker dies before it is answered. */
  async function lost(options: CallOptions = {}) {
    const started = await orphaned({}, (session) =>
      session.call("com.example.order", [], { offline: "durable", ...options }),
    );
    return { ...started, call: started.made };
  }

  it("@G16 goes to the next worker with its key", async () => {
    const { page, hubStarts } = await lost();
    await hubStarts();
    expect(page.hub.posted.slice(-1)).toMatchObject([{ kind: "call", offline: { key: KEY } }]);
  });

  it.each(["killnowait", "kill"] as const)(
    "@G9 @G16 rejects with the reason of its signal, and is canceled in the next worker: %s",
    async (cancelMode) => {
      const abort = new AbortController();
      const { page, session, call, hubStarts } = await lost({ signal: abort.signal, cancelMode });
      abort.abort("enough");
      expect(await outcome(call)).toEqual({ error: "enough" });
      await hubStarts();
      expect(page.hub.posted.slice(-1)).toMatchObject([withdrawn]);
      expect(posted(page)).toEqual(["outbox-entry"]);
      // It is settled there, so that a later worker is not told again.
      const { request } = await page.hub.next("outbox-entry");
      await page.hub.deliver({ kind: "done", request, isDone: true });
      page.prepare = () => undefined;
      // So that the next worker is started without a delay.
      page.clock.advance(SERVED);
      await page.crash(session);
      await page.online(session);
      await fence(page, session);
      expect(posted(page)).toEqual([]);
    },
  );

  it("@G7 @G16 rejects at its deadline, and is canceled in the next worker", async () => {
    for (const isFrozen of [true, false]) {
      const { page, call, hubStarts } = await lost({ timeout: 2_000 });
      if (isFrozen) page.clock.jump(2_000);
      else page.clock.advance(2_000);
      if (!isFrozen) expect(await outcome(call)).toMatchObject(timedOut(2_000, true));
      const rejected = expect(call).rejects.toMatchObject({ name: "TimeoutError", sent: true });
      await hubStarts();
      await rejected;
      expect(posted(page)).toEqual(["outbox-entry"]);
    }
  });

  it("@G16 that was canceled in the lost worker is canceled in the next one as well", async () => {
    for (const cancelMode of ["killnowait", "kill"] as const) {
      const page = new FakePage();
      const session = await page.connect();
      const abort = new AbortController();
      const { signal } = abort;
      const call = session.call("com.example.order", [], { offline: "durable", signal, cancelMode });
      const rejected = expect(call).rejects.toBeDefined();
      const { offline } = await page.hub.next("call");
      abort.abort();
      await page.hub.next("cancel");
      await page.crash(session);
      await rejected;
      await page.online(session);
      await fence(page, session);
      expect(page.hub.posted).toMatchObject([{ ...withdrawn, ...(offline as object) }]);
    }
  });
});

describe("a request whose worker hangs", () => {
  let page: FakePage;
  let session: SessionFacade;
  beforeEach(async () => {
    page = new FakePage();
    session = await page.connect({ requestTimeout: REQUEST_TIMEOUT, attachTimeout: 3_000 });
  });

  it("@G7 rejects two seconds after its deadline, and is canceled", async () => {
    const call = session.call("com.example.x", [], { timeout: 1_000 });
    await page.hub.next("call");
    page.clock.advance(2_999);
    expect(await outcome(call)).toBe("pending");
    page.clock.advance(1);
    expect(await outcome(call)).toMatchObject(timedOut(1_000, true));
    expect(await page.hub.next("cancel")).toMatchObject({ mode: "killnowait" });
  });

  it("@G7 resolves with an answer that arrived while the page was frozen beyond its deadline", async () => {
    const call = session.call("com.example.x", [], { timeout: 1_000 });
    const { request } = await page.hub.next("call");
    page.clock.jump(60_000);
    // The timers go off before the notices are dispatched.
    page.clock.advance(0);
    await page.hub.deliver(resultNotice(request, ["in time"]));
    expect(await call).toBe("in time");
  });

  it.each(requests)("@G7 is undone if the worker answers after all: %s", async (_name, make) => {
    page.hub.take = () => undefined;
    const asked = make(session);
    await fence(page, session);
    page.clock.advance(REQUEST_TIMEOUT + 2_000);
    expect(await outcome(asked)).toMatchObject(timedOut(REQUEST_TIMEOUT, true));
    const [first] = page.hub.posted;
    if (first === undefined || !("request" in first)) throw new Error("nothing was posted");
    const { kind, request } = first;
    await page.hub.deliver({ kind: kind === "publish" ? "published" : "done", request });
    await fence(page, session);
    const undone = { subscribe: ["unsubscribe"], register: ["unregister"], publish: [] }[kind as "publish"];
    expect(page.hub.posted.map((each) => each.kind)).toEqual([kind, "cancel", ...undone]);
  });

  it("@G9 rejects after a limited time if it was canceled with kill", async () => {
    const abort = new AbortController();
    const call = session.call("com.example.x", [], { signal: abort.signal, cancelMode: "kill" });
    await page.hub.next("call");
    page.clock.advance(60_000);
    abort.abort();
    expect(await page.hub.next("cancel")).toMatchObject({ mode: "kill" });
    page.clock.advance(REQUEST_TIMEOUT + 2_000 - 1);
    expect(await outcome(call)).toBe("pending");
    page.clock.advance(1);
    expect(await outcome(call)).toMatchObject(timedOut(REQUEST_TIMEOUT, true));
  });

  it("@G7 rejects unsubscribe() and unregister()", async () => {
    const subscription = await session.subscribe("com.example.x", handler);
    const registration = await session.register("com.example.x", handler);
    page.hub.take = () => undefined;
    const releases = [subscription.unsubscribe(), registration.unregister()];
    await fence(page, session);
    page.clock.advance(REQUEST_TIMEOUT + 2_000);
    for (const release of releases)
      expect(await outcome(release)).toMatchObject(timedOut(REQUEST_TIMEOUT, true));
  });

  it("@G7 needs no timer once it is settled", async () => {
    const call = session.call("com.example.x", [], { timeout: 1_000 });
    const { request } = await page.hub.next("call");
    await page.hub.deliver(resultNotice(request, [1]));
    await call;
    expect(page.clock.pending).toBe(0);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["inspect()", () => session.inspect()],
    ["reconnectNow()", () => session.reconnectNow()],
  ])("@G7 rejects after attachTimeout: %s", async (_name, ask) => {
    page.hub.kill();
    const asked = ask();
    page.clock.advance(2_999);
    expect(await outcome(asked)).toBe("pending");
    page.clock.advance(1);
    expect(await outcome(asked)).toMatchObject(timedOut(3_000, true));
  });
});

describe("connect()", () => {
  const tooLate = { error: { name: "WorkerStartError", reason: "timeout" } };

  it("@G7 rejects after attachTimeout if the browser does not grant the lock, which it gives back later", async () => {
    const page = new FakePage();
    let grant = (): void => undefined;
    page.locks.requested = () => new Promise((resolve) => (grant = resolve));
    const connecting = page.connect({ attachTimeout: 3_000 });
    await tick();
    page.clock.advance(2_999);
    expect(await outcome(connecting)).toBe("pending");
    page.clock.advance(1);
    expect(await outcome(connecting)).toMatchObject(tooLate);
    grant();
    await tick();
    expect([page.locks.held, page.started]).toEqual([[], []]);
  });

  it("@G7 rejects after attachTimeout if the worker cannot be opened, and releases it later", async () => {
    const page = new FakePage();
    const host = page.hubHost(undefined);
    let proceed = (): void => undefined;
    const opening = new Promise<void>((resolve) => (proceed = resolve));
    let released = 0;
    const slow = Object.assign(page, {
      hubHost: () => ({
        ...host,
        open: async (name: WorkerName) => {
          await opening;
          return {
            ...(await host.open(name)),
            release: () => (released += 1),
          };
        },
      }),
    });
    const connecting = slow.connect({ attachTimeout: 3_000 });
    await tick();
    await tick();
    page.clock.advance(3_000);
    expect(await outcome(connecting)).toMatchObject(tooLate);
    proceed();
    await tick();
    expect(released).toBe(1);
    expect(page.hub.hellos).toEqual([]);
  });
});
