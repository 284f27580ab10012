import { WebSocket } from "ws";
import type { RouterName } from "./router-name.js";
import { expect, joe, test } from "./support/fixtures.js";
import { needsMethod } from "./support/needs.js";
import type { RouterUnderTest } from "./support/router.js";
import type { SecretAuth } from "./support/tab.js";

/** The methods with a secret that every router of the tests is configured for, with one that is wrong. */
const cases: readonly { readonly name: string; readonly right: SecretAuth; readonly wrong: string }[] = [
  { name: "ticket", right: { method: "ticket", authid: joe.authid, secret: joe.ticket }, wrong: "wrong" },
  { name: "wampcra", right: { method: "wampcra", authid: joe.authid, secret: joe.password }, wrong: "wrong" },
  {
    name: "wampcra with a salted password",
    right: { method: "wampcra", authid: joe.salted, secret: joe.password },
    wrong: "wrong",
  },
  {
    name: "wamp-scram",
    right: { method: "wamp-scram", authid: joe.authid, secret: joe.password },
    wrong: "wrong",
  },
  { name: "scram", right: { method: "scram", authid: joe.authid, secret: joe.password }, wrong: "wrong" },
  {
    name: "wamp-scram with Argon2id",
    right: { method: "wamp-scram", authid: joe.argon2, secret: joe.password },
    wrong: "wrong",
  },
  {
    name: "scram with Argon2id",
    right: { method: "scram", authid: joe.argon2, secret: joe.password },
    wrong: "wrong",
  },
  {
    name: "cryptosign",
    right: { method: "cryptosign", authid: joe.authid, secret: joe.privateKey },
    wrong: "5a".repeat(32),
  },
];

/** Skips the test on routers without the method, or without its key derivation. */
function needsLogin(router: RouterUnderTest, { method, authid }: SecretAuth): void {
  needsMethod(router, authid === joe.argon2 ? `${method} with Argon2id` : method);
}

/** The reason in ABORT after a wrong secret. */
function refusalOf(router: RouterName, method: SecretAuth["method"]): string {
  if (router === "crossbar") return "wamp.error.not_authorized";
  // A private key says who its owner is: a wrong one is that of a stranger.
  const isStranger = router === "dev" && method === "cryptosign";
  return isStranger ? "wamp.error.no_such_principal" : "wamp.error.authentication_failed";
}

for (const { name, right, wrong } of cases) {
  test(`@G27 ${name} logs all tabs in, and the status says how`, async ({ tabs, router }) => {
    needsLogin(router, right);
    const [tab, sibling] = await tabs.two({ auth: right });
    expect(await tab.status()).toMatchObject({
      state: "online",
      authid: right.authid,
      details: { authmethod: right.method },
    });
    expect(await sibling.sessionId()).toBe(await tab.sessionId());
  });

  test(`@G27 a wrong secret for ${name} is refused, and the right one logs in afterwards`, async ({
    tabs,
    router,
  }) => {
    needsLogin(router, right);
    const tab = await tabs.blank();
    await tab.attach({ auth: { ...right, secret: wrong } });
    const outcome = await tab.page.evaluate(() => window.kit.outcome(window.session.ready));
    expect(outcome).toMatchObject({
      ok: false,
      error: { name: "JoinError", uri: refusalOf(router.name, right.method) },
    });
    expect(JSON.stringify(outcome)).not.toContain(wrong === "wrong" ? '"wrong"' : wrong);
    await tab.connect({ auth: right });
    expect(await tab.status()).toMatchObject({ state: "online", authid: right.authid });
  });

  test(`@G27 ${name} logs in again after the loss of the connection`, async ({ tabs, router }) => {
    needsLogin(router, right);
    const tab = await tabs.blank({ retry: { initialDelay: 1 } });
    await tab.connect({ auth: right });
    const first = await tab.sessionId();
    router.proxy.drop();
    await expect.poll(() => tab.status()).not.toMatchObject({ session: first });
    await expect.poll(() => tab.status()).toMatchObject({ state: "online", authid: right.authid });
    expect(await tab.sessionId()).not.toBe(first);
  });
}

test.describe("on a router that sets cookies", () => {
  test.use({ cookies: true });
  const cookie = { method: "cookie", authid: joe.authid } as const;
  const ticket = { method: "ticket", authid: joe.authid, secret: joe.ticket } as const;

  test("@G27 a browser that has logged in is known by its cookie, after a loss and in a later session", async ({
    tabs,
    router,
  }) => {
    needsMethod(router, "cookie");
    // Crossbar.io names the method with which the browser logged in, and the cookie as its provider.
    const byCookie =
      router.name === "crossbar"
        ? { authmethod: "ticket", authprovider: "cookie" }
        : { authmethod: "cookie", authprovider: "static" };
    const tab = await tabs.blank({ retry: { initialDelay: 1 }, linger: 0 });

    await tab.attach({ auth: cookie });
    expect(await tab.page.evaluate(() => window.kit.outcome(window.session.ready))).toMatchObject({
      ok: false,
      error: { name: "JoinError" },
    });
    await tab.connect({ auth: [cookie, ticket] });
    const first = await tab.sessionId();
    expect(await tab.status()).toMatchObject({
      authid: joe.authid,
      details: { authmethod: "ticket", authprovider: "static" },
    });

    router.proxy.drop();
    await expect.poll(() => tab.status()).not.toMatchObject({ session: first });
    expect(await tab.waitForStatus("online")).toMatchObject({ authid: joe.authid, details: byCookie });

    await tab.leave();
    await tab.connect({ auth: cookie });
    expect(await tab.status()).toMatchObject({
      state: "online",
      authid: joe.authid,
      details: byCookie,
    });
  });
});

