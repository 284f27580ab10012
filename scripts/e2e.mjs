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

if (isThere()) process.exitCode = runTests() ? 0 : 1;

/** Whether the router can be had; a machine that cannot run it skips its tests, but not in CI. */
function isThere() {
  if (router === "dev") return true;
  try {
    foreignRouters[/** @type {keyof typeof foreignRouters} */ (router)].install();
    return true;
  } catch (error) {
    if (!(error instanceof RouterUnavailable)) throw error;
    console.log(`e2e: SKIPPED the tests on ${router}: ${error.message}`);
    process.exitCode = isCI ? 1 : 0;
    return false;
  }
}

function runTests() {
  const result = `e2e-${router}`;
  clearResult(root, result);
  const ok =
    run(["scripts/setup.mjs"]) &&
    run(["vite", "build", "--logLevel", "warn"]) &&
    run(["playwright", "test", ...args], { env: { WAMP_ROUTER: router } });
  if (!ok && readResult(root, result) === undefined) {
    writeResult(root, result, { passed: 0, failed: 1, skipped: 0, failures: [] });
  }
  return ok;
}
