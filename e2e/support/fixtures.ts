import { test as base } from "@playwright/test";
import type { TabBrowser } from "../engines/engine.js";
import { engine } from "../engines/index.js";
import type { RouterOptions } from "wamp-mux/router";
import type { ForeignSession } from "./foreign.js";
import { startPageServer, type PageServer } from "./page-server.js";
import type { RawCallee } from "./raw-callee.js";
import { startRouterUnderTest, type RouterUnderTest } from "./router.js";
import { Tabs } from "./tabs.js";
import { WireTap } from "./wire-tap.js";

interface TestFixtures {
  /** Options of the development router. Other routers have their configuration files. */
  readonly devOptions: RouterOptions;
  /** Bytes of a message over which the router closes the connection. Nexus has no such limit. */
  readonly maxMessageSize: number | undefined;
  /** Tells whether the router sets cookies, by which browsers can log in again. */
  readonly cookies: boolean;
  readonly router: RouterUnderTest;
  readonly tabs: Tabs;
  /** A session of another WAMP client on the same router. */
  readonly foreign: ForeignSession;
  /** A callee that the router can interrupt. */
  readonly rawCallee: RawCallee;
  /** Records the messages to the router, for tabs that connect to its `url` with JSON. */
  readonly tap: WireTap;
  /** Makes a URI that no other test uses, since a router, and the events that it retains, can outlive a test. */
  readonly uri: (name: string) => string;
}

interface WorkerFixtures {
  /** The browser of the engine under test. */
  readonly tabBrowser: TabBrowser;
  readonly pages: PageServer;
}

/** The account of the tests, on every router that has credentials. */
export const joe = {
  authid: "joe",
  ticket: "secret!!!",
  password: "secret!!!",
  /** The authid of the same person where the router salts the password. */
  salted: "sal",
  /** The same where the router has it hashed with Argon2id for SCRAM. */
  argon2: "arg",
  privateKey: "f55517349eb8f1f104cbde8de1144b256db37f2d06660a22b29208c7f5e5cc22",
  publicKey: "aa8db5480b35d47a6f5b8729f3fdbe1aaf55e485713cf7d524a091d609c8c9cd",
} as const;

/** An account with a key of which each half begins with a zero byte: WebKitGTK refuses such a seed alone. */
export const zoe = {
  authid: "zoe",
  privateKey: "0062b1ebbc2ff8403c3f0968567c00c76ede0e49405b717c3238135be18240cf",
  publicKey: "0015e1fa12f5cf596ca5ac95dbdb3139fe33e681086b40b70a5628e83c39dce6",
} as const;

/** The accounts in the options of the development router. */
const accounts = {
  anonymous: true,
  tickets: { [joe.authid]: joe.ticket },
  wampcra: {
    [joe.authid]: joe.password,
    [joe.salted]: { secret: joe.password, salt: "salt123", iterations: 1000, keylen: 32 },
  },
  scram: {
    [joe.authid]: joe.password,
    [joe.argon2]: { password: joe.password, kdf: "argon2id13", iterations: 2, memory: 8192 } as const,
  },
  cryptosign: { [joe.authid]: [joe.publicKey], [zoe.authid]: [zoe.publicKey] },
};

/** The topics with an event history, as in the configuration files of the other routers. */
const eventHistory = {
  topics: [
    { uri: "com.e2e.history.reconnect", match: "exact", limit: 10000 },
    { uri: "com.e2e.history.crash", match: "exact", limit: 10000 },
    { uri: "com.e2e.history.reopened", match: "exact", limit: 10000 },
    { uri: "com.e2e.history.cached", match: "exact", limit: 10000 },
    { uri: "com.e2e.history.shared", match: "exact", limit: 10000 },
    { uri: "com.e2e.history.short", match: "exact", limit: 5 },
    { uri: "com.e2e.history.tree", match: "prefix", limit: 10000 },
  ],
} as const;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  tabBrowser: [engine.browser, { scope: "worker" }],

  pages: [
    async ({}, use) => {
      const pages = await startPageServer();
      await use(pages);
      await pages.close();
    },
    { scope: "worker" },
  ],

  devOptions: [{ auth: accounts, eventHistory }, { option: true }],

  maxMessageSize: [undefined, { option: true }],

  cookies: [false, { option: true }],

  router: async ({ devOptions, maxMessageSize, cookies }, use) => {
    const router = await startRouterUnderTest(devOptions, maxMessageSize, cookies);
    await use(router);
    await router.close();
  },

  // The dependency on the tap is for the order alone: the tap must outlive the check of the tabs.
  tabs: async ({ tabBrowser, pages, router, tap: _ }, use, testInfo) => {
    const context = await tabBrowser.newContext();
    const tabs = new Tabs(context, pages, router);
    await use(tabs);
    // The tables say nothing new after a failure.
    if (testInfo.errors.length === 0) await tabs.check();
    await context.close();
  },

  foreign: async ({ router }, use) => {
    const session = await router.foreign();
    await use(session);
    await session.close();
  },

  rawCallee: async ({ router }, use) => {
    const callee = await router.rawCallee();
    await use(callee);
    await callee.close();
  },

  tap: async ({ router }, use) => {
    const tap = await WireTap.start(router.url);
    await use(tap);
    await tap.close();
  },

  uri: async ({}, use, testInfo) => {
    const test = `com.e2e.t${testInfo.testId.replace(/\W/g, "")}r${testInfo.retry}x${testInfo.repeatEachIndex}`;
    await use((name) => `${test}.${name}`);
  },
});

export { expect } from "@playwright/test";
