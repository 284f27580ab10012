import { describe, expect, it } from "vitest";
import type { ErrorRecord } from "../../contract/errors.js";
import type { StatusRecord } from "../../contract/status.js";
import type { SessionStatus } from "../api/status.js";
import { invocationNotice, online, resultNotice } from "../testing/fake-hub.js";
import { FakePage, fence } from "../testing/fake-page.js";

const connecting: StatusRecord = { state: "connecting", attempt: 1, url: "ws://router.example/" };
const noRealm: ErrorRecord = {
  name: "JoinError",
  message: "no such realm",
  fields: { uri: "wamp.error.no_such_realm", details: {} },
};
const storage = { kind: "indexeddb" } as const;

async function connected(status: StatusRecord = online) {
  const page = new FakePage();
  page.prepare = (hub) => {
    hub.answerHello = () => hub.welcome(status);
  };
  const session = await page.connect();
  return { page, session, hub: page.hub };
}

describe("the status", () => {
  it("follows the status notices of the worker", async () => {
    const { session, hub } = await connected(connecting);
    const told: SessionStatus[] = [];
    const stop = session.on("status", (status) => told.push(status));
    expect(session.status).toMatchObject({
      state: "connecting",
      mode: "shared",
      workerUrl: "bundled",
      storage,
    });
    await hub.deliver({ kind: "status", status: online, storage: { kind: "memory", reason: "full" } });
    stop();
    await hub.deliver({ kind: "status", status: connecting, storage });
    expect(told).toEqual([
      {
        ...online,
        authid: "joe",
        authrole: "user",
        mode: "shared",
        workerUrl: "bundled",
        storage: { kind: "memory", reason: "full" },
      },
    ]);
    expect(session.status.state).toBe("connecting");
  });

  it("holds the reason of a wait as an error", async () => {
    const { session } = await connected({ state: "waiting", attempt: 2, retryAt: 99, reason: noRealm });
    expect(session.status).toMatchObject({
      state: "waiting",
      reason: { name: "JoinError", uri: "wamp.error.no_such_realm" },
    });
    if (session.status.state === "waiting") expect(session.status.reason).toBeInstanceOf(Error);
  });

  it("reaches the other listeners when one throws", async () => {
    const { page, session, hub } = await connected();
    const told: string[] = [];
    session.on("status", () => {
      throw new Error("thrown");
    });
    session.on("status", ({ state }) => told.push(state));
    await hub.deliver({ kind: "status", status: connecting, storage });
    expect(told).toEqual(["connecting"]);
    expect(page.reported.map(String)).toEqual(["Error: thrown"]);
  });

  it("determines the serializer: the session's while online, else the one that the hub has", async () => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.serializer = "msgpack";
      hub.answerHello = () => hub.welcome(connecting);
    };
    const session = await page.connect({ serializers: ["msgpack", "json"] });
    session.call("com.example.x", [1]).catch(() => undefined);
    expect((await page.hub.next("call")).payload.serializer).toBe("msgpack");
    await page.hub.deliver({ kind: "status", status: online, storage });
    session.call("com.example.x", [1]).catch(() => undefined);
    expect((await page.hub.next("call", 2)).payload.serializer).toBe("json");
  });

  it("uses JSON between two hubs, because the next one may have no other serializer", async () => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.serializer = "msgpack";
    };
    const session = await page.connect({ serializers: ["msgpack", "json"] });
    await page.crash(session);
    session.call("com.example.x", [1]).catch(() => undefined);
    await page.online(session);
    expect((await page.hub.next("call")).payload.serializer).toBe("json");
  });

  it("uses JSON while there is no connection if the hub lacks the serializer that the tab prefers", async () => {
    const page = new FakePage();
    page.prepare = (hub) => {
      hub.answerHello = () => hub.welcome(connecting);
    };
    const session = await page.connect({ serializers: ["msgpack", "json"] });
    session.call("com.example.x", [1]).catch(() => undefined);
    expect((await page.hub.next("call")).payload.serializer).toBe("json");
  });
});

describe("ready", () => {
  it("resolves at the first WELCOME", async () => {
    const { session, hub } = await connected(connecting);
    let ready = false;
    const waiting = session.ready.then(() => (ready = true));
    expect(ready).toBe(false);
    void hub.deliver({ kind: "status", status: online, storage });
    await waiting;
  });

  it("rejects with the reason if the session is closed before; an unhandled rejection is not reported", async () => {
    const { session, hub } = await connected(connecting);
    void hub.deliver({ kind: "status", status: { state: "closed", reason: noRealm }, storage });
    await session.closed;
    await expect(session.ready).rejects.toMatchObject({ name: "JoinError" });
  });
});

describe("a session that is closed for all pages", () => {
  it("@G7 settles everything with the reason as cause, and detaches from the worker", async () => {
    const { page, session, hub } = await connected();
    const subscription = await session.subscribe("com.example.x", () => undefined);
    const calling = session.call("com.example.x").catch((error: unknown) => error);
    const told: string[] = [];
    session.on("status", ({ state }) => told.push(state));
    await fence(page, session);
    void hub.deliver({ kind: "status", status: { state: "closed", reason: noRealm }, storage });
    expect(await session.closed).toMatchObject({ kind: "closed", error: { name: "JoinError" } });
    expect(await calling).toMatchObject({ name: "SessionClosedError", cause: { name: "JoinError" } });
    expect(await subscription.ended).toMatchObject({ name: "SessionClosedError" });
    await expect(session.call("com.example.x")).rejects.toMatchObject({ name: "SessionClosedError" });
    await expect(session.inspect()).rejects.toMatchObject({ name: "SessionClosedError" });
    await session.leave();
    expect(told).toEqual(["closed"]);
    expect(page.locks.held.filter((name) => name.includes(":tab:"))).toEqual([]);
    expect(page.locks.watching).toBe(0);
    expect(await page.connect()).not.toBe(session);
  });
});

