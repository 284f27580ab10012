import { test } from "@playwright/test";
import type { DevRouter } from "wamp-mux/router";
import type { RouterUnderTest } from "./router.js";

/** Skips the test if WELCOME did not announce the feature. */
export function needs(router: RouterUnderTest, role: "broker" | "dealer", feature: string): void {
  if (router.announces(role, feature)) return;
  const description = `${role}.${feature}`;
  test.info().annotations.push({ type: "feature", description });
  test.skip(true, `${description} is not announced`);
}

/** Skips the test on routers without fault injection, which is every router but the development router. */
export function needsFaults(router: RouterUnderTest): DevRouter {
  if (router.dev !== undefined) return router.dev;
  test.skip(true, "needs a fault of the development router");
  throw new Error("unreachable: the test is skipped");
}

/** Skips the test on Nexus, whose command accepts only anonymous sessions. */
export function needsTickets(router: RouterUnderTest): void {
  test.skip(router.name === "nexus", "has no ticket authentication");
}
