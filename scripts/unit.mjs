// Runs the unit tests, or with "browser" those that need a real browser, counted for the sum. Arguments go to vitest.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { clearResult, writeResult } from "./results.mjs";
import { root, run } from "./tools.mjs";

/**
 * @typedef {{ fullName: string, status: "passed" | "failed" | "skipped" | "pending" | "todo" | "disabled" }} Assertion
 * @typedef {{ testResults: { name: string, status: string, assertionResults: Assertion[] }[] }} Report
 */

const inBrowser = process.argv[2] === "browser";
const name = inBrowser ? "unit-browser" : "unit";
const reportFile = join(root, `.cache/${name}-report.json`);
clearResult(root, name);
rmSync(reportFile, { force: true });
const ok = run([
  "vitest",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${reportFile}`,
  ...(inBrowser ? ["--config", "vitest.browser.config.ts"] : []),
  ...process.argv.slice(inBrowser ? 3 : 2),
]);

if (existsSync(reportFile)) {
  const report = /** @type {Report} */ (JSON.parse(readFileSync(reportFile, "utf8")));
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const failures = tests.filter((test) => test.status === "failed").map((test) => test.fullName);
  const passed = tests.filter((test) => test.status === "passed").length;
  writeResult(root, name, {
    passed,
    // A file that cannot be loaded has no tests, and still fails.
    failed: ok ? failures.length : Math.max(failures.length, 1),
    skipped: tests.length - passed - failures.length,
    failures,
  });
}
process.exitCode = ok ? 0 : 1;
