import { afterEach, describe, expect, it } from "vitest";
import type { RequestId } from "../../contract/ids.js";
import type { AuthConfig, SessionConfig } from "../../contract/session-config.js";
import type { ClientMessage } from "../../protocol/messages.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { leftovers, prepareWorld } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const ticket: AuthConfig = { method: "ticket", authid: "joe", secret: "ask" };
const cra: AuthConfig = { method: "wampcra", authid: "joe", secret: "ask" };
const signed: AuthConfig = { method: "token", authid: "joe", sign: "ask" };
const never = () => new Promise<string>(() => undefined);

function worldOf(auth: readonly AuthConfig[], changes: Partial<SessionConfig> = {}): World {
  const world = prepareWorld({ principal: "joe", auth, ...changes });
  world.router.tickets.set("joe", "right");
  return world;
}

/** Attaches a tab whose application answers by the functions. */
function join(
  world: World,
  answers: Partial<Pick<FakeTab, "secret" | "signature">>,
  isHidden = false,
): FakeTab {
  return world.tryToJoin({}, (tab) => Object.assign(tab, answers), { isHidden }).tab;
}

/** A function whose answer the test gives later; also counts its calls. */
function later() {
  const asked: ((answer: string | null) => void)[] = [];
  return {
    asked,
    secret: () => new Promise<string | null>((resolve) => asked.push(resolve)),
  };
}

/** Answers HELLO by a challenge for the method, and welcomes a client that signs it with "right". */
function challengeBy(world: World, method: string, extra = {}): void {
  world.router.override = (message: ClientMessage) => {
    if (message.type === "HELLO") world.router.send({ type: "CHALLENGE", method, extra });
    else if (message.type === "AUTHENTICATE" && message.signature === "right")
      world.fake.sockets.last().welcome(7);
    else if (message.type === "AUTHENTICATE")
      world.router.send({ type: "ABORT", reason: "wamp.error.authentication_failed", details: {} });
    return message.type === "HELLO" || message.type === "AUTHENTICATE";
  };
}

const hellos = (world: World) => world.router.got("HELLO").map(({ details }) => details);
const states = (tab: FakeTab) => tab.of("status").map(({ status }) => status.state);

