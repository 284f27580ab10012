import type { Page } from "@playwright/test";
import { installedBrowser } from "../../scripts/installed-browser.mjs";
import type { Engine } from "./engine.js";

export const chromium: Engine = {
  playwright: { browserName: "chromium", launchOptions: installedBrowser() },
  browser: ({ browser }, use) => use(browser),
  pageScript: "",
  withPageCache: {
    launchOptions: { ...installedBrowser(), ignoreDefaultArgs: ["--disable-back-forward-cache"] },
  },
  cachesPages: true,
  async crash(page) {
    const crashed = (page as Page).waitForEvent("crash");
    // The navigation never ends; the event is the proof.
    void page.goto("chrome://crash").catch(() => {});
    await crashed;
  },
};
