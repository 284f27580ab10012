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
const withKey = (literal = SEED) => withAuth({ method: "cryptosign", secret: { literal } });
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

/** Makes the browser refuse to import keys, with an error of this name. */
function refuseKeys(name: string): void {
  vi.spyOn(crypto.subtle, "importKey").mockRejectedValue(new DOMException("", name));
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

  it("@G27 closes the session at once if the browser refuses the private key, which is not shown", async () => {
    refuseKeys("DataError");
    const world = worldOf(withKey());
    const status = await closedStatus(world, world.join());
    expect(status).toMatchObject({ reason: { name: "KeyError", fields: { reason: "refused" } } });
    expect(JSON.stringify(status)).not.toContain(SEED);
  });

  it("@G27 closes the session at once if the application gives a key that is none", async () => {
    const world = worldOf(askingForKey);
    const secret = vi.fn(() => Promise.resolve("no key"));
    const { tab } = world.tryToJoin({}, (page) => (page.secret = secret));
    expect(await closedStatus(world, tab)).toMatchObject({
      reason: { name: "KeyError", fields: { reason: "format" } },
    });
    expect(secret).toHaveBeenCalledTimes(1);
  });

  it("@G27 closes the session for the tab alone whose key cannot be used, if another tab has one", async () => {
    const importKey = crypto.subtle.importKey.bind(crypto.subtle);
    let attempts = 0;
    vi.spyOn(crypto.subtle, "importKey").mockImplementation(((...parts: Parameters<typeof importKey>) =>
      (attempts += 1) === 1
        ? Promise.reject(new DOMException("", "DataError"))
        : importKey(...parts)) as typeof importKey);
    const world = worldOf(withKey());
    const a = world.join();
    const b = world.join(withKey("11".repeat(32)));
    expect(await closedStatus(world, a)).toMatchObject({ reason: { name: "KeyError" } });
    expect(b.of("status").map(({ status }) => status.state)).not.toContain("closed");
  });
});
