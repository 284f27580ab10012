import { afterEach, describe, expect, it, vi } from "vitest";
import type { AuthConfig, SessionConfig } from "../../contract/session-config.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { leftovers, prepareWorld } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";

afterEach(async () => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  expect(await leftovers()).toEqual([]);
});

const SEED = "4d57d97a68f555696620a6d849c0ce582568518d729eb753dc7c732de2804510";
const withAuth = (auth: AuthConfig): Partial<SessionConfig> => ({ principal: "joe", auth: [auth] });
const askingForKey = withAuth({ method: "cryptosign", secret: "ask" });

/** Returns the world of a session that has two URLs, so that every attempt could be followed by another one. */
function worldOf(changes: Partial<SessionConfig>): World {
  return prepareWorld({ urls: ["ws://a.example/ws", "ws://b.example/ws"], ...changes });
}

/** Resolves with the status of a tab once the browser's own cryptography, which is not part of the harness, has had its turns. */
async function closedStatus(world: World, tab: FakeTab) {
  return vi.waitFor(async () => {
    await world.settle();
    const { status } = tab.of("status").at(-1) ?? {};
    if (status?.state !== "closed") throw new Error(`the session is ${status?.state}`);
    return status;
  });
}

describe("an obstacle in the browser", () => {
  it.each<AuthConfig["method"]>(["wampcra", "wamp-scram", "scram", "cryptosign"])(
    "@G27 closes the session at once without crypto.subtle, before a person is asked: %s",
    async (method) => {
      vi.stubGlobal("crypto", { getRandomValues: (bytes: unknown) => bytes });
      const world = worldOf(withAuth({ method, authid: "joe", secret: "ask" }));
      const secret = vi.fn(() => Promise.resolve("s€cret"));
      const { tab } = world.tryToJoin({}, (page) => (page.secret = secret));
      expect(await closedStatus(world, tab)).toMatchObject({
        reason: { name: "UnsupportedError", fields: { missing: ["crypto.subtle"] } },
      });
      expect(secret).not.toHaveBeenCalled();
      expect(world.router.received).toEqual([]);
    },
  );

  it("@G27 of several methods, offers those that need no crypto.subtle, unless the router chooses one whose function would be asked", async () => {
    vi.stubGlobal("crypto", { getRandomValues: (bytes: unknown) => bytes });
    const ticket: AuthConfig = { method: "ticket", authid: "joe", secret: { literal: "right" } };
    const cra = (secret: AuthConfig["secret"]): AuthConfig => ({ method: "wampcra", authid: "joe", secret });
    const able = worldOf({ principal: "joe", auth: [cra({ literal: "s€cret" }), ticket] });
    able.join();
    await able.settle();
    expect(able.session.state).toBe("online");
    expect(able.router.got("HELLO")).toMatchObject([{ details: { authmethods: ["ticket"] } }]);
    const unable = worldOf({ principal: "joe", auth: [cra("ask"), ticket] });
    unable.router.override = ({ type }) => {
      if (type === "HELLO") unable.router.send({ type: "CHALLENGE", method: "wampcra", extra: {} });
      return type === "HELLO";
    };
    const secret = vi.fn(() => Promise.resolve("s€cret"));
    const { tab } = unable.tryToJoin({}, (page) => (page.secret = secret));
    expect(await closedStatus(unable, tab)).toMatchObject({ reason: { name: "UnsupportedError" } });
    expect(secret).not.toHaveBeenCalled();
  });

  it("@G27 closes the session at once if the application gives a key that is none, which is not shown", async () => {
    const world = worldOf(askingForKey);
    const secret = vi.fn(() => Promise.resolve(`${SEED}0`));
    const { tab } = world.tryToJoin({}, (page) => (page.secret = secret));
    const status = await closedStatus(world, tab);
    expect(status).toMatchObject({ reason: { name: "KeyError", fields: { reason: "format" } } });
    expect(JSON.stringify(status)).not.toContain(SEED);
    expect(secret).toHaveBeenCalledTimes(1);
  });

  it("@G27 does not close the session over the key of one tab if another tab has one", async () => {
    const world = worldOf(askingForKey);
    world.router.override = ({ type }) => type === "HELLO";
    let give: (secret: string) => void = () => undefined;
    const asked = new Promise<string>((resolve) => (give = resolve));
    const { tab } = world.tryToJoin({}, (page) => (page.secret = () => asked));
    await world.settle();
    const { tab: sibling } = world.tryToJoin({}, (page) => (page.secret = () => Promise.resolve(SEED)));
    give("no key");
    await vi.waitFor(async () => {
      await world.advance(1_000);
      expect(world.router.got("HELLO")).toHaveLength(1);
    });
    const states = [tab, sibling].flatMap((each) => each.of("status").map(({ status }) => status.state));
    expect(states).not.toContain("closed");
  });
});