describe("several authentication methods", () => {
  it("@G27 go into one HELLO, in order, with the parameters of each", async () => {
    const world = worldOf(
      [
        { ...cra, secret: { literal: "pass" }, authrole: "user", authextra: { team: 7 } },
        { method: "wamp-scram", authid: "joe", secret: { literal: "pass" }, authrole: "user" },
        { ...ticket, secret: { literal: "right" }, authrole: "user", authextra: { device: "x" } },
      ],
      { hello: { _trace: "on" } },
    );
    world.join();
    await world.settle();
    expect(hellos(world)).toMatchObject([
      {
        agent: "wamp-mux-test",
        authmethods: ["wampcra", "wamp-scram", "ticket"],
        authid: "joe",
        authrole: "user",
        authextra: { team: 7, device: "x", nonce: expect.any(String) as unknown, channel_binding: null },
        _trace: "on",
      },
    ]);
    expect(world.session.state).toBe("online");
  });

  it("@G27 the application is asked for that of the router's choice only, with the challenge", async () => {
    const world = worldOf([cra, ticket]);
    const tab = join(world, {
      secret: ({ method }) => Promise.resolve(method === "ticket" ? "right" : "no"),
    });
    await world.settle();
    expect(tab.questions).toEqual([{ what: "secret", method: "ticket", challenge: {}, id: 1 }]);
    expect(states(tab)).toEqual(["connecting", "authenticating", "connecting", "online"]);
  });

  it("@G27 while the application is asked, no deadline of this side runs, and the status says what is asked", async () => {
    const world = worldOf([cra, ticket], { connectTimeout: 1_000 });
    const { asked, secret } = later();
    const tab = join(world, { secret });
    await world.advance(600_000);
    expect(tab.of("status").at(-1)?.status).toEqual({
      state: "authenticating",
      attempt: 1,
      url: "ws://a.example/ws",
      asked: "secret",
      method: "ticket",
    });
    asked[0]?.("right");
    await world.settle();
    expect([asked.length, world.session.state, world.router.connections]).toEqual([1, "online", 1]);
  });

  it("@G27 an application that is asked when the router ends the connection is not asked twice", async () => {
    for (const isAnsweredFirst of [true, false]) {
      const world = worldOf([cra, ticket], {
        retry: { initialDelay: 1_000, maxDelay: 1_000, maxAttempts: 1 },
      });
      const { asked, secret } = later();
      join(world, { secret });
      await world.settle();
      world.router.drop();
      await world.settle();
      if (isAnsweredFirst) asked[0]?.("right");
      await world.advance(1_000);
      if (!isAnsweredFirst) {
        expect([world.router.connections, world.session.state]).toEqual([1, "authenticating"]);
        asked[0]?.("right");
      }
      await world.settle();
      expect([asked.length, world.session.state]).toEqual([1, "online"]);
      expect(hellos(world)).toMatchObject([{ authmethods: ["ticket"] }]);
      // The next one offers all of them again.
      await world.advance(10_000);
      world.router.drop();
      await world.advance(1_000);
      expect(hellos(world)).toMatchObject([{ authmethods: ["wampcra", "ticket"] }]);
      asked[1]?.("right");
      await world.settle();
    }
  });

  it("@G27 an answer that was meant for an earlier connection is asked for once more if the router refuses it", async () => {
    const world = worldOf([cra, ticket]);
    const { asked, secret } = later();
    const tab = join(world, { secret });
    await world.settle();
    world.router.drop();
    await world.settle();
    asked[0]?.("expired");
    await world.advance(5_000);
    expect([asked.length, world.session.state]).toEqual([2, "authenticating"]);
    asked[1]?.("wrong");
    await world.settle();
    expect(states(tab).at(-1)).toBe("closed");
  });

  it("@G27 a key that is none leaves the other methods on offer", async () => {
    const right: AuthConfig = { method: "ticket", authid: "joe", secret: { literal: "right" } };
    for (const secret of [() => Promise.resolve("no key"), () => Promise.reject(new Error("locked"))]) {
      const world = worldOf([{ method: "cryptosign", authid: "joe", secret: "ask" }, right]);
      join(world, { secret });
      await world.settle();
      expect(hellos(world)).toMatchObject([{ authmethods: ["ticket"] }]);
      expect(world.session.state).toBe("online");
    }
  });

  it("@G27 a router that lets the session in without the answer withdraws the question", async () => {
    const world = worldOf([cra, ticket], { connectTimeout: 3_000 });
    const { asked, secret } = later();
    const tab = join(world, { secret });
    await world.settle();
    world.fake.sockets.last().welcome(7);
    await world.settle();
    expect([tab.dismissed, world.session.state]).toEqual([[1], "online"]);
    asked[0]?.("right");
    await world.advance(60_000);
    expect([world.session.state, world.router.connections]).toEqual(["online", 1]);
  });

  it("@G15 a router's echo shows nothing of what an application adds to HELLO and AUTHENTICATE", async () => {
    const authextra = { device: "s3cret-device", name: "s3cret-name", uri: "s3cret-uri" };
    const world = worldOf([{ ...signed, authextra }], { hello: { trace: ["s3cret-trace"] } });
    challengeBy(world, "token");
    const tab = join(world, {
      signature: () => Promise.resolve({ signature: "s3cret-signature", extra: { token: "s3cret-extra" } }),
    });
    const { override } = world.router;
    world.router.override = (message) => {
      if (message.type !== "AUTHENTICATE") return override(message);
      const echo = [message, hellos(world)];
      const details = { message: `no ${JSON.stringify(echo)}`, echo };
      world.router.send({ type: "ABORT", reason: "com.example.refused", details });
      return true;
    };
    await world.settle();
    const statuses = JSON.stringify(tab.of("status"));
    expect(statuses).toContain("com.example.refused");
    expect(statuses).not.toContain("s3cret");
  });

  it("@G1 a tab that signs with another key is another identity", () => {
    const world = worldOf([{ ...signed, authextra: { pubkey: "aa" } }]);
    world.join();
    expect(world.tryToJoin({ auth: [{ ...signed, authextra: { pubkey: "bb" } }] }).answer.ok).toBe(false);
  });
});

