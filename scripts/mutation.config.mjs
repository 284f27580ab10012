// `npm run mutation`: StrykerJS changes src/protocol and src/hub, one place at a time, and the unit tests of the two have to
// notice. Arguments go to Stryker: `npm run mutation -- --mutate src/hub/judge.ts --concurrency 1`.
//
// A test file must not call what it tests while it is loaded: Stryker counts tests that fail, and a file that does not load
// has none.

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  mutate: ["src/{protocol,hub}/**/*.ts", "!**/*.test.ts", "!**/*.suite.ts", "!**/testing/**"],
  testRunner: "vitest",
  vitest: { configFile: "scripts/mutation.vitest.config.mjs" },
  // Of the tests only those that reach the changed place are run.
  coverageAnalysis: "perTest",
  // Only what changed since the last run is tried again. A change of the tests alone does not count for code that runs while
  // its file is loaded, such as a table: `--force` tries everything.
  incremental: true,
  incrementalFile: ".cache/mutation.json",
  // Milliseconds more than the tests usually take: endless loops are counted, a busy machine must not look like one.
  timeoutMS: 30_000,
  tempDirName: ".cache/mutation",
  ignorePatterns: ["/.cache", "/dist", "/test-results"],
  reporters: ["clear-text", "progress", "html", "json"],
  clearTextReporter: { logTests: false, reportTests: false },
  htmlReporter: { fileName: ".cache/mutation-report/index.html" },
  jsonReporter: { fileName: ".cache/mutation-report/report.json" },
  // Of both folders together; the table has a line for each.
  thresholds: { high: 90, low: 85, break: 85 },
};
