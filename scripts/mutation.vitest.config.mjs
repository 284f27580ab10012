// The unit tests as `npm run mutation` runs them.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/{protocol,connection,hub}/**/*.test.ts"],
    // The property test kills a mutant in one run and misses it in the next, and it takes longer than all other tests together.
    exclude: ["src/hub/hub.property.test.ts"],
    environment: "node",
    // The code is loaded once for each run, not once for each test file.
    isolate: false,
  },
});
