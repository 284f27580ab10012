import { defineConfig } from "@playwright/test";
import { browserUnderTest } from "./e2e/browser-name.js";
import { engine } from "./e2e/engines/index.js";
import { routerUnderTest } from "./e2e/router-name.js";

/** The tests that would show nothing new. */
const ignored = [
  // The demo brings its own router, and its tests use more of Playwright than every engine offers.
  ...(routerUnderTest === "dev" && engine.playwright !== undefined ? [] : ["demo.spec.ts"]),
  // The first opens no page, the second is about other clients, and the third is about Background Sync, which only Chromium has.
  ...(browserUnderTest === "chromium"
    ? []
    : ["node-import.spec.ts", "foreign-peers.spec.ts", "background.spec.ts"]),
  // The worker's code and the router decide what these show, and every engine runs that code alike. `npm run e2e -- --all` has them.
  ...(browserUnderTest === "chromium" || process.env["WAMP_ALL"] !== undefined
    ? []
    : [
        "batches.spec.ts",
        "culprits.spec.ts",
        "custom-authentication.spec.ts",
        "fuzz-crossbar.spec.ts",
        "isolation.spec.ts",
        "late-answers.spec.ts",
        "malformed.spec.ts",
        "message-size.spec.ts",
        "meta-api.spec.ts",
        "progressive.spec.ts",
        "publisher-exclusion.spec.ts",
        "registration-policies.spec.ts",
        "retained.spec.ts",
        "router-restarts.spec.ts",
        "routers-that-drop.spec.ts",
        "third-party-content.spec.ts",
      ]),
  // The page, the start of the worker, the browser's storage or a server that is no router decides what these show. The router sees at most
  // an ordinary session, whatever its kind.
  ...(routerUnderTest === "dev"
    ? []
    : [
        "bad-input.spec.ts",
        "bad-workers.spec.ts",
        "clear-text.spec.ts",
        "custom-serializers.spec.ts",
        "node-import.spec.ts",
        "storage.spec.ts",
        "storage-faults.spec.ts",
        "trusted-types.spec.ts",
        "worker-names.spec.ts",
        "wrong-servers.spec.ts",
      ]),
  // The demo again; Playwright supports service workers in Chromium only.
  ...(routerUnderTest === "dev" && browserUnderTest === "chromium"
    ? []
    : ["installed-app.spec.ts", "installed-outbox.spec.ts"]),
];

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  testIgnore: ignored,
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
    ["json", { outputFile: `.cache/results/e2e-${browserUnderTest}-${routerUnderTest}.json` }],
    ["./e2e/skip-reporter.ts"],
  ],
  metadata: { browser: browserUnderTest, router: routerUnderTest },
  use: {
    ...engine.playwright,
    trace: "off",
    screenshot: "off",
    video: "off",
  },
});
