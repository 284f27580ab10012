// npm run e2e -- [--router dev|crossbar|nexus] [arguments of Playwright]: builds the package and runs the browser tests.
import { clearResult, readResult, writeResult } from "./results.mjs";
import { RouterUnavailable, foreignRouters } from "./routers/index.mjs";
import { isCI, root, run } from "./tools.mjs";

const args = process.argv.slice(2);
const at = args.indexOf("--router");
const [, router = "dev"] = at < 0 ? [] : args.splice(at, 2);
if (router !== "dev" && !(router in foreignRouters)) {
  throw new Error(`--router ${router}: it must be dev, ${Object.keys(foreignRouters).join(" or ")}`);
}

const result = `e2e-${router}`;
clearResult(root, result);
const reason = whyMissing();
if (reason === undefined) {
  process.exitCode = runTests() ? 0 : 1;
} else {
  console.log(`e2e: ${isCI ? "FAILED" : "SKIPPED"} on ${router}: ${reason}`);
  if (isCI) fail();
}

/** Installs the router. A machine that cannot run it skips its tests, but not in CI. */
function whyMissing() {
  if (router === "dev") return undefined;
  try {
    foreignRouters[/** @type {keyof typeof foreignRouters} */ (router)].install();
    return undefined;
  } catch (error) {
    if (error instanceof RouterUnavailable) return error.message;
    throw error;
  }
}

function runTests() {
  const ok =
    run(["vite", "build", "--logLevel", "warn"]) &&
    run(["playwright", "test", ...args], { env: { WAMP_ROUTER: router } });
  if (!ok && readResult(root, result) === undefined) fail();
  return ok;
}

/** For a run that did not get as far as counting. */
function fail() {
  writeResult(root, result, { passed: 0, failed: 1, skipped: 0, failures: [] });
  process.exitCode = 1;
}
