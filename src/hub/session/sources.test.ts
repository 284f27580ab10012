import { afterEach, describe, expect, it } from "vitest";
import type { SessionConfig } from "../../contract/session-config.js";
import type { ClientMessage } from "../../protocol/messages.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { leftovers, prepareWorld } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const URL_OF_ALL = "ws://a.example/ws";

const literal = (secret: string): Pick<SessionConfig, "principal" | "auth"> => ({
  principal: "joe",
  auth: [{ method: "ticket", authid: "joe", secret: { literal: secret } }],
});
const asking: Pick<SessionConfig, "principal" | "auth"> = {
  principal: "joe",
  auth: [{ method: "ticket", authid: "joe", secret: "ask" }],
};
const withToken = (token: string): Partial<SessionConfig> => ({
  access: { urls: [`${URL_OF_ALL}?token=${token}`] },
});
const askingForQuery: Partial<SessionConfig> = { access: { urls: [URL_OF_ALL], query: "ask" } };
const never = () => new Promise<string>(() => undefined);

function worldOf(changes: Partial<SessionConfig>): World {
  const world = prepareWorld(changes);
  world.router.tickets.set("joe", "right");
  return world;
}

function joinAsking(world: World, secret: () => Promise<string>): FakeTab {
  return world.tryToJoin(asking, (tab) => (tab.secret = secret)).tab;
}

function joinWithQuery(world: World, query: () => Promise<string>): FakeTab {
  return world.tryToJoin(askingForQuery, (tab) => (tab.query = query)).tab;
}

/** Answers an AUTHENTICATE with any other secret than "right" in the test's way. */
function onWrongSecret(world: World, answer: () => void): void {
  world.router.override = (message: ClientMessage) => {
    if (message.type !== "AUTHENTICATE" || message.signature === "right") return false;
    answer();
    return true;
  };
}

const closed = (tab: FakeTab) =>
  tab.of("status").flatMap(({ status }) => (status.state === "closed" ? [status.reason] : []));
const states = (world: World) => world.hub.inspect().sessions.map(({ state }) => state);

