// The unit tests as `npm run mutation` runs them.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/{protocol,hub}/**/*.test.ts"],
    // The random walk finds a change in one run and misses it in the next, and takes longer than all the others together.
    exclude: ["src/hub/hub.property.test.ts"],
    environment: "node",
    // The code is loaded once a run, not once a test file.
    isolate: false,
  },
});
