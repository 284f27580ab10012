import { defineConfig } from "@playwright/test";
import { installedBrowser } from "../installed-browser.mjs";

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.mjs",
  // The first test of a consumer fetches and installs its packages.
  timeout: 10 * 60_000,
  retries: 0,
  // One file installs and builds while the other does.
  workers: 2,
  outputDir: "../../test-results",
  // scripts/results.mjs counts the tests of the JSON report.
  reporter: [["list"], ["json", { outputFile: "../../.cache/results/consumers.json" }]],
  use: { browserName: "chromium", launchOptions: installedBrowser() },
});
