// Checks everything that needs no browser, the quick steps first. Stops at the first failure.
import { run, secondsSince } from "./tools.mjs";

/** @type {Record<string, readonly [string, ...string[]]>} */
const steps = {
  format: ["prettier", "--check", "--log-level", "warn", "."],
  types: ["tsc", "-b"],
  lint: ["eslint", "--max-warnings", "0", "."],
  circles: ["depcruise", "src", "--config", "scripts/circles.config.mjs"],
  // Every public name and member has a doc comment.
  docs: ["typedoc", "--emit", "none", "--logLevel", "Warn"],
  unit: ["scripts/unit.mjs"],
  // A benchmark that does not run is found here, not when it is needed.
  bench: ["bench/run.mjs", "--only", "hub", "--quick"],
  build: ["scripts/build.mjs"],
  publint: ["publint", "--strict"],
  // The worker is a script with a URL and never imported, so it has no types.
  attw: ["attw", "--pack", "--profile", "esm-only", "--exclude-entrypoints", "worker"],
  size: ["scripts/size.mjs"],
  guarantees: ["scripts/guarantees.mjs"],
};

for (const [name, command] of Object.entries(steps)) {
  const start = performance.now();
  console.log(`\nverify: ${name}`);
  const ok = run(command);
  console.log(`verify: ${name} ${ok ? "passed" : "FAILED"} in ${secondsSince(start)}`);
  if (!ok) {
    process.exitCode = 1;
    break;
  }
}
