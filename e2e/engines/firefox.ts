import { fileURLToPath } from "node:url";
import type { Engine } from "./engine.js";
import { killPage } from "./processes.js";

export const firefox: Engine = {
  playwright: {
    browserName: "firefox",
    // A Firefox as it is, by WebDriver BiDi, instead of Playwright's own build.
    channel: "moz-firefox",
    launchOptions: {
      executablePath: fileURLToPath(new URL("firefox.sh", import.meta.url)),
      // A process for each page, so that a crash takes one page.
      firefoxUserPrefs: { "dom.ipc.processCount.webIsolated": 100 },
    },
  },
  browser: ({ browser }, use) => use(browser),
  pageScript: "",
  withPageCache: {},
  cachesPages: false,
  crash: (page) => killPage(page, "Isolated Web Co"),
};
