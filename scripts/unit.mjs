// Runs the unit tests, or with "browser" those that need a real browser; both count for the sum. Arguments go to Vitest.
import { runSuite } from "./results.mjs";
import { run } from "./tools.mjs";

const inBrowser = process.argv[2] === "browser";
const ok = runSuite(inBrowser ? "unit-browser" : "unit", (report) =>
  run([
    "vitest",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...(inBrowser ? ["--config", "vitest.browser.config.ts"] : []),
    ...process.argv.slice(inBrowser ? 3 : 2),
  ]),
);
process.exitCode = ok ? 0 : 1;
