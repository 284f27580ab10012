import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
    testTimeout: 10_000,
    // Randomised order finds tests that lean on each other.
    sequence: { shuffle: { tests: true } },
  },
});
