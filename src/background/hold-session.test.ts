import { beforeEach, describe, expect, it, vi } from "vitest";
import { isTimeoutError } from "../client/errors/index.js";
import { createCodecs } from "../codec/codecs.js";
import { customSerializer } from "../codec/custom.js";
import { sessionKey } from "../contract/identity.js";
import { outboxLock, sessionLock } from "../contract/port.js";
import { createPortPair } from "../memory/port-pair.js";
import { createFakeEnvironment } from "../testing/fake-environment.js";
import type { FakeEnvironment } from "../testing/fake-environment.js";
import { FakeSocketFactory } from "../testing/fake-sockets.js";
import { MemoryRouter } from "../testing/memory-router.js";
import type { NewEntry } from "../hub/stored-entry.js";
import { tagged } from "../testing/custom-modules.js";
import { newEntry } from "../testing/outbox-entries.js";
import { createSessionHolder } from "./hold-session.js";
import type { BackgroundOptions } from "./options.js";
import type { Platform } from "./platform.js";

const URL_OF_ROUTER = "ws://router.example/";
const options: BackgroundOptions = { url: URL_OF_ROUTER, realm: "realm1", workerUrl: "/worker.js" };
const owner = sessionKey({ urls: [URL_OF_ROUTER], realm: "realm1", principal: "anonymous" });
const lock = sessionLock("https://app.example/worker.js", owner);

let fake: FakeEnvironment;
let router: MemoryRouter;
let platform: Platform;
/** The locks for which another context waits. */
let awaited: string[];
let holdSession: ReturnType<typeof createSessionHolder>;

beforeEach(() => {
  fake = createFakeEnvironment();
  router = new MemoryRouter(fake.sockets, fake.clock, fake.env.defer);
  awaited = [];
  platform = {
    locks: fake.locks,
    isAwaited: (name) => Promise.resolve(awaited.includes(name) || fake.locks.awaited.includes(name)),
    hub: fake.env,
    client: {
      report: (error) => {
        throw error;
      },
      tell: () => undefined,
    },
    openChannel: () => createPortPair(fake.env.defer),
    baseUrl: "https://app.example/service-worker.js",
  };
  holdSession = createSessionHolder(() => platform);
});

type Work = Parameters<typeof holdSession>[1];

/** Begins to hold the session; `outcome` is what has become of it so far. */
function hold(work: Work, changes: Partial<BackgroundOptions> = {}) {
  const held: { outcome: unknown } = { outcome: "none yet" };
  holdSession({ ...options, ...changes }, work).then(
    (outcome) => (held.outcome = outcome),
    (error: unknown) => (held.outcome = error),
  );
  return held;
}

const sent = (): string[] => router.received.map(({ type }) => type);

/** The session ended with GOODBYE, and another context can have it. */
function expectNoSession(): void {
  expect(sent()).toContain("GOODBYE");
  expect(fake.locks.held).toEqual([]);
}

const never = (): Promise<never> => new Promise(() => undefined);

