import { afterEach, describe, expect, it } from "vitest";
import type { RequestId } from "../../contract/ids.js";
import type { AuthConfig, SessionConfig } from "../../contract/session-config.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { json, leftovers, prepareWorld, startTabs } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const anonymous: AuthConfig = { method: "anonymous" };
const ticket = (secret: AuthConfig["secret"], authid = "joe"): AuthConfig => ({
  method: "ticket",
  authid,
  secret,
});
const right = ticket({ literal: "right" });
const wrong = ticket({ literal: "wrong" });

const statuses = (tab: FakeTab) => tab.of("status").map(({ status }) => status);
const online = (tab: FakeTab) =>
  statuses(tab).flatMap((status) => (status.state === "online" ? [status.details["authid"]] : []));
const identities = (tab: FakeTab) => tab.of("identity");
const withAuth = (...auth: readonly AuthConfig[]): Pick<SessionConfig, "auth"> => ({ auth });

/** Returns a world whose tabs share a session that has just become that of joe. */
async function loggedIn() {
  const started = await startTabs();
  const asked = started.a.reauthenticate(right);
  await started.world.settle();
  return { ...started, asked };
}

/** Joins as a tab that has a part in a session in an earlier worker. */
function rejoin(
  world: World,
  changes: Partial<SessionConfig>,
  former: readonly (readonly AuthConfig[])[] = [],
) {
  return world.tryToJoin(changes, undefined, { wasOnline: true, former });
}

