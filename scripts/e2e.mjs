// npm run e2e -- [--browser chromium|firefox|webkit] [--router dev|crossbar|nexus] [--all] [arguments of Playwright]: builds the package and
// the demo and runs the browser tests; with --all, in Firefox and WebKit also those that the worker's code and the router decide.
import { build } from "./build.mjs";
import { browserNames, installBrowser } from "./browsers.mjs";
import { matrixComplaints } from "./feature-matrix.mjs";
import { runSuite } from "./results.mjs";
import { RouterUnavailable, foreignRouters } from "./routers/index.mjs";
import { isCI, run } from "./tools.mjs";

const args = process.argv.slice(2);
const browser = option("browser", browserNames);
const router = option("router", ["dev", ...Object.keys(foreignRouters)]);
const isAll = flag("all");

const reason = installBrowser(browser) ?? whyMissing(router);
// The tests have peers in the Python environment of this router; on a machine that cannot have it, they are skipped.
if (reason === undefined) whyMissing("crossbar");
if (reason !== undefined)
  console.log(`e2e: ${isCI ? "FAILED" : "SKIPPED"} in ${browser} on ${router}: ${reason}`);
const ok = runSuite(`e2e-${browser}-${router}`, () =>
  reason === undefined
    ? build("production") &&
      build("demo") &&
      run(["playwright", "test", ...args], {
        env: { WAMP_BROWSER: browser, WAMP_ROUTER: router, ...(isAll && { WAMP_ALL: "1" }) },
      }) &&
      isMatrixInStep()
    : !isCI,
);
process.exitCode = ok ? 0 : 1;

/**
 * Takes an option out of the arguments; without it, returns the first choice.
 *
 * @param {string} name
 * @param {readonly string[]} choices
 */
function option(name, choices) {
  const at = args.indexOf(`--${name}`);
  const [, value = choices[0] ?? ""] = at < 0 ? [] : args.splice(at, 2);
  if (!choices.includes(value)) throw new Error(`--${name} ${value}: it must be ${choices.join(" or ")}`);
  return value;
}

/**
 * Takes a flag out of the arguments; returns whether it was there.
 *
 * @param {string} name
 */
function flag(name) {
  const at = args.indexOf(`--${name}`);
  if (at >= 0) args.splice(at, 1);
  return at >= 0;
}

/** Compares docs/routers.md with the results. Browsers other than Chromium add nothing to what is said of routers there. */
function isMatrixInStep() {
  if (browser !== "chromium") return true;
  const complaints = matrixComplaints(/** @type {Parameters<typeof matrixComplaints>[0]} */ (router));
  for (const complaint of complaints) console.error(`e2e: ${complaint} (npm run matrix)`);
  return complaints.length === 0;
}

/**
 * Installs a router. A machine that cannot run it skips the tests, except in CI.
 *
 * @param {string} name
 * @returns {string | undefined} the reason if this machine cannot run it
 */
function whyMissing(name) {
  if (name === "dev") return undefined;
  try {
    foreignRouters[/** @type {keyof typeof foreignRouters} */ (name)].install();
    return undefined;
  } catch (error) {
    if (error instanceof RouterUnavailable) return error.message;
    throw error;
  }
}