describe("a session that is held for some work", () => {
  it("has the lock of the pages' session during the work, and ends with GOODBYE after it @G1", async () => {
    let finish = (): void => undefined;
    const held = hold(async (session) => {
      await session.ready;
      await session.publish("com.example.seen", [1], { acknowledge: true });
      await new Promise<void>((resolve) => (finish = resolve));
    });
    await fake.settle();
    expect(fake.locks.held).toContain(lock);
    expect(sent()).toEqual(["HELLO", "PUBLISH"]);

    finish();
    await fake.settle();

    expect(held.outcome).toBe("done");
    expectNoSession();
  });

  it("is left to the worker that has it, and neither connects nor works @G1", async () => {
    fake.locks.take(lock);
    const work = vi.fn();
    const held = hold(work);

    await fake.advance(20_000);

    expect(held.outcome).toBe("elsewhere");
    expect(work).not.toHaveBeenCalled();
    expect(router.connections).toBe(0);
  });

  it("waits for a worker that still has the session because its last tab has just vanished", async () => {
    fake.locks.take(lock);
    const held = hold((session) => session.ready);
    await fake.advance(5_000);
    fake.locks.release(lock);

    await fake.advance(1_000);

    expect(held.outcome).toBe("done");
    expectNoSession();
  });

  it("goes to the page that asks for it, before the work is done @G1", async () => {
    const held = hold(never);
    await fake.advance(500);
    expect(held.outcome).toBe("none yet");

    awaited.push(lock);
    await fake.advance(100);

    expect(held.outcome).toBe("interrupted");
    expectNoSession();
  });

  it("does works that are asked for at the same time one after the other, all of them @G1", async () => {
    const finish: (() => void)[] = [];
    const work: Work = async (session) => {
      await session.publish("com.example.seen", [1], { acknowledge: true });
      await new Promise<void>((resolve) => finish.push(resolve));
    };
    const held = [
      hold(work),
      hold(work, { timeLimit: 2_000 }),
      hold(() => Promise.reject(new Error("no"))),
      hold(work),
    ];
    const outcomes = (): unknown[] => held.map(({ outcome }) => outcome);
    // Longer than the second one's time, which has not begun.
    await fake.advance(5_000);
    expect([outcomes().slice(0, 2), sent()]).toEqual([
      ["none yet", "none yet"],
      ["HELLO", "PUBLISH"],
    ]);

    finish.pop()?.();
    await fake.advance(1_000);
    expect(outcomes()).toEqual(["done", "none yet", "none yet", "none yet"]);
    // The messages are those of the second connection.
    expect([router.connections, sent()]).toEqual([2, ["HELLO", "PUBLISH"]]);
    finish.pop()?.();
    await fake.advance(1_000);
    finish.pop()?.();
    await fake.settle();

    expect(outcomes()).toEqual(["done", "done", new Error("no"), "done"]);
    expectNoSession();
  });

  it("leaves the rest to a page that has interrupted the first of several works @G1", async () => {
    const work = vi.fn(never);
    const held = [hold(work), hold(work)];
    await fake.advance(500);
    const page = fake.locks.hold(lock);
    await fake.advance(20_000);

    expect(held.map(({ outcome }) => outcome)).toEqual(["interrupted", "elsewhere"]);
    expect(work).toHaveBeenCalledTimes(1);
    (await page)();
  });

  it("ends when its time is over, with an error, so that the browser tries again", async () => {
    const held = hold(never, { timeLimit: 2_000 });
    await fake.advance(1_999);
    expect(held.outcome).toBe("none yet");

    await fake.advance(1);

    expect(held.outcome).toSatisfy(isTimeoutError);
    expectNoSession();
  });

  it("takes no part in a session that it gets after its time @G1", async () => {
    fake.locks.take(lock);
    const work = vi.fn();
    const held = hold(work, { timeLimit: 2_000 });
    await fake.advance(2_000);
    expect(held.outcome).toSatisfy(isTimeoutError);

    fake.locks.release(lock);
    await fake.advance(20_000);

    expect(work).not.toHaveBeenCalled();
    expect(fake.locks.held).toEqual([]);
  });

  it("ends when the work fails, with its error", async () => {
    const held = hold(async (session) => {
      await session.ready;
      throw new Error("no");
    });
    await fake.settle();

    expect(held.outcome).toEqual(new Error("no"));
    expectNoSession();
  });

  /** A page has left something in the outbox. */
  const leave = (changes: Partial<NewEntry> = {}) =>
    fake.outbox.append(newEntry({ owner, key: "1", uri: "com.durable", ...changes }));

  it("ends when what the pages have left in the outbox has been answered and removed @G16", async () => {
    await leave();
    router.hold("PUBLISHED");
    const held = hold(() => undefined);
    await fake.advance(1_000);
    expect(sent()).toEqual(["HELLO", "PUBLISH"]);
    expect(held.outcome).toBe("none yet");

    router.release();
    await fake.advance(100);

    expect(held.outcome).toBe("done");
    expect(fake.outbox.entries.size).toBe(0);
    expectNoSession();
  });

  it("asks for another time if something is left in the outbox when its time is over @G16", async () => {
    await leave();
    router.up = false;
    const held = hold(() => undefined, { timeLimit: 2_000 });
    await fake.advance(2_000);

    expect(held.outcome).toSatisfy(isTimeoutError);
    expect(fake.outbox.entries.size).toBe(1);
    expect(fake.locks.held).toEqual([]);
    await fake.advance(10_000);
    expect(fake.clock.pending).toBe(0);
  });

  it("leaves what the worker of another build has stored to that one, and is not interrupted by its lock @G16", async () => {
    await leave();
    fake.locks.take(outboxLock("former"));
    awaited.push(outboxLock("former"));
    const held = hold(() => undefined);
    await fake.advance(1_000);

    expect([held.outcome, sent()]).toEqual(["done", ["HELLO", "GOODBYE"]]);
    expect(fake.outbox.entries.size).toBe(1);
    fake.locks.release(outboxLock("former"));
    await fake.settle();
    expectNoSession();
  });

  it("does not wait for what another identity has left in the outbox @G16", async () => {
    await leave({ authid: "joe" });
    const held = hold(() => undefined);
    await fake.advance(200);

    expect(held.outcome).toBe("done");
    expect(sent()).toEqual(["HELLO", "GOODBYE"]);
    expect(fake.outbox.entries.size).toBe(1);
  });

  it("speaks a serializer of the application whose module it was given @G28", async () => {
    const sockets = new FakeSocketFactory(createCodecs([customSerializer("tagged", tagged)]));
    router = new MemoryRouter(sockets, fake.clock, fake.env.defer);
    platform = { ...platform, hub: { ...fake.env, sockets } };
    let day: unknown;
    const held = hold(
      async (session) => {
        await session.register("com.echo", ([value]) => value);
        day = await session.call("com.echo", [new Date(86_400_000)]);
      },
      { serializers: [{ name: "tagged", url: "/tagged.js" }], serializerModules: { tagged } },
    );
    await fake.advance(200);

    expect([held.outcome, day]).toEqual(["done", new Date(86_400_000)]);
  });

  it.each([
    ["workerUrl", undefined, "withSession(): options.workerUrl"],
    ["workerUrl", "", "withSession(): options.workerUrl"],
    ["timeLimit", 0, "withSession(): options.timeLimit"],
    ["timeLimit", "1 s", "withSession(): options.timeLimit"],
    ["realm", 1, "connect(): options.realm"],
    ["serializerModules", { json: tagged }, 'withSession(): options.serializerModules is "json"'],
    ["serializerModules", { tagged: {} }, "withSession(): options.serializerModules.tagged"],
    ["serializerModules", 1, "withSession(): options.serializerModules"],
  ])("is refused with %s: %s", async (name, value, text) => {
    const held = hold(never, { [name]: value });
    await fake.settle();
    expect(String(held.outcome)).toContain(`InvalidArgumentError: ${text}`);
    expect(fake.locks.held).toEqual([]);
  });
});