test("@G27 a session without credentials is anonymous, and has an authid of the router", async ({
  tabs,
  router,
}) => {
  needsMethod(router, "anonymous");
  const tab = await tabs.open();
  expect(await tab.status()).toMatchObject({
    state: "online",
    authid: expect.stringMatching(/./),
    details: { authmethod: "anonymous" },
  });
});

test.describe("a method that the router does not have", () => {
  test.use({ devOptions: { auth: { anonymous: true } } });

  test("@G27 is a JoinError with the router's reason", async ({ tabs, router }) => {
    const tab = await tabs.blank();
    const auth = { method: "wamp-scram", authid: joe.authid, secret: joe.password } as const;
    await tab.attach({ auth });

    const outcome = await tab.page.evaluate(() => window.kit.outcome(window.session.ready));

    const [uri, reason] = {
      dev: ["wamp.error.no_matching_auth_method", "wamp-scram"],
      crossbar: ["wamp.error.not_authorized", 'invalid authmethod "wamp-scram"'],
      nexus: ["wamp.error.authentication_failed", "could not authenticate with any method"],
    }[router.name];
    expect(outcome).toMatchObject({
      ok: false,
      error: { name: "JoinError", uri, message: expect.stringContaining(reason ?? "") as unknown },
    });
  });
});

test("the first method in HELLO that the router has is used; Crossbar.io stops at a name that it does not know", async ({
  router,
}) => {
  const ticket = [4, "ticket", expect.anything()];
  const unknown = [3, expect.objectContaining({ message: 'invalid authmethod "x"' }), expect.anything()];

  expect(await firstAnswer(router.url, ["ticket", "x"])).toEqual(ticket);
  expect(await firstAnswer(router.url, ["x", "ticket"])).toEqual(
    router.name === "crossbar" ? unknown : ticket,
  );
});

/** Sends HELLO with these methods; resolves with the router's answer. */
function firstAnswer(url: string, authmethods: readonly string[]): Promise<unknown> {
  const details = { roles: { caller: {} }, authmethods, authid: joe.authid };
  const socket = new WebSocket(url, ["wamp.2.json"]);
  socket.on("open", () => socket.send(JSON.stringify([1, "realm1", details])));
  return new Promise<unknown>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the router closed the socket without an answer")));
    socket.on("message", (data: Buffer) => resolve(JSON.parse(data.toString())));
  }).finally(() => socket.terminate());
}
test("@G27 the file of Argon2id is loaded when a router asks for it, and not before", async ({
  tabs,
  pages,
  router,
}) => {
  needsMethod(router, "scram");
  const argon2 = pages.watch("argon2.js", "serve");
  try {
    const auth = { method: "scram", authid: joe.authid, secret: joe.password } as const;
    const tab = await tabs.open({ auth });
    await tab.leave();
    expect(argon2.requests.items).toHaveLength(0);
    await tab.connect({ auth: { ...auth, authid: joe.argon2 } });
    expect(argon2.requests.items).toHaveLength(1);
  } finally {
    argon2.end();
  }
});

for (const answer of ["refuse", "page"] as const) {
  test(`@G27 without the file of Argon2id (${answer}) the session waits by name, and logs in once the file is back`, async ({
    tabs,
    pages,
    router,
  }) => {
    needsMethod(router, "scram");
    const tab = await tabs.blank();
    const argon2 = pages.watch("argon2.js", answer);
    try {
      const auth = { method: "scram", authid: joe.argon2, secret: joe.password } as const;
      await tab.attach({ auth, retry: { initialDelay: 600_000, maxDelay: 600_000 } });
      expect(await tab.waitForStatus("waiting")).toMatchObject({
        reason: {
          name: "ConnectionLostError",
          message: expect.stringMatching(/the algorithm argon2id could not be loaded/) as unknown,
        },
      });
    } finally {
      argon2.end();
    }
    const online = await tab.listenForStatus("online");
    await tab.page.evaluate(() => window.session.reconnectNow());
    expect(await online()).toMatchObject({ authid: joe.argon2 });
  });
}

test("@G27 a browser without Ed25519 logs in with cryptosign: the worker loads it", async ({
  tabs,
  pages,
  router,
}) => {
  needsMethod(router, "cryptosign");
  const auth = { method: "cryptosign", authid: joe.authid, secret: joe.privateKey } as const;
  const ed25519 = pages.watch("ed25519.js", "serve");
  try {
    const tab = await tabs.open({ auth });
    await tab.leave();
    const loaded = ed25519.requests.items.length;
    await tab.connect({ auth, workerUrl: `${pages.origin}/e2e/pages/without-ed25519-worker.js` });
    expect(await tab.status()).toMatchObject({ state: "online", authid: joe.authid });
    expect(ed25519.requests.items.length).toBe(loaded + 1);
  } finally {
    ed25519.end();
  }
});
