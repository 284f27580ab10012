// Unit tests of an application that imports the package, or replaces it by `wamp-mux/testing`, in the test runners that the README names.
import { strict as assert } from "node:assert";
import { test } from "./fixtures.mjs";
import { attempt } from "./install.mjs";

/**
 * Runs tests, which must be found and pass.
 *
 * @param {string} folder of the consumer
 * @param {string[]} args of Node
 */
function passes(folder, ...args) {
  const { status, stdout, stderr } = attempt(folder, process.execPath, args);
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout + stderr, /Tests:? +3 passed/);
}

for (const environment of ["node", "jsdom", "happy-dom"]) {
  test(`Vitest 4, ${environment}, no configuration`, ({ consumer }) =>
    passes(consumer("vitest-4"), "node_modules/vitest/vitest.mjs", "run", "--environment", environment));
}

const jest = "node_modules/jest/bin/jest.js";

for (const environment of ["node", "jsdom"]) {
  test(`Jest 30, ${environment}, babel-jest, transformIgnorePatterns`, ({ consumer }) =>
    passes(consumer("jest-30"), jest, String.raw`\.test\.js$`, "--env", environment));

  test(`Jest 30, ${environment}, native ESM, no configuration`, ({ consumer }) =>
    passes(
      consumer("jest-30"),
      "--experimental-vm-modules",
      jest,
      String.raw`\.test\.mjs$`,
      ...["--config", "{}", "--env", environment],
    ));
}
