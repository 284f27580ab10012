import { test } from "@playwright/test";
import type { DevRouter, OwnSerializerName } from "wamp-mux/router";
import { browserUnderTest, type BrowserName } from "../browser-name.js";
import type { RouterName } from "../router-name.js";
import type { Tab } from "./tab.js";
import type { RouterUnderTest } from "./router.js";

/** Skips the test if WELCOME did not announce the feature. */
export function needs(router: RouterUnderTest, role: "broker" | "dealer", feature: string): void {
  const name = `${role}.${feature}`;
  if (!router.announces(role, feature)) lacks(name, "not announced");
  shows(name);
}

/** Returns true if WELCOME announced the feature, for a test that shows what happens without it, too. */
export function has(router: RouterUnderTest, role: "broker" | "dealer", feature: string): boolean {
  const isAnnounced = router.announces(role, feature);
  annotate(isAnnounced ? "shows" : "feature", `${role}.${feature}`);
  return isAnnounced;
}

/** Says that the test, if it passes, shows that a feature works on the router; `npm run matrix` has the names of the features. */
export function shows(feature: string): void {
  annotate("shows", feature);
}

/** Skips the test since the router, the browser or the peer has no such feature. */
export function lacks(feature: string, reason: string): void {
  annotate("feature", feature);
  test.skip(true, reason);
}

function annotate(type: "shows" | "feature", description: string): void {
  test.info().annotations.push({ type, description });
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
  lacks("extendedLifetime", "the browser does not know extendedLifetime");
}

/** Skips the test on routers without fault injection, which is every router but the development router. */
export function needsFaults(router: RouterUnderTest): DevRouter {
  if (router.dev !== undefined) return router.dev;
  test.skip(true, "needs a fault of the development router");
  throw new Error("unreachable: the test is skipped");
}

/** The authentication methods that a router does not have, with the reason. */
const missingMethods: Readonly<Record<RouterName, Readonly<Record<string, string>>>> = {
  dev: {},
  crossbar: {
    custom: "refuses other names than its own",
    "wampcra with connectanum's unsalted key": "has the key of the specification",
    "wamp-scram": "its name is `scram`",
    "wamp-scram with Argon2id": "its name is `scram`",
  },
  nexus: {
    "wampcra with connectanum's unsalted key": "has the key of the specification",
    "wamp-scram": "not part of Nexus",
    scram: "not part of Nexus",
    "wamp-scram with Argon2id": "not part of Nexus",
    "scram with Argon2id": "not part of Nexus",
    cookie: "tracks browsers by cookies, but has no method of this name",
  },
};

/** Skips the test on routers that do not have the authentication method. */
export function needsMethod(router: RouterUnderTest, method: string): void {
  const feature = `auth.${method}`;
  const reason = missingMethods[router.name][method];
  if (reason !== undefined) lacks(feature, reason);
  shows(feature);
}

/** Skips the test on routers without payload passthru mode, which encryption needs. */
export function needsEncryption(router: RouterUnderTest, cipher: string): void {
  const roles = ["dealer", "broker"] as const;
  const isAnnounced = roles.every((role) => router.announces(role, "payload_passthru_mode"));
  for (const feature of [...roles.map((role) => `${role}.payload_passthru_mode`), `encryption.${cipher}`])
    annotate(isAnnounced ? "shows" : "feature", feature);
  test.skip(!isAnnounced, "not announced");
}

/** Skips the test on routers that know only the plain subprotocols. */
export function needsBatches(router: RouterUnderTest, serializer: OwnSerializerName): void {
  const feature = `subprotocols.${serializer} batched`;
  if (router.name === "nexus") lacks(feature, "not part of Nexus");
  shows(feature);
}
