import { expect, type BrowserContext, type Page } from "@playwright/test";
import type { Inspection } from "wamp-mux";
import { installKit } from "./page-kit.js";
import type { PageServer } from "./page-server.js";
import type { RouterUnderTest } from "./router.js";
import { Tab, type PlainConnectOptions } from "./tab.js";

/** What every session is when its tabs hold nothing and nothing is under way. */
const idle = {
  wireSubscriptions: [],
  wireRegistrations: [],
  pending: 0,
  invocations: 0,
};
const idleTab = { requests: 0, queuedBytes: 0, subscriptions: 0, registrations: 0, invocations: 0, held: 0 };

/** Sets the parts of an inspection aside that say who is there, and keeps those that count what is held. */
export function heldBy(inspection: Inspection) {
  return inspection.sessions.map(({ wireSubscriptions, wireRegistrations, pending, invocations, tabs }) => ({
    wireSubscriptions,
    wireRegistrations,
    pending,
    invocations,
    tabs: tabs.map(({ tab: _, ...counts }) => counts),
  }));
}

export function isIdle(inspection: Inspection): boolean {
  return inspection.sessions.every(
    (session) =>
      session.wireSubscriptions.length + session.wireRegistrations.length === 0 &&
      session.pending + session.invocations === 0 &&
      session.tabs.every((tab) =>
        Object.entries(idleTab).every(([key, zero]) =>
          Object.entries(tab).some(([name, value]) => name === key && value === zero),
        ),
      ),
  );
}

/** The tabs of one test: pages of one browser context, so that they share an origin and its worker. */
export class Tabs {
  readonly #tabs: Tab[] = [];
  readonly #pageErrors: string[] = [];
  #checked = true;

  constructor(
    readonly context: BrowserContext,
    readonly pages: PageServer,
    readonly router: RouterUnderTest,
  ) {}

  /** A page with the module in it that has not connected. */
  async blank(options: PlainConnectOptions = {}, url = this.pages.blank): Promise<Tab> {
    const name = `tab${this.#tabs.length + 1}`;
    const page = await this.context.newPage();
    page.on("pageerror", (error) => this.#pageErrors.push(`${name}: ${error.stack ?? String(error)}`));
    const tab = new Tab(page, name, { url: this.router.url, realm: this.router.realm, ...options });
    this.#tabs.push(tab);
    await this.load(page, name, url);
    return tab;
  }

  /** A tab whose session is online. */
  async open(options: PlainConnectOptions = {}): Promise<Tab> {
    const tab = await this.blank(options);
    await tab.connect();
    return tab;
  }

  async two(options: PlainConnectOptions = {}): Promise<[Tab, Tab]> {
    return [await this.open(options), await this.open(options)];
  }

  async three(options: PlainConnectOptions = {}): Promise<[Tab, Tab, Tab]> {
    return [await this.open(options), await this.open(options), await this.open(options)];
  }

  /** For a test that ends with something held on purpose. */
  leaveUnchecked(): void {
    this.#checked = false;
  }

  /** Ends every handle, then asserts that the hub holds nothing any more and that no page saw an uncaught error. */
  async check(): Promise<void> {
    expect(this.#pageErrors, "uncaught errors of the pages").toEqual([]);
    if (!this.#checked) return;
    const online: Tab[] = [];
    for (const tab of this.#tabs) if (await isOnline(tab)) online.push(tab);
    for (const tab of online) await tab.page.evaluate(() => window.kit.disposeAll());
    for (const tab of online.slice(0, 1)) {
      for (const session of heldBy(await tab.inspect())) {
        expect(session).toEqual({ ...idle, tabs: session.tabs.map(() => idleTab) });
      }
    }
  }

  private async load(page: Page, name: string, url: string): Promise<void> {
    await page.addInitScript(installKit, name);
    await page.goto(url);
  }
}

async function isOnline(tab: Tab): Promise<boolean> {
  if (tab.page.isClosed()) return false;
  // A crashed page rejects whatever it is asked.
  return tab.page.evaluate(() => window.session?.status.state === "online").catch(() => false);
}