describe("logout()", () => {
  const loggedOut: StatusRecord = {
    state: "closed",
    isLogout: true,
    reason: { name: "SessionClosedError", message: "a tab has logged out" },
  };
  const closed = { kind: "status", status: loggedOut, storage: { kind: "indexeddb" } } as const;

  it("@G17 goes to the next worker if this one dies, and resolves when the session is closed", async () => {
    const { page, session, hub } = await connected();
    const loggingOut = session.logout();
    await hub.next("logout");
    await page.crash(session);
    await page.online(session);
    await page.hub.next("logout");
    void page.hub.deliver(closed);
    await loggingOut;
    expect(session.status).toMatchObject({ state: "closed", reason: { kind: "logged-out" } });
    expect(await session.closed).toMatchObject({ kind: "logged-out", error: { name: "SessionClosedError" } });
    await session.logout();
    expect(page.told).toEqual([]);
  });
});

it("logout() of a session that has ended for another reason rejects: nothing is wiped", async () => {
  const { session, hub } = await connected();
  void hub.deliver({ kind: "status", status: { state: "closed", reason: noRealm }, storage });
  await session.closed;
  await expect(session.logout()).rejects.toMatchObject({ name: "SessionClosedError" });
});

describe("leave()", () => {
  it("sends the queued requests, leaves the hub, and settles the rest", async () => {
    const { page, session, hub } = await connected();
    const subscription = await session.subscribe("com.example.x", () => undefined);
    const publishing = Promise.allSettled(
      [1, 2, 3].map((value) => session.publish("com.example.x", [value])),
    );
    let publishedBefore = 0;
    hub.left = () => {
      publishedBefore = hub.of("publish").length;
      return Promise.resolve();
    };
    const leaving = session.leave();
    expect(session.leave()).toBe(leaving);
    await expect(session.call("com.example.x")).rejects.toMatchObject({ name: "SessionClosedError" });
    await leaving;
    expect(hub.of("publish").map(({ payload }) => payload.data)).toEqual(["[1]", "[2]", "[3]"]);
    expect(publishedBefore).toBe(3);
    expect(hub.of("call")).toEqual([]);
    expect(hub.leaves).toBe(1);
    expect(await session.closed).toEqual({ kind: "left" });
    expect(await subscription.ended).toBeUndefined();
    await subscription.unsubscribe();
    for (const outcome of await publishing) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { name: "SessionClosedError" } });
    }
    expect(session.status).toMatchObject({ state: "closed", reason: { kind: "left" } });
    expect(page.locks.held.filter((name) => name.includes(":tab:"))).toEqual([]);
    expect(page.clock.pending).toBe(0);
  });

  it("resolves calls that are answered while it is waiting for the hub", async () => {
    const { session, hub } = await connected();
    const calling = session.call("com.example.x");
    const { request } = await hub.next("call");
    void hub.deliver(resultNotice(request, ["in time"]));
    const leaving = session.leave();
    expect(await calling).toBe("in time");
    await leaving;
  });

  it("does not wait forever for a hub that does not answer", async () => {
    const { page, session, hub } = await connected();
    const asked = new Promise<void>((resolve) => {
      hub.left = () => {
        resolve();
        return new Promise(() => undefined);
      };
    });
    const leaving = session.leave();
    await asked;
    page.clock.advance(10_000);
    await leaving;
    expect(await session.closed).toEqual({ kind: "left" });
  });

  it("aborts the running handlers", async () => {
    const { session, hub } = await connected();
    const aborted = new Promise((resolve) => {
      void session.register("com.example.x", (_args, { signal }) => {
        signal.addEventListener("abort", () => resolve(signal.reason));
        return new Promise(() => undefined);
      });
    });
    const { registration } = await hub.next("register");
    void hub.deliver(invocationNotice(registration, []));
    await hub.next("begun");
    await session[Symbol.asyncDispose]();
    expect(await aborted).toMatchObject({ name: "SessionClosedError" });
  });
});

describe("the requests of a page", () => {
  it("@G10 arrive in the order of the calls, in few batches", async () => {
    const { page, session, hub } = await connected();
    const sent = Array.from({ length: 200 }, (_, index) => index);
    for (const index of sent) {
      const request =
        index % 2 === 0 ? session.call("com.example.x", [index]) : session.publish("com.example.x", [index]);
      request.catch(() => undefined);
    }
    await fence(page, session);
    const arrived = hub.posted.map((request) => ("payload" in request ? request.payload.data : ""));
    expect(arrived).toEqual(sent.map((index) => `[${index}]`));
    expect(hub.batches).toBeLessThanOrEqual(3);
    await session.leave();
  });

  it("@G10 wait in the page, in order, while the hub gives no credit", async () => {
    const { page, session, hub } = await connected();
    const credits: (() => void)[] = [];
    hub.credit = () => new Promise((resolve) => credits.push(resolve));
    for (let index = 0; index < 10; index += 1) {
      session.call("com.example.x", [index]).catch(() => undefined);
      await fence(page, session);
    }
    expect(hub.batches).toBe(2);
    for (const give of credits.splice(0)) give();
    await hub.next("call", 10);
    expect(hub.batches).toBe(3);
    expect(hub.of("call").map(({ payload }) => payload.data)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `[${n}]`),
    );
    await session.leave();
  });
});