describe("reauthenticate", () => {
  it("@G27 makes a new session after the GOODBYE of the old one, and all tabs see who is logged in", async () => {
    const { world, router, a, b } = await startTabs();
    const before = world.session.session;
    router.hold("GOODBYE");
    const asked = a.reauthenticate(right);
    await world.settle();
    expect([router.connections, router.got("GOODBYE").length, asked.outcome]).toEqual([1, 1, undefined]);
    expect(statuses(b).at(-1)?.state).toBe("connecting");
    router.release();
    await world.settle();
    expect(asked.outcome?.kind).toBe("done");
    expect(router.connections).toBe(2);
    expect(world.session.session).not.toBe(before);
    for (const tab of [a, b]) expect(online(tab).at(-1)).toBe("joe");
  });

  it("@G27 its promise settles after the status of the new session", async () => {
    const { a } = await loggedIn();
    const kinds = a.notices.map(({ kind }) => kind);
    expect(kinds.slice(-3)).toEqual(["identity", "status", "done"]);
  });

  it("@G27 subscriptions and registrations follow, also those that were being made", async () => {
    const { world, router, a, b } = await startTabs();
    const subscribed = a.subscribe("com.x");
    b.register("com.y");
    await world.settle();
    a.reauthenticate(right);
    const late = b.subscribe("com.z");
    await world.settle();
    expect(late.outcome?.kind).toBe("done");
    expect(router.subscriptions.toSorted()).toEqual(["exact com.x", "exact com.z"]);
    expect(router.registrations).toEqual(["exact com.y"]);
    router.publish("com.x", json(7));
    await world.settle();
    expect(a.heardBy(subscribed)).toEqual([7]);
  });

  it("@G27 the handles that are made and ended during the GOODBYE are those of the new session", async () => {
    const { world, router, a, b } = await startTabs();
    const [kept, ended] = [a.subscribe("com.kept"), a.subscribe("com.ended")];
    const registered = b.register("com.ended");
    await world.settle();
    router.hold("GOODBYE");
    b.reauthenticate(right);
    await world.settle();
    const asked = [
      b.subscribe("com.kept"),
      b.subscribe("com.new"),
      b.register("com.new"),
      a.unsubscribe(ended),
      b.unregister(registered),
      b.publish("com.kept", [1]),
    ];
    await world.settle();
    router.release();
    await world.settle();
    expect(asked.map(({ outcome }) => outcome?.kind)).toEqual([
      ...Array<string>(5).fill("done"),
      "published",
    ]);
    expect(router.subscriptions.toSorted()).toEqual(["exact com.kept", "exact com.new"]);
    expect(router.registrations).toEqual(["exact com.new"]);
    expect(a.heardBy(kept)).toEqual([1]);
  });

  it("@G27 a logout while it is under way ends the session, and rejects it", async () => {
    const { world, a, b } = await startTabs();
    const asked = a.reauthenticate(right);
    b.post({ kind: "logout", request: 99 as RequestId });
    await world.settle();
    expect(asked.error?.name).toBe("SessionClosedError");
    expect(statuses(a).at(-1)).toMatchObject({ state: "closed", isLogout: true });
    expect(world.hub.inspect().sessions).toEqual([]);
  });

  it("@G27 is refused once a tab has logged out, and the session ends", async () => {
    const { world, router, a, b } = await startTabs();
    router.hold("GOODBYE");
    a.post({ kind: "logout", request: 99 as RequestId });
    await world.settle();
    const asked = b.reauthenticate(right);
    await world.settle();
    router.release();
    await world.settle();
    expect(asked.error?.name).toBe("SessionClosedError");
    expect(statuses(b).at(-1)).toMatchObject({ state: "closed", isLogout: true });
    expect([router.connections, world.hub.inspect().sessions]).toEqual([1, []]);
  });

  it("@G27 nothing that was asked as one identity is sent as another: it rejects by name", async () => {
    const { world, router, a, b } = await startTabs();
    router.drop();
    await world.settle();
    const unsent = [b.call("com.unsent"), b.publish("com.unsent")];
    await world.settle();
    a.reauthenticate(right);
    await world.settle();
    for (const { error } of unsent)
      expect(error).toEqual({
        name: "ConnectionLostError",
        message: "The session was authenticated anew (reauthenticate) before the request was sent",
        fields: { sent: false },
      });
    expect([router.got("CALL"), router.got("PUBLISH")]).toEqual([[], []]);
    const later = b.publish("com.later");
    await world.settle();
    expect(later.outcome?.kind).toBe("published");
  });

  it("@G27 a request that the router has got rejects as sent", async () => {
    const { world, router, a, b } = await startTabs();
    router.override = ({ type }) => ["CALL", "PUBLISH", "SUBSCRIBE"].includes(type);
    const sent = [b.call("com.x"), b.publish("com.x", [], { acknowledge: true }), b.subscribe("com.x")];
    await world.settle();
    a.reauthenticate(right);
    await world.settle();
    for (const { error } of sent)
      expect(error).toMatchObject({
        name: "ConnectionLostError",
        message: expect.stringContaining("its outcome is unknown") as unknown,
        fields: { sent: true },
      });
  });

  it("@G27 a wrong secret rejects with the router's reason, and the former identity comes back with all handles", async () => {
    const { world, router, a, b } = await startTabs();
    const subscribed = b.subscribe("com.x");
    await world.settle();
    const asked = a.reauthenticate(wrong);
    await world.settle();
    expect(asked.error).toMatchObject({
      name: "JoinError",
      fields: { uri: "wamp.error.authentication_failed" },
    });
    expect(statuses(b).map(({ state }) => state)).not.toContain("closed");
    expect(world.session.state).toBe("online");
    expect(online(b).at(-1)).not.toBe("joe");
    expect(identities(b)).toEqual([]);
    router.publish("com.x", json(1));
    await world.settle();
    expect(b.heardBy(subscribed)).toEqual([1]);
    // The same secret is not tried again.
    expect(router.connections).toBe(3);
  });

  it("@G11 @G27 the application cannot keep the former identity away by calling no reason fatal", async () => {
    const { world, a, b } = await startTabs();
    world.tryToJoin({}, (tab) => (tab.isFatal = () => Promise.resolve(false)), {}, { isFatal: "ask" });
    const asked = a.reauthenticate(wrong);
    await world.advance(30_000);
    expect(asked.error?.name).toBe("JoinError");
    expect([world.session.state, online(b).length]).toEqual(["online", 2]);
  });

  it("@G11 @G27 a reason that the application calls fatal ends the attempt alone", async () => {
    const { world, router, a, b } = await startTabs();
    const judge = (tab: FakeTab): unknown =>
      (tab.isFatal = () => {
        router.up = true;
        return Promise.resolve(true);
      });
    world.tryToJoin({}, judge, {}, { isFatal: "ask" });
    router.up = false;
    const asked = a.reauthenticate(right);
    await world.advance(30_000);
    expect(asked.error?.name).toBe("ConnectionLostError");
    expect([world.session.state, online(b).length, online(b).at(-1)]).toEqual(["online", 2, online(b)[0]]);
  });

  it("@G27 asks the tab that called it alone, and says for which request", async () => {
    const { world, a, b } = await startTabs();
    const secret = (): Promise<string> => Promise.resolve("right");
    Object.assign(a, { secret });
    Object.assign(b, { secret });
    const asked = a.reauthenticate(ticket("ask"));
    await world.settle();
    expect(a.questions).toEqual([{ what: "secret", method: "ticket", login: asked.request, id: 1 }]);
    expect([b.questions, online(b).at(-1)]).toEqual([[], "joe"]);
  });

  it("@G27 the former identity comes back when the tab that asked is gone before there is a session", async () => {
    for (const how of ["leave", "cancel", "kill"] as const) {
      const { world, a, b } = await startTabs();
      a.secret = () => new Promise(() => undefined);
      const asked = a.reauthenticate(ticket("ask"));
      await world.settle();
      expect(statuses(b).at(-1)?.state).toBe("authenticating");
      if (how === "cancel") a.cancel(asked);
      else if (how === "kill") world.kill(a);
      else await world.leave(a);
      await world.settle();
      expect([how, world.session.state, online(b).length]).toEqual([how, "online", 2]);
    }
  });

  it("@G27 the latest of several wins, and the others reject", async () => {
    const { world, a, b } = await startTabs();
    const first = a.reauthenticate(right);
    const second = b.reauthenticate(wrong);
    const third = a.reauthenticate(right);
    await world.settle();
    expect([first.error?.name, second.error?.name, third.outcome?.kind]).toEqual([
      "ConnectionLostError",
      "ConnectionLostError",
      "done",
    ]);
    expect(online(b).at(-1)).toBe("joe");
  });

  it("@G27 has no deadline while the router is away, and then succeeds", async () => {
    const { world, router, a } = await startTabs();
    router.up = false;
    const asked = a.reauthenticate(right);
    await world.advance(600_000);
    expect([asked.outcome, world.session.state]).toEqual([undefined, "waiting"]);
    router.up = true;
    await world.advance(30_000);
    expect([asked.outcome?.kind, world.session.state]).toEqual(["done", "online"]);
  });

  it("@G27 refuses credentials that are none, and the session goes on", async () => {
    const { world, router, a } = await startTabs();
    const typo = { ticket: "s3cret", ...ticket({ literal: "right" }) };
    const asked = [
      a.reauthenticate(typo),
      a.reauthenticate(),
      a.reauthenticate(right, ticket(undefined, "ann")),
    ];
    await world.settle();
    for (const { error } of asked) expect(error?.name).toBe("InvalidArgumentError");
    expect(asked[0]?.error?.message).toContain("reauthenticate(): auth.ticket is a string");
    expect(JSON.stringify(a.notices)).not.toContain("s3cret");
    expect(router.connections).toBe(1);
  });

  it("@G27 in a session that is not online yet it replaces the login, whatever that was waiting for", async () => {
    const world = prepareWorld(withAuth(ticket("ask", "ann")));
    const { tab } = world.tryToJoin({}, (page) => (page.secret = () => new Promise(() => undefined)));
    await world.settle();
    expect(world.session.state).toBe("authenticating");
    const asked = tab.reauthenticate(right);
    await world.settle();
    expect([asked.outcome?.kind, online(tab)]).toEqual(["done", ["joe"]]);
    expect(tab.dismissed).toEqual([1]);
  });

  it("@G23 @G27 the new login knows the requests over which the router drops sessions, and its size limit", async () => {
    const { world, router, a, b } = await startTabs();
    router.override = ({ type }) => {
      if (type === "CALL") router.drop();
      return type === "CALL";
    };
    for (let time = 0; time < 3; time += 1) {
      b.call("com.bad");
      await world.advance(15_000);
    }
    const publish = () => b.publish("com.big", ["x".repeat(100_000)], { acknowledge: true });
    router.hold();
    publish();
    await world.settle();
    router.socket.drop(1009);
    router.release();
    await world.advance(15_000);
    a.reauthenticate(right);
    await world.settle();
    const repeated = [b.call("com.bad"), publish()];
    await world.settle();
    expect(repeated.map(({ error }) => error?.name)).toEqual(["SetAsideError", "OverflowError"]);
  });

  it("@G15 @G27 the stored record is wiped before the new session is made, which has its own", async () => {
    const { world, router, a } = await startTabs();
    const stored = () => JSON.stringify([...world.fake.store.entries.values()]);
    const before = String(world.session.session);
    expect(stored()).toContain(before);
    router.up = false;
    a.reauthenticate(right);
    await world.settle();
    expect(stored()).toBe("[]");
    router.up = true;
    await world.advance(5_000);
    expect(stored()).toContain('"authid":"joe"');
    expect(stored()).not.toContain(before);
  });
});

