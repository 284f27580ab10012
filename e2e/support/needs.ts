import { test } from "@playwright/test";
import type { DevRouter } from "wamp-mux/router";
import { browserUnderTest, type BrowserName } from "../browser-name.js";
import type { Tab } from "./tab.js";
import type { RouterUnderTest } from "./router.js";

/** Skips the test if WELCOME did not announce the feature. */
export function needs(router: RouterUnderTest, role: "broker" | "dealer", feature: string): void {
  if (router.announces(role, feature)) return;
  const description = `${role}.${feature}`;
  test.info().annotations.push({ type: "feature", description });
  test.skip(true, `${description} is not announced`);
}

/** Skips the test in one browser; `e2e/skips.json` must list it. */
export function cannotRunIn(browser: BrowserName, reason: string): void {
  test.skip(browserUnderTest === browser, reason);
}

/** Skips the test in WebKit, which starts a dead worker again by itself, from the script that it has. */
export function needsWorkerRequests(): void {
  cannotRunIn("webkit", "starts a dead worker again without asking the server");
}

/**
 * Skips the test in browsers whose SharedWorkers end with their last page, because they do not know the option. A browser that knows it
 * reads it, even if the URL is not valid.
 */
export async function needsExtendedLifetime(tab: Tab): Promise<void> {
  const isKnown = await tab.page.evaluate(() => {
    let isRead = false;
    const options: WorkerOptions = {
      // @ts-expect-error TypeScript's library does not have it yet.
      get extendedLifetime() {
        isRead = true;
        return true;
      },
    };
    try {
      new SharedWorker("http://[", options);
    } catch {
      // No worker has been started.
    }
    return isRead;
  });
  if (isKnown) return;
  test.info().annotations.push({ type: "feature", description: "extendedLifetime" });
  test.skip(true, "the browser does not know extendedLifetime");
}

/** Skips the test on routers without fault injection, which is every router but the development router. */
export function needsFaults(router: RouterUnderTest): DevRouter {
  if (router.dev !== undefined) return router.dev;
  test.skip(true, "needs a fault of the development router");
  throw new Error("unreachable: the test is skipped");
}

/** Skips the test on routers that do not have the authentication method. */
export function needsMethod(router: RouterUnderTest, method: string): void {
  const isMissing = router.name === "nexus" || (router.name === "crossbar" && method === "wamp-scram");
  if (!isMissing) return;
  const description = `authentication method ${method}`;
  test.info().annotations.push({ type: "feature", description });
  test.skip(true, `has no ${description}`);
}

/** Skips the test on routers that know only the plain subprotocols. */
export function needsBatches(router: RouterUnderTest): void {
  if (router.name !== "nexus") return;
  const description = "batched subprotocols";
  test.info().annotations.push({ type: "feature", description });
  test.skip(true, `has no ${description}`);
}

/** Skips the test on Nexus, whose command accepts only anonymous sessions. */
export function needsTickets(router: RouterUnderTest): void {
  test.skip(router.name === "nexus", "has no ticket authentication");
}
