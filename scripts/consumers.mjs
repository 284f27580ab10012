// npm run consumers -- [words of a title]: packs the package and uses it as applications do, in a folder outside of the repository.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright";
import { install, pack } from "./consumers/install.mjs";
import { scenarios } from "./consumers/scenarios.mjs";
import { clearResult, writeResult } from "./results.mjs";
import { root, run, secondsSince } from "./tools.mjs";

const wanted = process.argv.slice(2).join(" ");
const chosen = Object.entries(scenarios).filter(([title]) => title.includes(wanted));
if (chosen.length === 0) throw new Error(`no consumer's title has "${wanted}"`);

const start = performance.now();
clearResult(root, "consumers");
/** @type {import("./results.mjs").Result} */
const result = { passed: 0, failed: 0, skipped: 0, failures: [] };
const workshop = mkdtempSync(join(tmpdir(), "wamp-mux-consumers-"));
try {
  if (!run(["tsc", "-b"]) || !run(["vite", "build", "--logLevel", "warn"]))
    throw new Error("the build failed");
  await runAll(pack(workshop));
} catch (error) {
  fail("the package", error);
} finally {
  rmSync(workshop, { recursive: true, force: true });
}
writeResult(root, "consumers", result);
console.log(`consumers: ${result.passed} passed, ${result.failed} failed in ${secondsSince(start)}`);
process.exitCode = result.failed === 0 ? 0 : 1;

/** @param {string} tarball */
async function runAll(tarball) {
  /** @type {Map<string, string>} */
  const installed = new Map();
  /** @param {string} name */
  const consumer = (name) => {
    const folder = installed.get(name) ?? install(name, workshop, tarball);
    installed.set(name, folder);
    return folder;
  };
  const browser = await chromium.launch(JSON.parse(readFileSync(join(root, ".cache/browser.json"), "utf8")));
  for (const [title, use] of chosen) {
    const begin = performance.now();
    try {
      await use({ browser, consumer });
      result.passed++;
      console.log(`consumers: ok      ${title} (${secondsSince(begin)})`);
    } catch (error) {
      fail(title, error);
    }
  }
  await browser.close();
}

/**
 * @param {string} title
 * @param {unknown} error
 */
function fail(title, error) {
  result.failed++;
  result.failures.push(title);
  console.log(
    `consumers: FAILED  ${title}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
}
