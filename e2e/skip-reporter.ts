import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { FullConfig, FullResult, Reporter, Suite, TestCase } from "@playwright/test/reporter";
import { routerUnderTest } from "./router-name.js";

const skipsFile = new URL("skips.json", import.meta.url);
const resultsFile = new URL(`../.cache/results/e2e-${routerUnderTest}.json`, import.meta.url);

/** A skip that the committed list allows on one router. */
interface AllowedSkip {
  /** The file of the test and its full title, as the reporter prints them. */
  readonly test: string;
  /** What the router cannot do, for people. */
  readonly reason: string;
}

/**
 * A skipped test proves nothing, so each one needs a reason: an entry in `skips.json`, or an annotation of type
 * `feature`, which a test sets when WELCOME did not announce what it needs. Any other skip fails the run, and so does
 * an entry that is no longer needed. Counts go to a file that `npm test` sums up.
 */
export default class SkipReporter implements Reporter {
  #root: Suite | undefined;

  onBegin(_config: FullConfig, root: Suite): void {
    this.#root = root;
  }

  onEnd(result: FullResult): Promise<{ status: FullResult["status"] }> {
    const tests = this.#root?.allTests() ?? [];
    const skipped = tests.filter((test) => test.outcome() === "skipped");
    const passed = tests.filter((test) => test.outcome() === "expected");
    const failed = tests.filter((test) => !skipped.includes(test) && !passed.includes(test));

    const lists = JSON.parse(readFileSync(skipsFile, "utf8")) as Record<string, readonly AllowedSkip[]>;
    const allowed = new Set((lists[routerUnderTest] ?? []).map((entry) => entry.test));
    const complaints = [
      ...skipped
        .filter((test) => !allowed.has(nameOf(test)) && !lacksFeature(test))
        .map((test) => `skipped, and neither e2e/skips.json nor WELCOME says why: ${nameOf(test)}`),
      ...passed
        .filter((test) => allowed.has(nameOf(test)))
        .map((test) => `passes, so its entry in e2e/skips.json must go: ${nameOf(test)}`),
    ];
    for (const complaint of complaints) console.error(`  ${complaint}`);
    console.log(
      `  router ${routerUnderTest}: ${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`,
    );

    const counts = {
      passed: passed.length,
      // A run can fail as a whole, without a test that does.
      failed: Math.max(failed.length + complaints.length, result.status === "passed" ? 0 : 1),
      skipped: skipped.length,
      failures: failed.map(nameOf),
    };
    mkdirSync(new URL(".", resultsFile), { recursive: true });
    writeFileSync(resultsFile, `${JSON.stringify(counts, null, 2)}\n`);
    return Promise.resolve({ status: complaints.length > 0 ? "failed" : result.status });
  }
}

function nameOf(test: TestCase): string {
  const [, , , ...titles] = test.titlePath();
  return [relative(import.meta.dirname, test.location.file), ...titles].join(" › ");
}

function lacksFeature(test: TestCase): boolean {
  return test.annotations.some((annotation) => annotation.type === "feature");
}
