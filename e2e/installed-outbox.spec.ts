import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "@playwright/test";
import { startRouter, type DevRouter } from "wamp-mux/router";
import { freePort } from "../scripts/routers/index.mjs";
import { serveDemo, type RunningDemo } from "../scripts/demo/serve.mjs";
import { engine } from "./engines/index.js";
import { DemoTab, expect, test } from "./support/demo.js";
import { ForeignSession } from "./support/foreign.js";
import { kill } from "./support/kill.js";
import { SyncEvents } from "./support/sync-events.js";

const realm = "realm1";
const stored = "also opens without a network";

/** The demo and its router at fixed addresses, which both can be stopped and started again. */
class Site {
  private constructor(
    private readonly port: number,
    public router: DevRouter,
    private demo: RunningDemo,
  ) {}

  static async start(): Promise<Site> {
    const router = await startRouter({ port: await freePort(), realms: [realm] });
    const demo = await serveDemo({ router: router.url, realm, port: 0 });
    return new Site(Number(new URL(demo.url).port), router, demo);
  }

  get url(): string {
    return this.demo.url;
  }

  async stop(): Promise<void> {
    await this.demo.stop();
    await this.router.stop();
  }

  /** Starts both again, and resolves with the messages of the chat as another client gets them. */
  async restart() {
    this.router = await startRouter({ port: this.router.port, realms: [realm] });
    // It subscribes before the pages can reach the router.
    const observer = await ForeignSession.open(this.router.url, realm);
    const events = await observer.subscribe("com.example.chat");
    this.demo = await serveDemo({ router: this.router.url, realm, port: this.port });
    return async (count: number) =>
      (await events.waitForCount(count)).map(({ args }) => (args[0] as { text: string }).text);
  }
}

test("@G16 what is written without a router outlives the browser, and is sent once, in order, when both are back", async ({
  playwright,
}) => {
  const site = await Site.start();
  const profile = mkdtempSync(join(tmpdir(), "wamp-mux-demo-"));
  const { browserName = "chromium", channel, launchOptions } = engine.playwright ?? {};
  const start = (): Promise<BrowserContext> =>
    playwright[browserName].launchPersistentContext(profile, {
      ...launchOptions,
      ...(channel !== undefined && { channel }),
    });
  try {
    const first = await start();
    const visit = await DemoTab.open(first, site.url);
    await expect(visit.connection).toContainText(stored);
    await site.stop();
    await visit.page.reload();
    await expect(visit.connection).toContainText("Not connected");
    for (const text of ["one", "two"]) await visit.write(text);
    await expect(visit.entries).toContainText(["one", "two"]);
    await expect(visit.entries.first()).toContainText(/Waiting for \d+ s/);
    await visit.button("Cancel two").click();
    await expect(visit.entries).toHaveCount(1);
    // The outbox shows it when it is stored, and so is what was stored before.
    await visit.write("three");
    await expect(visit.entries).toHaveCount(2);
    await kill(first, profile);

    const second = await start();
    const tab = await DemoTab.openAlone(second, site.url);
    await expect(tab.entries).toContainText(["one", "three"]);
    await expect(tab.outbox).toContainText("Waiting to be sent: 2");
    const texts = await site.restart();
    await tab.button("Try now").press("Enter");

    expect(await texts(2)).toEqual(["one", "three"]);
    await expect(tab.entries).toContainText([/one.*Sent/, /three.*Sent/]);
    await expect(tab.outbox).toContainText("Nothing waits to be sent");
    // A second delivery of an entry would be here before this one.
    await tab.write("four");
    expect(await texts(3)).toEqual(["one", "three", "four"]);
    await second.close();
  } finally {
    await site.stop();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});

test("@G16 without a page, the service worker sends the outbox when the browser tells it to, and ends with GOODBYE", async ({
  context,
}) => {
  const site = await Site.start();
  // Chromium's own events would come at times of their own.
  const asked: string[] = [];
  await context.exposeFunction("askForSync", (tag: string) => {
    asked.push(tag);
  });
  await context.addInitScript(`SyncManager.prototype.register = (tag) => askForSync(tag)`);
  try {
    const tab = await DemoTab.open(context, site.url);
    await expect(tab.connection).toContainText(stored);
    const script = `${site.url}service-worker.js`;
    const sync = await SyncEvents.register(tab.page, script, { updateViaCache: "none" });
    await site.stop();
    await expect(tab.connection).toContainText("Not connected");
    for (const text of ["one", "two"]) await tab.write(text);
    await expect(tab.entries).toContainText(["one", "two"]);
    await expect.poll(() => asked).toEqual(["outbox", "outbox"]);
    await tab.page.close();
    await sync.endSharedWorkers();
    const texts = await site.restart();

    await sync.dispatch("outbox");

    expect(await texts(2)).toEqual(["one", "two"]);
    // The other session is that of the observer.
    await expect.poll(() => site.router.counts.received).toMatchObject({ HELLO: 2, PUBLISH: 2, GOODBYE: 1 });
    const next = await DemoTab.open(context, site.url);
    await expect(next.outbox).toContainText("Nothing waits to be sent");
    expect(site.router.counts.received).toMatchObject({ HELLO: 3 });
  } finally {
    await site.stop();
  }
});
