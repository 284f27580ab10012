import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { FullConfig, FullResult, Reporter, Suite, TestCase } from "@playwright/test/reporter";
import { browserUnderTest } from "./browser-name.js";
import { routerUnderTest } from "./router-name.js";

/** A skip that the committed list allows on one router, or in one browser. */
interface AllowedSkip {
  /** The file of the test and its full title, as this reporter prints them. */
  readonly test: string;
  /** The limit of the router or browser, for people. */
  readonly reason: string;
}

/**
 * Fails the run for a skip without a reason, since a skipped test proves nothing. A reason is an entry in `skips.json`, or
 * an annotation of type `feature`, which a test sets when WELCOME did not announce a feature, or the page lacks one. An entry whose test passes
 * fails the run too.
 */
export default class SkipReporter implements Reporter {
  #root: Suite | undefined;

  onBegin(_config: FullConfig, root: Suite): void {
    this.#root = root;
  }

  onEnd(result: FullResult): Promise<{ status: FullResult["status"] }> {
    const lists = JSON.parse(readFileSync(new URL("skips.json", import.meta.url), "utf8")) as Record<
      string,
      readonly AllowedSkip[]
    >;
    const allowed = new Set(
      [routerUnderTest, browserUnderTest].flatMap((key) => lists[key] ?? []).map((entry) => entry.test),
    );
    const complaints = (this.#root?.allTests() ?? []).flatMap((test) => {
      const name = nameOf(test);
      const outcome = test.outcome();
      if (outcome === "skipped" && !allowed.has(name) && !lacksFeature(test))
        return `skipped, and neither e2e/skips.json nor a missing feature says why: ${name}`;
      if (outcome === "expected" && allowed.has(name))
        return `passes, so its entry in e2e/skips.json must go: ${name}`;
      return [];
    });
    for (const complaint of complaints) console.error(`  ${complaint}`);
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