describe("the application's own signature", () => {
  it("@G27 answers the challenge of any method, with AUTHENTICATE.Extra", async () => {
    const world = worldOf([signed]);
    challengeBy(world, "token", { realm: 7 });
    const tab = join(world, {
      signature: () => Promise.resolve({ signature: "right", extra: { by: "me" } }),
    });
    await world.settle();
    expect(tab.questions).toEqual([{ what: "signature", method: "token", challenge: { realm: 7 }, id: 1 }]);
    expect(world.router.got("AUTHENTICATE")).toMatchObject([{ signature: "right", extra: { by: "me" } }]);
    expect(world.session.state).toBe("online");
  });

  it("@G27 is asked for again with the next challenge, when the connection ends before it is there", async () => {
    const world = worldOf([signed], { connectTimeout: 3_000 });
    challengeBy(world, "token");
    const tab = join(world, { signature: never });
    await world.settle();
    world.router.drop();
    await world.advance(1_000);
    expect([tab.questions.map(({ id }) => id), tab.dismissed]).toEqual([[1, 2], [1]]);
    tab.signature = () => Promise.resolve({ signature: "right", extra: {} });
    await world.advance(3_000);
    expect(
      tab.of("status").find(({ status }) => status.state === "waiting" && status.reason.name === "JoinError"),
    ).toMatchObject({
      status: {
        reason: { message: "The application provided no signature: There was no answer within 3000 ms" },
      },
    });
    await world.advance(1_000);
    expect(world.session.state).toBe("online");
  });

  it("@G23 that is none is not sent", async () => {
    for (const answer of ["right", { signature: 7, extra: {} }, { signature: "right", extra: { f: NaN } }]) {
      const world = worldOf([signed]);
      challengeBy(world, "token");
      const answers = [answer, { signature: "right", extra: {} }];
      join(world, { signature: () => Promise.resolve(answers.shift()) });
      await world.settle();
      expect(world.router.got("AUTHENTICATE")).toEqual([]);
      await world.advance(5_000);
      expect(world.session.state).toBe("online");
    }
  });

  it("@G27 gives way to that of another tab if the router refuses it", async () => {
    const world = worldOf([signed]);
    challengeBy(world, "token");
    join(world, { signature: () => Promise.resolve({ signature: "wrong", extra: {} }) });
    join(world, { signature: () => Promise.resolve({ signature: "right", extra: {} }) });
    await world.advance(5_000);
    expect(world.session.state).toBe("online");
  });
});

describe("the question to the application", () => {
  it("@G27 goes to a tab that its user sees", async () => {
    const world = worldOf([ticket]);
    const right = { secret: () => Promise.resolve("right") };
    const [hidden, seen] = [join(world, right, true), join(world, right)];
    await world.settle();
    expect([hidden, seen].map(({ questions }) => questions.length)).toEqual([0, 1]);
    // The one that answered last is preferred only as long as it is seen.
    await seen.setHidden(true);
    await hidden.setHidden(false);
    world.router.drop();
    await world.advance(1_000);
    expect([hidden, seen].map(({ questions }) => questions.length)).toEqual([1, 1]);
    expect(world.session.state).toBe("online");
  });

  it("@G27 is withdrawn from the other tabs when one has answered", async () => {
    const world = worldOf([ticket]);
    const [first, second] = [
      join(world, { secret: never }),
      join(world, { secret: () => Promise.resolve("right") }),
    ];
    await world.advance(5_000);
    expect([first.dismissed, second.dismissed, world.session.state]).toEqual([[1], [], "online"]);
  });

  it("@G27 that an application has no answer to yet is asked again on demand, and not before", async () => {
    const world = worldOf([ticket]);
    const answers = [null, "right"];
    const tab = join(world, { secret: () => Promise.resolve(answers.shift() ?? null) });
    await world.advance(600_000);
    expect([tab.questions.length, world.session.state]).toEqual([1, "authenticating"]);
    await tab.reconnectNow();
    await world.settle();
    expect([tab.questions.length, world.session.state]).toEqual([2, "online"]);
  });

  it("@G27 goes to another tab when the one without an answer is gone", async () => {
    const world = worldOf([ticket]);
    const tab = join(world, { secret: () => Promise.resolve(null) });
    await world.advance(1_000);
    join(world, { secret: () => Promise.resolve("right") });
    world.kill(tab);
    await world.settle();
    expect(world.session.state).toBe("online");
  });

  it("@G27 ends after `answerTimeout`, and is asked again for the next attempt", async () => {
    const world = worldOf([ticket], { answerTimeout: 2_000 });
    const { asked, secret } = later();
    const tab = join(world, { secret });
    await world.advance(2_000);
    expect(tab.of("status").at(-1)?.status).toMatchObject({
      state: "waiting",
      reason: { message: "The application provided no secret: There was no answer within 2000 ms" },
    });
    expect(tab.dismissed).toEqual([1]);
    await world.advance(500);
    asked[1]?.("right");
    await world.settle();
    expect(world.session.state).toBe("online");
  });
});

