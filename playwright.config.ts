import { readFileSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import { routerUnderTest } from "./e2e/router-name.js";

function browser(): { executablePath: string; args: string[] } {
  try {
    return JSON.parse(readFileSync(new URL(".cache/browser.json", import.meta.url), "utf8")) as ReturnType<
      typeof browser
    >;
  } catch (cause) {
    throw new Error("No browser is known yet: run `npm run setup` first.", { cause });
  }
}

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
  reporter: [["list"], ["./e2e/skip-reporter.ts"]],
  metadata: { router: routerUnderTest },
  use: {
    browserName: "chromium",
    launchOptions: browser(),
    trace: "off",
    screenshot: "off",
    video: "off",
  },
});
