import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    // They need a browser: vitest.browser.config.ts.
    exclude: ["src/browser-tests/**"],
    environment: "node",
    testTimeout: 10_000,
    // A random order reveals tests that depend on each other.
    sequence: { shuffle: { tests: true } },
  },
});