describe("logout", () => {
  it("@G18 ends the session for all tabs with GOODBYE, and leaves nothing stored", async () => {
    const world = worldOf([{ ...ticket, secret: { literal: "right" } }]);
    const tabs = [world.join(), world.join()];
    await world.settle();
    world.router.override = ({ type }) => type === "CALL";
    const pending = tabs[1]?.call("com.example.slow");
    await world.settle();
    expect(world.fake.store.entries.size).toBe(1);
    tabs[0]?.post({ kind: "logout", request: 99 as RequestId });
    await world.settle();
    expect(world.router.got("GOODBYE")).toHaveLength(1);
    for (const tab of tabs)
      expect(tab.of("status").at(-1)?.status).toEqual({
        state: "closed",
        isLogout: true,
        reason: { name: "SessionClosedError", message: "The session was closed: a tab has logged out" },
      });
    expect(pending?.error?.name).toBe("SessionClosedError");
    expect([...world.fake.store.entries]).toEqual([]);
    expect(world.hub.inspect().sessions).toEqual([]);
  });

  it("@G18 what is wiped stays so, also if the pages go away without leave(), and the next session's data stay", async () => {
    const world = worldOf([{ ...ticket, secret: { literal: "right" } }]);
    world.router.details = { ...world.router.details, "resume-token": "s3cret-resume" };
    const tab = world.join();
    await world.settle();
    tab.post({ kind: "logout", request: 99 as RequestId });
    await world.settle();
    const next = world.join();
    world.kill(tab);
    await world.settle();
    const stored = [...world.fake.store.entries];
    expect(JSON.stringify(stored)).toContain("s3cret-resume");
    await world.advance(60_000);
    expect([...world.fake.store.entries]).toEqual(stored);
    next.post({ kind: "logout", request: 99 as RequestId });
    await world.settle();
    world.kill(next);
    await world.advance(60_000);
    expect([...world.fake.store.entries]).toEqual([]);
  });

  it("@G18 during an attempt to connect leaves nothing stored either", async () => {
    const world = worldOf([ticket]);
    const { asked, secret } = later();
    const tab = join(world, { secret });
    await world.settle();
    tab.post({ kind: "logout", request: 99 as RequestId });
    asked[0]?.("right");
    await world.settle();
    expect([tab.of("status").at(-1)?.status.state, [...world.fake.store.entries]]).toEqual(["closed", []]);
  });
});

it("@G23 methods that cannot go into one HELLO are refused", () => {
  for (const auth of [
    [ticket, ticket],
    [ticket, { ...cra, authid: "jane" }],
    [ticket, { method: "anonymous" }],
    [],
  ]) {
    const { answer } = worldOf(auth).tryToJoin();
    expect(answer).toMatchObject({ ok: false, error: { name: "InvalidArgumentError" } });
  }
  for (const hello of [{ roles: {} }, { authid: "joe" }, { x: 1n }]) {
    const { answer } = worldOf([ticket], { hello }).tryToJoin();
    expect(answer).toMatchObject({ ok: false, error: { name: "InvalidArgumentError" } });
  }
});
