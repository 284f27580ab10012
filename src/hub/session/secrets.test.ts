import { afterEach, describe, expect, it } from "vitest";
import { sessionKey } from "../../contract/identity.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { json, leftovers, prepareWorld } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const literal = (secret: string): Pick<SessionConfig, "principal" | "auth"> => ({
  principal: "joe",
  auth: [{ method: "ticket", authid: "joe", secret: { literal: secret } }],
});
const asking: Pick<SessionConfig, "principal" | "auth"> = {
  principal: "joe",
  auth: [{ method: "ticket", authid: "joe", secret: "ask" }],
};

function worldOf(changes: Partial<SessionConfig>): World {
  const world = prepareWorld(changes);
  world.router.tickets.set("joe", "right");
  return world;
}

function joinAsking(
  world: World,
  secret: () => Promise<string>,
  changes: Partial<SessionConfig> = {},
): FakeTab {
  return world.tryToJoin({ ...asking, ...changes }, (tab) => (tab.secret = secret)).tab;
}

const closed = (tab: FakeTab) =>
  tab.of("status").flatMap(({ status }) => (status.state === "closed" ? [status.reason] : []));
const never = () => new Promise<string>(() => undefined);

describe("the secrets of several tabs", () => {
  it("@G1 a tab with another secret, which joined while a third one was asked, is expelled before anything of it is sent", async () => {
    const world = worldOf(asking);
    world.router.up = false;
    let give: (secret: string) => void = () => undefined;
    const a = joinAsking(world, () => new Promise((resolve) => (give = resolve)));
    await world.settle();
    const c = world.join(literal("right"));
    const b = world.join(literal("wrong"));
    await world.settle();
    const asked = [b.call("com.x"), b.publish("com.x"), b.subscribe("com.x"), b.register("com.x")];
    const waiting = c.subscribe("com.y");
    await world.settle();
    give("right");
    world.router.up = true;
    await world.advance(5_000);
    expect(closed(b)).toMatchObject([
      {
        name: "JoinError",
        message: "A session of joe in realm1 already exists with different credentials",
        fields: { uri: "wamp.error.authentication_failed" },
      },
    ]);
    expect(asked.map(({ error }) => error?.name)).toEqual(Array(4).fill("SessionClosedError"));
    expect(waiting.outcome?.kind).toBe("done");
    expect([closed(a), closed(c)]).toEqual([[], []]);
    const types = world.router.received.map(({ type }) => type);
    expect(types).toEqual(["HELLO", "AUTHENTICATE", "SUBSCRIBE"]);
    expect(world.session.tabs.map(({ tab }) => tab)).toEqual([a.id, c.id]);
    // Requests that it sends before it has read that are not accepted.
    b.call("com.x");
    world.router.publish("com.x", json());
    await world.settle();
    expect(world.router.got("CALL")).toEqual([]);
    world.kill(b);
    await b.port?.departed;
  });

  it("@G1 the secret of a joining tab is tried when the tab that was asked does not answer", async () => {
    const world = worldOf(asking);
    const a = joinAsking(world, never);
    await world.settle();
    const b = world.join(literal("right"));
    await world.settle();
    expect(world.session).toMatchObject({ state: "online", tabs: [{ tab: a.id }, { tab: b.id }] });
  });

  it("@G1 a wrong value of the first tab gives way to that of another, which joins before the router has answered", async () => {
    const world = worldOf(literal("wrong"));
    const a = world.join();
    const b = world.join(literal("right"));
    await world.advance(1_000);
    expect(world.session).toMatchObject({ state: "online", tabs: [{ tab: b.id }] });
    expect([closed(a).length, closed(b)]).toEqual([1, []]);
    world.kill(a);
  });

  it("@G1 only the tab is expelled if the router refuses that secret, and the question goes on", async () => {
    const world = worldOf(asking);
    let give: (secret: string) => void = () => undefined;
    const a = joinAsking(world, () => new Promise((resolve) => (give = resolve)));
    await world.settle();
    const b = world.join(literal("wrong"));
    await world.settle();
    expect(closed(b)).toMatchObject([
      { name: "JoinError", message: expect.stringContaining("refused") as unknown },
    ]);
    await world.advance(1_000);
    give("right");
    await world.settle();
    expect([world.session.state, closed(a)]).toEqual(["online", []]);
    world.kill(b);
  });

  it("@G11 a stale secret does not end the session while another tab has the right one", async () => {
    for (const isFirstJoin of [true, false]) {
      const world = worldOf(asking);
      const secrets = isFirstJoin ? [] : ["right"];
      const a = joinAsking(world, () => Promise.resolve(secrets.shift() ?? "stale"));
      if (!isFirstJoin) await world.settle();
      const b = joinAsking(world, () => Promise.resolve("right"));
      if (!isFirstJoin) world.router.drop();
      await world.advance(5_000);
      expect(world.session.state).toBe("online");
      expect([closed(a), closed(b)]).toEqual([[], []]);
    }
  });

  it("@G11 a wrong secret fails fast at the first join, for all tabs once each was refused", async () => {
    const world = worldOf(asking);
    const tabs = [
      joinAsking(world, () => Promise.resolve("wrong")),
      joinAsking(world, () => Promise.resolve("x")),
    ];
    await world.advance(1_000);
    for (const tab of tabs) {
      expect(closed(tab)).toMatchObject([
        { name: "JoinError", fields: { uri: "wamp.error.authentication_failed" } },
      ]);
    }
    expect(world.router.connections).toBe(2);
  });

  it("@G11 after a session, a secret that is refused is tried for a minute: its authenticator may come back", async () => {
    const world = worldOf(literal("right"));
    const tab = world.join();
    await world.settle();
    world.router.tickets.set("joe", "not back yet");
    world.router.drop();
    await world.advance(20_000);
    expect(closed(tab)).toEqual([]);
    world.router.tickets.set("joe", "right");
    await world.advance(30_000);
    expect(world.session.state).toBe("online");
    world.router.tickets.set("joe", "changed");
    world.router.drop();
    await world.advance(120_000);
    expect(closed(tab)).toMatchObject([{ name: "JoinError" }]);
  });

  it("@G1 a session that lingers for nobody gives way to a tab with another secret, after its GOODBYE", async () => {
    const world = worldOf(literal("old"));
    world.router.tickets.set("joe", "old");
    world.kill(world.join());
    await world.settle();
    expect(world.session).toMatchObject({ state: "online", tabs: [] });
    const before = world.session.session;
    world.router.tickets.set("joe", "new");
    world.router.hold("GOODBYE");
    const tab = world.join(literal("new"));
    await world.settle();
    expect(world.router.connections).toBe(1);
    world.router.release();
    await world.settle();
    expect(world.router.connections).toBe(2);
    expect(world.session.state).toBe("online");
    expect(world.session.session).not.toBe(before);
    expect(closed(tab)).toEqual([]);
    // A living tab keeps its session.
    expect(world.tryToJoin(literal("other")).answer.ok).toBe(false);
  });

  it("@G1 tabs with other tokens in the URL share the session, which reconnects with the latest", async () => {
    const withToken = (token: number) => ({ access: { urls: [`ws://a.example/ws?token=${token}`] } });
    const world = prepareWorld();
    world.join(withToken(1));
    await world.settle();
    const second = world.join(withToken(2));
    expect(second.hello?.differences).toEqual([]);
    world.router.drop();
    await world.advance(5_000);
    expect(world.fake.sockets.all.map(({ url }) => url)).toEqual([
      "ws://a.example/ws?token=1",
      "ws://a.example/ws?token=2",
    ]);
    expect(world.hub.inspect().sessions).toHaveLength(1);
    expect([...world.fake.store.entries.keys()]).toEqual([
      'resume:[["ws://a.example/ws"],"realm1","anonymous"]',
    ]);
    expect(JSON.stringify([[...world.fake.store.entries], second.of("status"), second.hello])).not.toContain(
      "token",
    );
  });

  it("@G15 the resume token is removed when the last tab leaves; the URL that worked stays", async () => {
    const world = prepareWorld();
    world.router.details = { ...world.router.details, "resume-token": "t0ken" };
    const tab = world.join();
    await world.settle();
    expect([...world.fake.store.entries.values()]).toMatchObject([{ resumeToken: "t0ken" }]);
    await world.leave(tab);
    expect([...world.fake.store.entries.values()]).toMatchObject([
      { resumeToken: null, url: "ws://a.example/ws" },
    ]);
  });

  it("@G15 the resume token of a lost worker is removed even if the last tab leaves before the record is read", async () => {
    const world = prepareWorld();
    const key = `resume:${sessionKey(world.config)}`;
    const record = { version: 1, realm: "realm1", authid: "joe", session: 1, url: "ws://a.example/ws" };
    await world.fake.store.write(key, { ...record, resumeToken: "t0ken" });
    await world.leave(world.join());
    expect(world.fake.store.entries.get(key)).toEqual({ ...record, resumeToken: null });
  });

  it("@G7 the cause of a lost request names the close code, or the router's URI and details", async () => {
    const world = prepareWorld();
    const tab = world.join();
    for (const [end, fields] of [
      [() => world.fake.sockets.last().drop(1009, "too big"), { code: 1009, reason: "too big" }],
      [
        () =>
          world.router.send({ type: "GOODBYE", reason: "wamp.close.killed", details: { message: "bye" } }),
        { uri: "wamp.close.killed", details: { message: "bye" } },
      ],
    ] as const) {
      await world.advance(10_000);
      world.router.hold("SUBSCRIBED");
      const asked = tab.subscribe("com.x");
      await world.settle();
      end();
      await world.settle();
      expect(asked.error).toMatchObject({
        fields: { sent: true },
        cause: { name: "ConnectionLostError", fields },
      });
      expect(tab.of("status").at(-1)?.status).toMatchObject({ state: "waiting", reason: { fields } });
    }
  });
});
