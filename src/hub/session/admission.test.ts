import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { TabId } from "../../contract/ids.js";
import type { TabHello } from "../../contract/port.js";
import { sessionRules } from "../../contract/session-rules.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import { FakeTab } from "../../testing/fake-tab.js";
import { leftovers, prepareWorld } from "../../testing/harness.js";
import { connectConfig } from "../../testing/session-config.js";
import { createHub } from "../hub.js";
import type { Hub } from "../hub.js";

afterEach(async () => expect(await leftovers()).toEqual([]));

const good = (session: object = connectConfig()): object => ({
  contract: CONTRACT_VERSION,
  tab: "tab-1",
  session,
  codecUrls: [],
});

/** Passes a hello as a port does. */
function attach(hub: Hub, hello: unknown) {
  return hub.attach(structuredClone(hello) as TabHello, new FakeTab("tab-1" as TabId)).answer;
}

const strange = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }),
  fc.constantFrom("\0", "\ud800", "ws://", NaN, -1, 0, 0.5, Infinity, 2 ** 60, null, undefined, [], {}),
);
const names = Object.keys(sessionRules);

/** Hellos that differ from a good one in one place, or in everything. */
const badHello = fc.oneof(
  strange,
  fc
    .record({ name: fc.constantFrom("tab", "session", "codecUrls", "wasOnline", "isHidden"), value: strange })
    .map(({ name, value }) => ({ ...good(), [name]: value })),
  fc
    .record({ name: fc.constantFrom(...names, "__proto__", "extra"), value: strange })
    .map(({ name, value }) => good({ ...connectConfig(), [name]: value })),
  fc
    .record({ name: fc.constantFrom("method", "authid", "secret", "extra"), value: strange })
    .map(({ name, value }) =>
      good({
        ...connectConfig(),
        auth: [{ method: "ticket", authid: "joe", secret: { literal: "x" }, [name]: value }],
      }),
    ),
);

describe("the admission of a tab", () => {
  it("@G23 refuses every hello that is not one, or reaches the router with a HELLO that it can read", async () => {
    await fc.assert(
      fc.asyncProperty(badHello, async (hello) => {
        const fake = createFakeEnvironment();
        const hub = createHub(fake.env);

        const { answer } = await hub.admit(hello as TabHello, new FakeTab("tab-1" as TabId));
        await fake.settle();
        if (!answer.ok) {
          expect(answer.error.name).toMatch(/^(InvalidArgument|ContractMismatch)Error$/);
          expect([hub.inspect().sessions, fake.sockets.all]).toEqual([[], []]);
          return;
        }
        for (const socket of fake.sockets.all) {
          socket.accept();
          await fake.settle();
          expect(socket.sent).toMatchObject([{ type: "HELLO" }]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("@G23 refuses a missing option, and an unknown one", () => {
    const hub = createHub(createFakeEnvironment().env);
    for (const name of names) {
      const session: Record<string, unknown> = { ...connectConfig() };
      delete session[name];
      if (["query", "workerUrl", "hello", "isFatal"].includes(name)) {
        expect(attach(hub, good({ ...session, [name]: 5 })).ok).toBe(false);
        continue;
      }
      expect(attach(hub, good(session))).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining(`connect(): options.${name} is undefined`) as unknown },
      });
    }
    expect(attach(hub, good({ ...connectConfig(), ticket: "s3cret" }))).toMatchObject({
      ok: false,
      error: {
        message: expect.stringMatching(
          /options.ticket is a string, .*did you mean options.auth.secret/,
        ) as unknown,
      },
    });
  });

  it("@G15 shows no value that may be a secret", () => {
    const hub = createHub(createFakeEnvironment().env);
    const auth = { method: "ticket", authid: "joe", secret: "s3cret" };
    for (const changes of [
      { auth },
      { auth: "s3cret" },
      { auth: { ...auth, secret: { literal: "s3cret\ud800" } } },
      { auth: { ...auth, authid: "s3cret\ud800", secret: "ask" } },
      { auth: [{ method: "s3cret" }] },
      { url: ["ws//s3cret"] },
      { url: ["http://a.example/?token=s3cret"] },
      { url: "ws://a.example/?token=s3cret" },
      { query: { literal: "s3cret\ud800" } },
      { query: "s3cret" },
      { retry: "s3cret" },
      { principal: ["s3cret"] },
      { token: "s3cret" },
    ]) {
      const answer = attach(hub, good({ ...connectConfig(), ...changes }));
      expect(answer.ok).toBe(false);
      expect(JSON.stringify(answer)).not.toContain("s3cret");
    }
  });

  it("@G1 refuses the id of a tab that is attached", async () => {
    const world = prepareWorld();
    const tab = world.join();
    await world.settle();
    const hello = { ...good(), tab: tab.id } as TabHello;
    expect(world.hub.attach(hello, new FakeTab(tab.id)).answer).toMatchObject({
      ok: false,
      error: { name: "InvalidArgumentError" },
    });
    expect(world.session.tabs).toHaveLength(1);
  });

  it.each([
    ["ws://router.example/", false],
    ["ws://10.0.0.1:8080/ws", false],
    ["ws://localhost.example/", false],
    ["ws://127.0.0.1.example/", false],
    ["ws://[::2]/", false],
    ["wss://router.example/", true],
    ["ws://localhost:8080/", true],
    ["ws://dev.localhost/", true],
    ["ws://127.8.9.1/", true],
    ["ws://[::1]:8080/", true],
  ])("@G15 on a page of https: a router at %s is admitted: %s", (url, isAdmitted) => {
    const { env } = createFakeEnvironment();
    const hello = (allowInsecureRouter: boolean) =>
      good({ ...connectConfig(), url: [url], allowInsecureRouter });
    const answer = attach(createHub({ ...env, isSecure: true }), hello(false));
    expect(answer.ok).toBe(isAdmitted);
    if (!answer.ok) {
      expect(answer.error).toMatchObject({ name: "InvalidArgumentError" });
      expect(answer.error.message).toContain("allowInsecureRouter");
    }
    expect(attach(createHub({ ...env, isSecure: true }), hello(true)).ok).toBe(true);
    expect(attach(createHub(env), hello(false)).ok).toBe(true);
  });
});