describe("the tabs as sources of the secret", () => {
  it("@G11 a tab whose function failed once is asked again, although another tab never answers", async () => {
    const world = worldOf(asking);
    joinAsking(world, never);
    const answers = [Promise.reject(new Error("fetch failed")), Promise.resolve("right")];
    joinAsking(world, () => answers.shift() ?? never());
    await world.advance(60_000);
    expect([answers.length, states(world)]).toEqual([0, ["online"]]);
  });

  it("@G11 a tab that may still answer is not asked twice, and its late answer is used", async () => {
    const world = worldOf(asking);
    let asked = 0;
    let give: (secret: string) => void = () => undefined;
    joinAsking(world, () => {
      asked += 1;
      return new Promise((resolve) => (give = resolve));
    });
    joinAsking(world, () => Promise.reject(new Error("fetch failed")));
    await world.advance(60_000);
    give("right");
    await world.advance(60_000);
    expect([asked, states(world)]).toEqual([1, ["online"]]);
  });

  it("@G11 a user may take any time for the secret, although attempts are few", async () => {
    const world = worldOf({ ...asking, retry: { initialDelay: 1, maxDelay: 1, maxAttempts: 1 } });
    let give: (secret: string) => void = () => undefined;
    const tab = joinAsking(world, () => new Promise((resolve) => (give = resolve)));
    await world.advance(600_000);
    give("right");
    await world.settle();
    expect([closed(tab), states(world)]).toEqual([[], ["online"]]);
  });

  it("@G11 a tab that leaves does not end the question to a user who takes time", async () => {
    const world = worldOf({ ...asking, retry: { initialDelay: 1, maxDelay: 1, maxAttempts: 1 } });
    let give: (secret: string) => void = () => undefined;
    joinAsking(world, () => new Promise((resolve) => (give = resolve)));
    const other = joinAsking(world, never);
    await world.advance(20_000);
    world.kill(other);
    await world.advance(60_000);
    give("right");
    await world.settle();
    expect(states(world)).toEqual(["online"]);
  });

  it("@G11 silent tabs delay the first connection only", async () => {
    const world = worldOf(asking);
    for (let tabs = 0; tabs < 10; tabs += 1) joinAsking(world, never);
    joinAsking(world, () => Promise.resolve("right"));
    await world.advance(60_000);
    expect(states(world)).toEqual(["online"]);
    world.router.drop();
    await world.advance(1_000);
    expect([world.router.connections, states(world)]).toEqual([2, ["online"]]);
  });

  it("@G11 a wrong secret fails fast although another tab is silent", async () => {
    const world = worldOf(asking);
    joinAsking(world, never);
    const tab = joinAsking(world, () => Promise.resolve("wrong"));
    await world.advance(10_000);
    expect(closed(tab)).toMatchObject([{ name: "JoinError" }]);
    expect(world.router.connections).toBe(1);
  });

  it("@G1 the value of a tab that has left takes no part in a session with other tabs", async () => {
    const world = worldOf(literal("old"));
    world.router.up = false;
    const old = world.join();
    await world.settle();
    const fresh = world.join(literal("fresh"));
    world.kill(old);
    world.router.tickets.set("joe", "fresh");
    world.router.up = true;
    await world.advance(60_000);
    // If the router accepted either, the old one would expel the tab.
    expect([world.router.connections, closed(fresh), states(world)]).toEqual([1, [], ["online"]]);
  });

  it.each([
    "wamp.error.runtime_error",
    "wamp.error.authentication_required",
    "wamp.error.no_such_principal",
    "wamp.error.authorization_failed",
    "com.example.busy",
  ])("@G11 a secret that is answered with %s gives way to that of another tab", async (reason) => {
    const world = worldOf(literal("wrong"));
    onWrongSecret(world, () => world.router.send({ type: "ABORT", reason, details: {} }));
    world.join();
    world.join(literal("right"));
    await world.advance(60_000);
    expect(states(world)).toEqual(["online"]);
  });

  it.each([
    ["closes the socket", (world: World) => world.router.drop()],
    ["closes the socket for its size", (world: World) => world.fake.sockets.last().drop(1009)],
    ["does not answer", () => undefined],
  ])("@G11 a secret after which the router %s gives way to that of another tab", async (_how, answer) => {
    const world = worldOf(literal("wrong"));
    onWrongSecret(world, () => answer(world));
    world.join();
    world.join(literal("right"));
    await world.advance(60_000);
    expect(states(world)).toEqual(["online"]);
  });

  it("@G11 an attempt whose secret gives way to another does not count", async () => {
    const world = worldOf({ ...literal("wrong"), retry: { initialDelay: 1, maxDelay: 1, maxAttempts: 1 } });
    const wrong = world.join();
    world.join(literal("right"));
    await world.advance(1_000);
    expect(states(world)).toEqual(["online"]);
    world.kill(wrong);
  });

  it("@G11 a secret that exceeds the size of messages is not sent, and gives way to that of another tab", async () => {
    const world = worldOf({ ...literal("x".repeat(5_000)), maxMessageSize: 4_000 });
    const big = world.join();
    world.join(literal("right"));
    await world.advance(1_000);
    expect(closed(big)).toMatchObject([{ name: "OverflowError" }]);
    expect([world.router.connections, states(world)]).toEqual([2, ["online"]]);
    world.kill(big);
  });

  it("a HELLO that exceeds the size of messages is not sent", async () => {
    const world = prepareWorld({ maxMessageSize: 50 });
    const tab = world.join();
    await world.settle();
    expect(world.router.received).toEqual([]);
    expect(closed(tab)).toMatchObject([{ name: "OverflowError", fields: { limit: "maxMessageSize" } }]);
  });

  it("@G1 a tab whose secret was once accepted stays when it expires and another tab has a fresh one", async () => {
    const world = worldOf(literal("right"));
    const first = world.join();
    const second = world.join(literal("right"));
    await world.settle();
    const third = world.join(literal("right"));
    joinAsking(world, () => Promise.resolve("fresh"));
    world.router.tickets.set("joe", "fresh");
    world.router.drop();
    await world.advance(60_000);
    expect([first, second, third].flatMap(closed)).toEqual([]);
    expect(states(world)).toEqual(["online"]);
    expect(world.tryToJoin(literal("right")).answer.ok).toBe(false);
  });

  it("reconnectNow() while the query is missing does not ask for the secret again", async () => {
    const world = worldOf(asking);
    let asked = 0;
    let queries = 0;
    const { tab } = world.tryToJoin({ ...asking, ...askingForQuery }, (page) => {
      page.secret = () => Promise.resolve(`${(asked += 1)}`).then(() => "right");
      page.query = () => ((queries += 1) === 1 ? never() : Promise.resolve("token=1"));
    });
    await world.settle();
    await tab.reconnectNow();
    await world.settle();
    expect([asked, queries, states(world)]).toEqual([1, 2, ["online"]]);
  });
});

