// npm test: runs everything that CI runs, on a fresh clone too.
import { clearResults } from "./results.mjs";
import { run } from "./tools.mjs";

/** @type {[name: string, ...args: string[]][]} */
const suites = [
  ["scripts/unit.mjs", "browser"],
  ["scripts/consumers.mjs"],
  ["scripts/e2e.mjs", "--router", "dev"],
  ["scripts/e2e.mjs", "--router", "crossbar"],
  ["scripts/e2e.mjs", "--browser", "firefox"],
  ["scripts/e2e.mjs", "--browser", "webkit"],
];

clearResults();
const ok = run(["scripts/setup.mjs"]) && run(["scripts/verify.mjs"]);
// Each suite runs even if the one before failed.
const passed = ok ? suites.map((suite) => run(suite)) : [];
process.exitCode = ok && !passed.includes(false) ? 0 : 1;
