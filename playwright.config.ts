import { defineConfig } from "@playwright/test";
import { routerUnderTest } from "./e2e/router-name.js";
import { installedBrowser } from "./scripts/installed-browser.mjs";

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  // The tests of the demo bring their own router.
  testIgnore: routerUnderTest === "dev" ? [] : "demo.spec.ts",
  globalSetup: "./e2e/global-setup.ts",
  timeout: 30_000,
  // A test that passes only at the second attempt is a defect.
  retries: 0,
  forbidOnly: process.env["CI"] !== undefined,
  // Several browsers on few cores slow each other down.
  workers: 1,
  outputDir: "test-results",
  // scripts/results.mjs counts the tests of the JSON report.
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