describe("the tabs as sources of the URL", () => {
  it("@G11 a stale token of the latest tab gives way to that of another, and is tried last from then on", async () => {
    const world = prepareWorld();
    world.join(withToken("good"));
    await world.settle();
    world.join(withToken("stale"));
    const accept = world.fake.sockets.onOpen;
    const dialed: string[] = [];
    world.fake.sockets.onOpen = (socket) => {
      dialed.push(socket.url.split("=")[1] ?? "");
      if (socket.url.includes("stale")) socket.drop(1006);
      else accept?.(socket);
    };
    for (let losses = 0; losses < 2; losses += 1) {
      world.router.drop();
      await world.advance(60_000);
    }
    expect(dialed).toEqual(["stale", "good", "good"]);
    expect(states(world)).toEqual(["online"]);
  });

  it("@G11 a tab without a function for the query does not take away that of another", async () => {
    const world = prepareWorld();
    joinWithQuery(world, () => Promise.resolve("token=good"));
    await world.settle();
    world.join();
    const accept = world.fake.sockets.onOpen;
    world.fake.sockets.onOpen = (socket) => {
      if (socket.url.includes("good")) accept?.(socket);
      else socket.drop(1006);
    };
    world.router.drop();
    await world.advance(60_000);
    expect(states(world)).toEqual(["online"]);
  });

  it("@G11 a function for the query that fails does not keep the others offline", async () => {
    const world = prepareWorld(withToken("good"));
    world.join();
    await world.settle();
    joinWithQuery(world, () => Promise.reject(new Error("offline")));
    world.router.drop();
    await world.advance(60_000);
    expect(states(world)).toEqual(["online"]);
  });
});

describe("a URL that was accepted", () => {
  it("@G11 is not to blame for an attempt that failed before it was used", async () => {
    const world = worldOf({ ...asking, ...withToken("stale") });
    const answers: (string | undefined)[] = ["right", "right"];
    const secret = () => {
      const answer = answers.shift();
      return answer === undefined ? Promise.reject(new Error("offline")) : Promise.resolve(answer);
    };
    const { tab } = world.tryToJoin(asking, (page) => (page.secret = secret));
    await world.settle();
    world.tryToJoin({ ...asking, ...withToken("good") }, (page) => (page.secret = never));
    world.router.drop();
    // The URL of the latest tab comes first, and stays first when there is no secret yet.
    await world.advance(60_000);
    expect([world.fake.sockets.last().url, closed(tab)]).toEqual([`${URL_OF_ALL}?token=good`, []]);
    world.router.drop();
    answers.push(undefined, "right");
    await world.advance(60_000);
    expect(world.fake.sockets.last().url).toBe(`${URL_OF_ALL}?token=good`);
  });
});

describe("a tab that was online in an earlier worker", () => {
  it("@G17 keeps its session while the router restarts", async () => {
    for (const wasOnline of [true, false]) {
      const world = prepareWorld();
      world.router.override = (message) => {
        if (message.type !== "HELLO") return false;
        world.router.send({ type: "ABORT", reason: "wamp.error.no_such_realm", details: {} });
        return true;
      };
      const { tab } = world.tryToJoin({}, undefined, { wasOnline });
      await world.advance(3_000);
      world.router.override = () => false;
      await world.advance(60_000);
      expect([closed(tab).length, states(world)]).toEqual(wasOnline ? [0, ["online"]] : [1, []]);
    }
  });

  it("@G17 is not kept out by a fresher secret from the function of another tab", async () => {
    const world = worldOf(asking);
    joinAsking(world, () => Promise.resolve("right"));
    await world.settle();
    expect(world.tryToJoin(literal("right before")).answer.ok).toBe(false);
    const { tab, answer } = world.tryToJoin(literal("right before"), undefined, { wasOnline: true });
    expect(answer.ok).toBe(true);
    world.router.drop();
    await world.advance(60_000);
    expect([closed(tab), states(world)]).toEqual([[], ["online"]]);
  });
});

describe("what a router echoes", () => {
  it("@G15 the status shows neither the resume token nor a secret", async () => {
    const access = { urls: ["ws://joe:s3cret%20pw@a.example/ws?token=s3cret-token"] };
    const world = worldOf({ ...literal("s3cret"), access });
    world.router.tickets.set("joe", "s3cret");
    world.router.details = { ...world.router.details, "resume-token": "s3cret-resume" };
    const tab = world.join();
    await world.settle();
    const request = tab.call("com.example.slow");
    const message = 'the ticket "s3cret", "s3cret pw" and token=s3cret-token';
    world.router.send({ type: "GOODBYE", reason: "wamp.close.killed", details: { message, all: [message] } });
    await world.advance(10_000);
    world.fake.sockets.last().drop(1008, message);
    world.router.override = ({ type }) => {
      if (type === "AUTHENTICATE")
        world.router.send({
          type: "ABORT",
          reason: "wamp.error.authentication_failed",
          details: { message },
        });
      return type === "AUTHENTICATE";
    };
    await world.advance(100_000);
    expect(closed(tab)).toMatchObject([
      { name: "JoinError", fields: { details: { message: 'the ticket "...", "..." and ...' } } },
    ]);
    expect(JSON.stringify([tab.of("status"), request.error])).not.toContain("s3cret");
  });
});
