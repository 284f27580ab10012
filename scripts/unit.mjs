// Runs the unit tests, which count for the sum. Arguments go to Vitest.
import { runSuite } from "./results.mjs";
import { run } from "./tools.mjs";

const ok = runSuite("unit", (report) =>
  run([
    "vitest",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ]),
);
process.exitCode = ok ? 0 : 1;
