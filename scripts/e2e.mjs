// npm run e2e -- [--router dev|crossbar|nexus] [arguments of Playwright]: builds the package and runs the browser tests.
import { runSuite } from "./results.mjs";
import { RouterUnavailable, foreignRouters } from "./routers/index.mjs";
import { isCI, run } from "./tools.mjs";

const args = process.argv.slice(2);
const at = args.indexOf("--router");
const [, router = "dev"] = at < 0 ? [] : args.splice(at, 2);
if (router !== "dev" && !(router in foreignRouters)) {
  throw new Error(`--router ${router}: it must be dev, ${Object.keys(foreignRouters).join(" or ")}`);
}

const reason = whyMissing();
if (reason !== undefined) console.log(`e2e: ${isCI ? "FAILED" : "SKIPPED"} on ${router}: ${reason}`);
const ok = runSuite(`e2e-${router}`, () =>
  reason === undefined
    ? run(["vite", "build", "--logLevel", "warn"]) &&
      run(["playwright", "test", ...args], { env: { WAMP_ROUTER: router } })
    : !isCI,
);
process.exitCode = ok ? 0 : 1;

/**
 * Installs the router. A machine that cannot run it skips the tests, except in CI.
 *
 * @returns {string | undefined} the reason if this machine cannot run it
 */
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
