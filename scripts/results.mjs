// What the test runners counted, one file a run, for the sum at the end.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} Result
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} failures titles of the tests that failed
 */

/** @param {string} tree */
const folder = (tree) => join(tree, ".cache/results");

/**
 * @param {string} tree the root of a copy of the project
 * @param {string} name
 */
const fileOf = (tree, name) => join(folder(tree), `${name}.json`);

/** @param {string} tree */
export function clearResults(tree) {
  rmSync(folder(tree), { recursive: true, force: true });
}

/**
 * @param {string} tree
 * @param {string} name
 */
export function clearResult(tree, name) {
  rmSync(fileOf(tree, name), { force: true });
}

/**
 * @param {string} tree
 * @param {string} name
 * @param {Result} result
 */
export function writeResult(tree, name, result) {
  mkdirSync(folder(tree), { recursive: true });
  writeFileSync(fileOf(tree, name), `${JSON.stringify(result, null, 2)}\n`);
}

/**
 * @param {string} tree
 * @param {string} name
 * @returns {Result | undefined} undefined when the run did not get as far as counting
 */
export function readResult(tree, name) {
  const file = fileOf(tree, name);
  return existsSync(file) ? /** @type {Result} */ (JSON.parse(readFileSync(file, "utf8"))) : undefined;
}

/** @param {string} tree */
export function sumResults(tree) {
  const sum = { passed: 0, failed: 0 };
  const files = existsSync(folder(tree)) ? readdirSync(folder(tree)) : [];
  for (const file of files) {
    const result = readResult(tree, file.replace(/\.json$/, ""));
    sum.passed += result?.passed ?? 0;
    sum.failed += result?.failed ?? 0;
  }
  return sum;
}