describe("tabs after reauthenticate", () => {
  it("@G27 are told the credentials without what is secret of them", async () => {
    const { a, b, asked } = await loggedIn();
    const told = {
      kind: "identity",
      auth: [{ method: "ticket", authid: "joe", secret: "none" }],
      former: [[anonymous]],
    };
    expect(identities(b)).toEqual([told]);
    expect(identities(a)).toEqual([{ ...told, request: asked.request }]);
  });

  it("@G27 that join with the earlier credentials have a part in the session, and are warned", async () => {
    const { world, router } = await loggedIn();
    const { tab, answer } = world.tryToJoin();
    await world.settle();
    expect(answer).toMatchObject({
      ok: true,
      hello: { differences: ["auth is that of reauthenticate(), the tab asked for an earlier one"] },
    });
    expect(identities(tab)).toHaveLength(1);
    expect([router.connections, world.session.tabs.length]).toEqual([2, 4]);
  });

  it("@G27 that join with the new credentials have a part in it, but not with a secret that differs", async () => {
    const { world } = await loggedIn();
    expect(world.tryToJoin(withAuth(right)).answer).toMatchObject({ ok: true, hello: { differences: [] } });
    expect(world.tryToJoin(withAuth(wrong)).answer).toMatchObject({
      ok: false,
      error: { name: "JoinError" },
    });
    expect(world.tryToJoin(withAuth(ticket("ask", "ann"))).answer.ok).toBe(false);
  });

  it("@G27 a refreshed ticket is the one that reconnects", async () => {
    const world = prepareWorld({ principal: "joe", auth: [right] });
    const [a, b] = [world.join(), world.join()];
    await world.settle();
    world.router.tickets.set("joe", "fresh");
    a.reauthenticate(ticket({ literal: "fresh" }));
    await world.settle();
    expect(online(b)).toEqual(["joe", "joe"]);
    expect(identities(b)).toMatchObject([{ former: [] }]);
    world.router.drop();
    await world.advance(5_000);
    expect([online(b).length, world.session.state]).toEqual([3, "online"]);
    // It is what the tab passed, so it outlives the tab.
    await world.leave(a);
    world.router.drop();
    await world.advance(5_000);
    expect(world.session.state).toBe("online");
  });

  it("@G27 reconnect without the tab whose function gave the secret: a state, until a tab gives another one", async () => {
    const { world, router, a, b } = await startTabs();
    a.secret = () => Promise.resolve("right");
    a.reauthenticate(ticket("ask"));
    await world.settle();
    await world.leave(a);
    router.drop();
    await world.advance(60_000);
    expect([world.session.state, router.connections]).toEqual(["authenticating", 2]);
    expect(b.questions).toEqual([]);
    b.reauthenticate(right);
    await world.settle();
    expect(world.session.state).toBe("online");
  });

  it("@G27 ask a tab that has joined with the same credentials for those of its hello, not by another tab's request", async () => {
    const { world, router, a } = await startTabs();
    a.secret = () => Promise.resolve("right");
    a.reauthenticate(ticket("ask"));
    await world.settle();
    const { tab } = world.tryToJoin(withAuth(ticket("ask")));
    tab.secret = () => Promise.resolve("right");
    await world.leave(a);
    router.drop();
    await world.advance(60_000);
    expect(tab.questions).toEqual([{ what: "secret", method: "ticket", id: 1 }]);
    expect(world.session.state).toBe("online");
  });

  it("@G27 come back to a new worker in any order, with the secret of the one that has it", async () => {
    const muted = withAuth(ticket("none"));
    for (const isFirst of [true, false]) {
      const world = prepareWorld();
      const joined = isFirst
        ? [rejoin(world, withAuth(right), [[anonymous]]), rejoin(world, muted, [[anonymous]])]
        : [rejoin(world, muted, [[anonymous]]), rejoin(world, withAuth(right), [[anonymous]])];
      await world.settle();
      expect(joined.map(({ answer }) => answer.ok)).toEqual([true, true]);
      expect([world.session.state, world.router.connections]).toEqual(["online", 1]);
      for (const { tab } of joined) expect(online(tab)).toEqual(["joe"]);
      // A page that knows of the earlier credentials alone still has a part in it.
      expect(world.tryToJoin().answer.ok).toBe(true);
    }
  });

  it("@G27 wait in a new worker, without a retry loop, for the secret of a tab that is gone", async () => {
    const world = prepareWorld();
    const { tab } = rejoin(world, withAuth(ticket("none")));
    await world.advance(60_000);
    expect([world.session.state, world.router.connections, tab.questions]).toEqual(["authenticating", 0, []]);
    tab.reauthenticate(right);
    await world.settle();
    expect(online(tab)).toEqual(["joe"]);
  });
});
