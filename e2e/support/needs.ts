import { test } from "@playwright/test";
import type { DevRouter } from "wamp-mux/router";
import type { RouterUnderTest } from "./router.js";

/** Skips the test where WELCOME did not announce the feature. */
export function needs(router: RouterUnderTest, role: "broker" | "dealer", feature: string): void {
  if (router.announces(role, feature)) return;
  const description = `${role}.${feature}`;
  test.info().annotations.push({ type: "feature", description });
  test.skip(true, `${description} is not announced`);
}

/** For what only a faulty router can show: on any other than the development router the test is skipped, as `skips.json` says. */
export function needsFaults(router: RouterUnderTest): DevRouter {
  if (router.dev !== undefined) return router.dev;
  test.skip(true, "needs a fault of the development router");
  throw new Error("unreachable: the test is skipped");
}

/** For what needs an account; the command of Nexus lets anonymous sessions in only. */
export function needsTickets(router: RouterUnderTest): void {
  test.skip(router.name === "nexus", "has no ticket authentication");
}
