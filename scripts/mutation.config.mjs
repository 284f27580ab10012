// npm run mutation: StrykerJS makes mutants of src/protocol, src/connection and src/hub, and the unit tests of these have to kill them.
// Arguments go to Stryker: `npm run mutation -- --mutate src/hub/rpc/calls.ts --concurrency 1`.
//
// A test file must not call the code under test while it is loaded: Stryker counts failing tests, and a file that does not
// load has none.

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  mutate: ["src/{protocol,connection,hub}/**/*.ts", "!**/*.test.ts", "!**/*.suite.ts", "!**/testing/**"],
  testRunner: "vitest",
  vitest: { configFile: "scripts/mutation.vitest.config.mjs" },
  // Only the tests that reach the mutant run.
  coverageAnalysis: "perTest",
  // Only mutants of changed code or tests run again. For code that runs while its file is loaded, such as a table, Stryker
  // does not see that a test has changed: `--force` runs everything.
  incremental: true,
  incrementalFile: ".cache/mutation.json",
  // Milliseconds beyond the usual time of the tests: endless loops count as killed, but a slow machine must not.
  timeoutMS: 30_000,
  tempDirName: ".cache/mutation",
  ignorePatterns: ["/.cache", "/dist", "/test-results"],
  reporters: ["clear-text", "progress", "html", "json"],
  clearTextReporter: { logTests: false, reportTests: false },
  htmlReporter: { fileName: ".cache/mutation-report/index.html" },
  jsonReporter: { fileName: ".cache/mutation-report/report.json" },
  // The thresholds hold for all folders together; the table has a line for each.
  thresholds: { high: 90, low: 85, break: 85 },
};
