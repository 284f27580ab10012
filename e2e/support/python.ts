import { test } from "@playwright/test";
import { RouterUnavailable, foreignRouters } from "../../scripts/routers/index.mjs";
import { isCI } from "../../scripts/tools.mjs";

/**
 * Installs the Python environment, which `npm run e2e` has done before. Returns the reason if this machine cannot have it; throws that in
 * CI.
 */
export function whyNoPython(): string | undefined {
  try {
    foreignRouters.crossbar.install();
    return undefined;
  } catch (error) {
    if (isCI || !(error instanceof RouterUnavailable)) throw error;
    return error.message;
  }
}

/** Skips the test on machines that cannot have the Python environment. */
export function needsPython(): void {
  const reason = whyNoPython();
  if (reason === undefined) return;
  test.info().annotations.push({ type: "feature", description: "a peer in Python" });
  test.skip(true, reason);
}
