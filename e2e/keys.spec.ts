import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Keys from "wamp-mux/keys";
import { browserUnderTest } from "./browser-name.js";
import { engine } from "./engines/index.js";
import { expect, joe, test, zoe } from "./support/fixtures.js";
import { cannotRunIn, needsMethod } from "./support/needs.js";
import type { Tab } from "./support/tab.js";
import { Tabs } from "./support/tabs.js";

declare global {
  interface Window {
    keys: typeof Keys;
  }
}

/** Loads `wamp-mux/keys` in a page. */
function loadKeys(tab: Tab): Promise<void> {
  return tab.page.evaluate(async () => {
    const path = "/dist/keys.js";
    window.keys = (await import(path)) as typeof window.keys;
  });
}

type Account = typeof joe | typeof zoe;

/** Imports the key of an account into the store, and returns its public half. */
async function storeKey(tab: Tab, account: Account = joe): Promise<string> {
  await loadKeys(tab);
  return tab.page.evaluate(
    async ([name, seed]) => {
      const { importKey, keyStore } = window.keys;
      const key = await importKey(seed);
      await keyStore.save(name, key);
      return key.publicKey;
    },
    [account.authid, account.privateKey] as const,
  );
}

/** Logs in with the stored key of an account. */
async function connectWithKey(tab: Tab, { authid }: Account = joe): Promise<void> {
  await loadKeys(tab);
  await tab.page.evaluate(
    async ([name, options]) => {
      const { cryptosign, keyStore } = window.keys;
      const key = await keyStore.load(name);
      if (key === undefined) throw new Error("there is no key");
      window.session = await window.wampMux.connect({ ...options, auth: cryptosign(key, name) });
      await window.session.ready;
    },
    [authid, tab.options] as const,
  );
}

const online = { state: "online", authid: joe.authid, details: { authmethod: "cryptosign" } };

test("@G27 a stored key that no script can read logs all tabs in, also after the loss of the connection", async ({
  tabs,
  router,
}) => {
  needsMethod(router, "cryptosign");
  const retry = { initialDelay: 1 };
  const [tab, sibling] = [await tabs.blank({ retry }), await tabs.blank({ retry })];
  expect(await storeKey(tab)).toBe(joe.publicKey);
  await connectWithKey(tab);
  await connectWithKey(sibling);
  expect(await tab.status()).toMatchObject(online);
  const first = await tab.sessionId();
  expect(await sibling.sessionId()).toBe(first);
  const isReadable = await tab.page.evaluate(async (name) => {
    const key = await window.keys.keyStore.load(name);
    return key && crypto.subtle.exportKey("pkcs8", key.privateKey).then(Boolean, () => false);
  }, joe.authid);
  expect(isReadable).toBe(false);
  router.proxy.drop();
  await expect.poll(() => sibling.status()).not.toMatchObject({ session: first });
  await expect.poll(() => sibling.status()).toMatchObject(online);
});

test("@G27 a key whose halves begin with a zero byte is imported, stored and logs in", async ({
  tabs,
  pages,
  router,
}) => {
  needsMethod(router, "cryptosign");
  const computation = pages.watch("public-key.js", "serve");
  try {
    const tab = await tabs.blank();
    expect(await storeKey(tab, zoe)).toBe(zoe.publicKey);
    // WebKitGTK takes such a seed only together with its public key.
    expect(computation.requests.items).toHaveLength(browserUnderTest === "webkit" ? 1 : 0);
    await connectWithKey(tab, zoe);
    expect(await tab.status()).toMatchObject({ ...online, authid: zoe.authid });
  } finally {
    computation.end();
  }
});

test("@G27 a file with the public key needs no computation, and is refused if the public key is another one", async ({
  tabs,
  pages,
}) => {
  const computation = pages.watch("public-key.js", "serve");
  try {
    const tab = await tabs.blank();
    await loadKeys(tab);
    const imported = (publicKey: string) => {
      // PKCS#8 of version 2 (RFC 5958).
      const file = `3051020101300506032b657004220420${zoe.privateKey}812100${publicKey}`;
      return tab.page.evaluate(
        (bytes) =>
          window.kit.outcome(window.keys.importKey(new Uint8Array(bytes)).then((key) => key.publicKey)),
        [...Buffer.from(file, "hex")],
      );
    };
    expect(await imported(zoe.publicKey)).toMatchObject({ ok: true, value: zoe.publicKey });
    expect(computation.requests.items).toHaveLength(0);
    expect(await imported(joe.publicKey)).toMatchObject({
      ok: false,
      error: {
        name: "KeyError",
        reason: "format",
        message: expect.stringContaining("another one") as unknown,
      },
    });
  } finally {
    computation.end();
  }
});

test("@G27 a seed that begins with a zero byte logs in as a secret", async ({ tabs, router }) => {
  needsMethod(router, "cryptosign");
  const auth = { method: "cryptosign", authid: zoe.authid, secret: zoe.privateKey } as const;
  const tab = await tabs.open({ auth });
  expect(await tab.status()).toMatchObject({ ...online, authid: zoe.authid });
});

test("@G27 a new key is one that the router does not know, until it is configured with the public half", async ({
  tabs,
  router,
}) => {
  needsMethod(router, "cryptosign");
  const tab = await tabs.blank();
  await loadKeys(tab);
  const outcome = await tab.page.evaluate(
    async ([name, options]) => {
      const { cryptosign, generateKeyPair } = window.keys;
      const key = await generateKeyPair();
      const session = await window.wampMux.connect({ ...options, auth: cryptosign(key, name) });
      return { publicKey: key.publicKey, outcome: await window.kit.outcome(session.ready) };
    },
    [joe.authid, tab.options] as const,
  );
  expect(outcome).toMatchObject({
    publicKey: expect.stringMatching(/^[\da-f]{64}$/),
    outcome: {
      ok: false,
      error: { name: "JoinError", uri: expect.stringMatching(/^wamp\.error\./) as unknown },
    },
  });
});

test("@G27 a stored key logs in after a restart of the browser", async ({ pages, router, playwright }) => {
  cannotRunIn("webkit", "the tests have no profile of it that outlives the browser");
  needsMethod(router, "cryptosign");
  const profile = mkdtempSync(join(tmpdir(), "wamp-mux-profile-"));
  const { browserName = "chromium", channel, launchOptions } = engine.playwright ?? {};
  const start = async () => {
    const context = await playwright[browserName].launchPersistentContext(profile, {
      ...launchOptions,
      ...(channel !== undefined && { channel }),
    });
    return { context, tab: await new Tabs(context, pages, router).blank() };
  };
  try {
    const before = await start();
    await storeKey(before.tab);
    await before.context.close();
    const after = await start();
    await connectWithKey(after.tab);
    expect(await after.tab.status()).toMatchObject(online);
    await after.context.close();
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
});
