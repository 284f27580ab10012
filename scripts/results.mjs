// Counts the tests in the JSON reports that Vitest and Playwright write into .cache/results, one for each suite.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root } from "./tools.mjs";

/**
 * @typedef {object} Result
 * @property {number} passed
 * @property {number} failed
 * @property {Test[]} failures the tests that failed
 *
 * @typedef {object} Test
 * @property {string} title
 * @property {"passed" | "failed" | "skipped"} outcome
 * @property {string[]} messages of its failures
 * @property {{ type: string, description?: string }[]} annotations of a browser test
 *
 * @typedef {{ fullName: string, status: string, failureMessages: string[] | null }} VitestTest
 * @typedef {{ testResults: { name: string, status: string, message: string, assertionResults: VitestTest[] }[] }} VitestReport
 * @typedef {import("@playwright/test/reporter").JSONReport} PlaywrightReport
 * @typedef {import("@playwright/test/reporter").JSONReportSuite} PlaywrightSuite
 */

/** @param {string} tree the root of a copy of the project */
const folder = (tree) => join(tree, ".cache/results");

/**
 * @param {string} tree
 * @param {string} suite
 */
const reportFile = (tree, suite) => join(folder(tree), `${suite}.json`);

/**
 * Marks a suite that failed without a failed test: it did not begin, or broke a rule for the whole run.
 *
 * @param {string} suite
 */
const brokenFile = (suite) => join(folder(root), `${suite}.broken`);

export function clearResults() {
  rmSync(folder(root), { recursive: true, force: true });
}

/**
 * Runs a suite; a failure counts even if no test reports it.
 *
 * @param {string} suite
 * @param {(report: string) => boolean} start runs the test runner, which writes its JSON report into this file; returns whether it succeeded
 */
export function runSuite(suite, start) {
  const report = reportFile(root, suite);
  for (const file of [report, brokenFile(suite)]) rmSync(file, { force: true });
  const ok = start(report);
  if (!ok && !readResult(root, suite)?.failed) {
    mkdirSync(folder(root), { recursive: true });
    writeFileSync(brokenFile(suite), "");
  }
  return ok;
}

/**
 * @param {string} tree
 * @param {string} suite
 * @returns {Result | undefined} undefined when the runner wrote no report
 */
export function readResult(tree, suite) {
  const tests = readTests(tree, suite);
  if (tests === undefined) return undefined;
  const failures = tests.filter(({ outcome }) => outcome === "failed");
  const passed = tests.filter(({ outcome }) => outcome === "passed").length;
  return { passed, failed: failures.length, failures };
}

/**
 * @param {string} tree
 * @param {string} suite
 * @returns {Test[] | undefined} undefined when the runner wrote no report
 */
export function readTests(tree, suite) {
  const file = reportFile(tree, suite);
  if (!existsSync(file)) return undefined;
  const report = /** @type {VitestReport | PlaywrightReport} */ (JSON.parse(readFileSync(file, "utf8")));
  if ("testResults" in report) return vitestTests(report);
  return [
    ...report.suites.flatMap((each) => playwrightTests(each, [])),
    ...report.errors.map(({ message = "" }) => failure("outside of the tests", message)),
  ];
}

/**
 * Adds up all suites that ran. Each failure names its suite, its test and its reason.
 *
 * @returns {{ passed: number, failures: string[] }}
 */
export function sumResults() {
  const files = existsSync(folder(root)) ? readdirSync(folder(root)).sort() : [];
  const sum = { passed: 0, failures: /** @type {string[]} */ ([]) };
  for (const file of files) {
    const [suite = "", ending] = file.split(".");
    const result = ending === "broken" ? undefined : readResult(root, suite);
    if (result === undefined)
      sum.failures.push(`${suite}: it did not begin, or broke a rule for the whole run`);
    sum.passed += result?.passed ?? 0;
    for (const { title, messages } of result?.failures ?? [])
      sum.failures.push([`${suite}: ${title}`, ...messages].join("\n  "));
  }
  return sum;
}

/**
 * @param {VitestReport} report
 * @returns {Test[]}
 */
function vitestTests({ testResults }) {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    // A file that cannot be loaded has no tests.
    if (status === "failed" && assertionResults.length === 0) return [failure(name, message)];
    return assertionResults.map(({ fullName, status, failureMessages }) => ({
      title: fullName,
      outcome: status === "passed" || status === "failed" ? status : "skipped",
      messages: failureMessages ?? [],
      annotations: [],
    }));
  });
}

/**
 * @param {string} title
 * @param {string} message
 * @returns {Test}
 */
function failure(title, message) {
  return { title, outcome: "failed", messages: [stripVTControlCharacters(message)], annotations: [] };
}

/**
 * @param {PlaywrightSuite} suite a file, or a group of tests in it
 * @param {readonly string[]} titles of the suites around it
 * @returns {Test[]}
 */
function playwrightTests({ title, specs, suites = [] }, titles) {
  const path = [...titles, title];
  const tests = specs.flatMap((spec) =>
    spec.tests.map(({ status, results, annotations }) => ({
      title: [...path, spec.title].join(" › "),
      // A test that passes only at the second attempt is a defect.
      outcome: /** @type {const} */ ({
        expected: "passed",
        skipped: "skipped",
        unexpected: "failed",
        flaky: "failed",
      })[status],
      messages: results.flatMap(({ errors }) =>
        errors.map(({ message = "" }) => stripVTControlCharacters(message)),
      ),
      annotations,
    })),
  );
  return [...tests, ...suites.flatMap((each) => playwrightTests(each, path))];
}
