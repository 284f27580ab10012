import { test as base } from "@playwright/test";
import type { RouterOptions } from "wamp-mux/router";
import type { ForeignSession } from "./foreign.js";
import { startPageServer, type PageServer } from "./page-server.js";
import type { RawCallee } from "./raw-callee.js";
import { startRouterUnderTest, type RouterUnderTest } from "./router.js";
import { Tabs } from "./tabs.js";
import { WireTap } from "./wire-tap.js";

interface TestFixtures {
  /** Options of the development router, where that is under test. Other routers have their configuration files. */
  readonly devOptions: RouterOptions;
  readonly router: RouterUnderTest;
  readonly tabs: Tabs;
  /** A session of another client on the same router. */
  readonly foreign: ForeignSession;
  /** A callee that the router can interrupt. */
  readonly rawCallee: RawCallee;
  /** Shows what goes up the wire, for tabs that connect to its `url` with JSON. */
  readonly tap: WireTap;
  /** A URI that no other test uses: routers outlive a test, and with them what is retained. */
  readonly uri: (name: string) => string;
}

interface WorkerFixtures {
  readonly pages: PageServer;
}

/** What a ticket test logs in with, on every router that has tickets. */
export const joe = { authid: "joe", ticket: "secret!!!" } as const;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  pages: [
    async ({}, use) => {
      const pages = await startPageServer();
      await use(pages);
      await pages.close();
    },
    { scope: "worker" },
  ],

  devOptions: [{ auth: { anonymous: true, tickets: { [joe.authid]: joe.ticket } } }, { option: true }],

  router: async ({ devOptions }, use) => {
    const router = await startRouterUnderTest(devOptions);
    await use(router);
    await router.close();
  },

  // The tap is there for its place in the order: it must outlive what the tabs are checked for.
  tabs: async ({ browser, pages, router, tap: _ }, use, testInfo) => {
    const context = await browser.newContext();
    const tabs = new Tabs(context, pages, router);
    await use(tabs);
    // After a failure the tables say nothing new.
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
