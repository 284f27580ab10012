import { readFileSync } from "node:fs";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

/** The browser that `npm run setup` found. */
const launchOptions = JSON.parse(readFileSync(new URL(".cache/browser.json", import.meta.url), "utf8")) as {
  readonly executablePath: string;
  readonly args: string[];
};

/** The contract suites of what is the browser's, in a page and in a worker of a real browser. */
export default defineConfig({
  // Named, since a dependency that is found while the tests run reloads their page.
  optimizeDeps: { include: ["@vitest/runner", "comlink", "idb-keyval"] },
  test: {
    include: ["src/browser-tests/*.test.ts"],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions }),
      instances: [{ browser: "chromium" }],
    },
  },
});
