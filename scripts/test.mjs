// npm test: all that CI does, on a fresh clone too.
import { clearResults } from "./results.mjs";
import { root, run } from "./tools.mjs";

/** @type {[name: string, ...args: string[]][]} */
const suites = [
  ["scripts/unit.mjs", "browser"],
  ["scripts/consumers.mjs"],
  ["scripts/e2e.mjs", "--router", "dev"],
  ["scripts/e2e.mjs", "--router", "crossbar"],
];

clearResults(root);
const ok = run(["scripts/setup.mjs"]) && run(["scripts/verify.mjs"]);
// Each suite runs, whatever became of the one before.
const passed = ok ? suites.map((suite) => run(suite)) : [];
process.exitCode = ok && !passed.includes(false) ? 0 : 1;
