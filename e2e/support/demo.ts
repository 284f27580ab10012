import { test as base, expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import { serveDemo, type RunningDemo } from "../../scripts/demo/serve.mjs";

/** One page of the demo, as a visitor sees it. */
export class DemoTab {
  private constructor(
    readonly page: Page,
    /** The name of the tab on the page. */
    readonly name: string,
  ) {}

  /** Opens a page of the demo; resolves when all its parts work. */
  static async open(context: BrowserContext, url: string): Promise<DemoTab> {
    const tab = await DemoTab.openAlone(context, url);
    await tab.works();
    return tab;
  }

  /** Opens a page of the demo, which may have no router. */
  static async openAlone(context: BrowserContext, url: string): Promise<DemoTab> {
    const page = await context.newPage();
    await page.goto(url);
    const name = page.locator("#tab-name");
    await expect(name).not.toHaveText("starting");
    return new DemoTab(page, await name.innerText());
  }

  /** Resolves when all parts of the page work. */
  async works(): Promise<void> {
    await expect(this.page.getByText("Online")).toBeVisible();
    await expect(this.page.getByRole("checkbox", { name: "This tab takes jobs" })).toBeChecked();
    await expect(this.page.getByRole("log", { name: "Messages" })).toHaveAttribute("aria-busy", "false");
  }

  button(name: string) {
    return this.page.getByRole("button", { name, exact: true });
  }

  region(name: string) {
    return this.page.getByRole("region", { name });
  }

  get connection() {
    return this.region("Connection");
  }

  get feed() {
    return this.region("A live feed");
  }

  get chat() {
    return this.region("A chat without echo");
  }

  get job() {
    return this.region("A job for whoever is free");
  }

  get outbox() {
    return this.region("What waits in the outbox");
  }

  /** The entries of the outbox, and those that have been sent from it, in their order. */
  get entries() {
    return this.outbox.getByRole("listitem");
  }

  get sharing() {
    return this.region("Who shares the session");
  }

  /** The number above a caption in a part of the page. */
  figure(part: Locator, caption: string) {
    return part.locator("dl div").filter({ hasText: caption }).locator("dd");
  }

  /** The table row of a URI. */
  row(uri: string) {
    return this.sharing.getByRole("row", { name: uri });
  }

  /** The progress of the job that this tab has asked for, from 0 to 1. */
  progress(): Promise<number> {
    return this.page
      .getByRole("progressbar", { name: "Progress of the job asked for" })
      .evaluate((bar: HTMLProgressElement) => bar.value);
  }

  async ask(millions: number): Promise<void> {
    const field = this.page.getByLabel("Darts, in millions");
    // Playwright's `fill` leaves a number field of Firefox as it is (1.64.1, WebDriver BiDi).
    await field.press("ControlOrMeta+A");
    await field.pressSequentially(String(millions));
    await this.button("Start").click();
  }

  /** Makes the tab take no more jobs, so that they go to other tabs. */
  async takeNoJobs(): Promise<void> {
    await this.page.getByRole("checkbox", { name: "This tab takes jobs" }).uncheck();
    await expect(this.job.getByText("Takes no jobs.")).toBeVisible();
  }

  async write(message: string): Promise<void> {
    await this.page.getByLabel("Message to the other tabs").fill(message);
    await this.button("Send").click();
  }

  /** Resolves when the feed's plot and number have changed. */
  async feedGoesOn(): Promise<void> {
    const plot = this.feed.getByRole("img").locator("canvas");
    const look = () => plot.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const before = await look();
    await expect.poll(look).not.toBe(before);
    await expect(this.figure(this.feed, "m/s now")).toHaveText(/^\d+\.\d$/);
  }
}

interface DemoFixtures {
  /** The demo as `npm run demo` serves it, on the development router. */
  readonly demo: RunningDemo;
  readonly openTab: () => Promise<DemoTab>;
}

export const test = base.extend<DemoFixtures>({
  demo: async ({}, use) => {
    const demo = await serveDemo({ realm: "realm1", port: 0 });
    await use(demo);
    await demo.stop();
  },

  openTab: async ({ context, demo }, use) => {
    const errors: string[] = [];
    context.on("weberror", (error) => errors.push(String(error.error())));
    await use(() => DemoTab.open(context, demo.url));
    expect(errors, "uncaught errors of the pages").toEqual([]);
  },
});

export { expect };
