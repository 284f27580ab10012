import { defineConfig } from "@playwright/test";
import { routerUnderTest } from "./e2e/router-name.js";
import { installedBrowser } from "./scripts/installed-browser.mjs";

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  // The demo is a page and not a matter of the router.
  testIgnore: routerUnderTest === "dev" ? [] : "demo.spec.ts",
  globalSetup: "./e2e/global-setup.ts",
  timeout: 30_000,
  // A test that passes at the second try is a defect.
  retries: 0,
  forbidOnly: process.env["CI"] !== undefined,
  // Several browsers on few cores make each other late.
  workers: 1,
  outputDir: "test-results",
  // scripts/results.mjs counts by the JSON report.
  reporter: [
    ["list"],
    ["json", { outputFile: `.cache/results/e2e-${routerUnderTest}.json` }],
    ["./e2e/skip-reporter.ts"],
  ],
  metadata: { router: routerUnderTest },
  use: {
    browserName: "chromium",
    launchOptions: installedBrowser(),
    trace: "off",
    screenshot: "off",
    video: "off",
  },
});
