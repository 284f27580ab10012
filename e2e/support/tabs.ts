import { expect } from "@playwright/test";
import type { Inspection } from "wamp-mux";
import type { TabContext, TabPage } from "../engines/engine.js";
import { installKit } from "./page-kit.js";
import type { PageServer } from "./page-server.js";
import type { RouterUnderTest } from "./router.js";
import { Tab, type PlainConnectOptions } from "./tab.js";

/** The counts of all entries in the tables of the hub, without ids of tabs and amounts of traffic. */
export function heldBy({ sessions }: Inspection) {
  return sessions.map(({ wireSubscriptions, wireRegistrations, pending, invocations, tabs }) => ({
    wireSubscriptions,
    wireRegistrations,
    pending,
    invocations,
    tabs: tabs.map(({ tab: _, ...counts }) => counts),
  }));
}

/** Describes every entry that is left in the tables of the hub. */
function leftovers(inspection: Inspection): string[] {
  return heldBy(inspection).flatMap(
    ({ wireSubscriptions, wireRegistrations, pending, invocations, tabs }) => [
      ...wireSubscriptions.map(({ topic, locals }) => `wire subscription ${topic} of ${locals}`),
      ...wireRegistrations.map(({ procedure, locals }) => `wire registration ${procedure} of ${locals}`),
      ...(pending > 0 ? [`${pending} pending`] : []),
      ...(invocations > 0 ? [`${invocations} invocations`] : []),
      ...tabs.flatMap((counts) =>
        Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`a tab's ${what}: ${count}`] : [])),
      ),
    ],
  );
}

export function isIdle(inspection: Inspection): boolean {
  return leftovers(inspection).length === 0;
}

/** Connects pages one after the other: the first one makes the worker. */
async function connectInTurn<T extends readonly Tab[]>(tabs: T): Promise<T> {
  for (const tab of tabs) await tab.connect();
  return tabs;
}

/** The tabs of one test: pages of one browser context, so that they share an origin and its worker. */
export class Tabs {
  readonly #tabs: Tab[] = [];
  readonly #scripts: (() => void)[] = [];
  #opened = 0;
  #checked = true;
  #errorsExpected = false;

  constructor(
    readonly context: TabContext,
    readonly pages: PageServer,
    readonly router: RouterUnderTest,
  ) {}

  /** Runs a script in every page that is opened from now on, before its session is connected. */
  addInitScript(script: () => void): void {
    this.#scripts.push(script);
  }

  /** Opens a page that has the module, but has not connected. Several can be opened at once; their names are in the order of the calls. */
  async blank(options: PlainConnectOptions = {}, url = this.pages.blank): Promise<Tab> {
    const name = `tab${(this.#opened += 1)}`;
    const page = await this.context.newPage();
    const tab = new Tab(page, name, { url: this.router.url, realm: this.router.realm, ...options });
    this.#tabs.push(tab);
    await this.load(page, name, url);
    return tab;
  }

  /** Opens a tab whose session is online. */
  async open(options: PlainConnectOptions = {}): Promise<Tab> {
    const tab = await this.blank(options);
    await tab.connect();
    return tab;
  }

  async two(options: PlainConnectOptions = {}): Promise<[Tab, Tab]> {
    return connectInTurn(await Promise.all([this.blank(options), this.blank(options)]));
  }

  async three(options: PlainConnectOptions = {}): Promise<[Tab, Tab, Tab]> {
    const pages = Promise.all([this.blank(options), this.blank(options), this.blank(options)]);
    return connectInTurn(await pages);
  }

  /** Switches the check off, for a test that leaves entries on purpose. */
  leaveUnchecked(): void {
    this.#checked = false;
  }

  /** Accepts uncaught errors, for a test whose pages make mistakes on purpose. */
  expectErrors(): void {
    this.#errorsExpected = true;
  }

  /** Ends every handle, then asserts that the tables of the hub are empty and that no page had an uncaught error. */
  async check(): Promise<void> {
    const alive = this.#tabs.filter((tab) => !tab.isGone);
    const uncaught = [...this.pages.uncaught.splice(0)];
    // Taken out, or the page would send them when it is closed, into the next test.
    for (const tab of alive) uncaught.push(...(await tab.page.evaluate(() => window.kit.uncaught.splice(0))));
    if (!this.#errorsExpected) expect(uncaught, "uncaught errors of the pages").toEqual([]);
    if (!this.#checked) return;
    const online: Tab[] = [];
    for (const tab of alive) if (await isOnline(tab)) online.push(tab);
    for (const tab of online) await tab.page.evaluate(() => window.kit.endAll());
    for (const tab of online.slice(0, 1)) {
      expect(leftovers(await tab.inspect()), "entries left in the tables of the hub").toEqual([]);
    }
  }

  private async load(page: TabPage, name: string, url: string): Promise<void> {
    await page.addInitScript(installKit, name);
    for (const script of this.#scripts) await page.addInitScript(script);
    await page.goto(url);
  }
}

function isOnline(tab: Tab): Promise<boolean> {
  return tab.page.evaluate(() => window.session?.status.state === "online");
}
