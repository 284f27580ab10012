import { systemClock } from "../../web/clock.js";
import { nextTask } from "../../web/next-task.js";
import type { ClientEnvironment } from "../attach/environment.js";
import { UnsupportedError } from "../errors/worker-errors.js";
import { pageLocks } from "./page-locks.js";
import { ScriptTrust } from "./script-trust.js";
import { onPageReturn } from "./page-returns.js";
import { isPageHidden, onPageVisibility } from "./page-visibility.js";
import { sharedWorkerHost } from "./shared-worker-host.js";

const trust = new ScriptTrust();

/** Returns the URL that relative ones refer to; undefined outside of a page. */
export function pageUrl(): string | undefined {
  return typeof document === "undefined" ? undefined : document.baseURI;
}

/** Returns the environment of a page. Throws `UnsupportedError` if a required feature is missing, such as in Node. */
export function browserEnvironment(): ClientEnvironment {
  const missing = [
    ...(typeof SharedWorker === "undefined" ? ["SharedWorker"] : []),
    ...(typeof navigator === "undefined" || !("locks" in navigator) ? ["navigator.locks"] : []),
  ];
  if (missing.length > 0) {
    throw new UnsupportedError(
      `A shared session needs ${missing.join(" and ")}, which this environment does not have` +
        ("isSecureContext" in globalThis && !isSecureContext
          ? " (the page is not in a secure context: use https)"
          : ". Unit tests use wamp-mux/testing instead; a server renders without a session"),
      { missing },
    );
  }
  const locks = pageLocks(navigator.locks);
  return {
    locks,
    hubHost: (workerUrl) => sharedWorkerHost(locks, workerUrl, trust),
    randomId: () => crypto.randomUUID(),
    random: () => Math.random(),
    clock: systemClock,
    defer: nextTask,
    onReturn: onPageReturn,
    isHidden: isPageHidden,
    onVisibility: onPageVisibility,
    report: (error) => reportError(error),
    // eslint-disable-next-line no-console -- the only place where a developer sees what nothing in the application shows
    tell: (text) => console.warn(text),
  };
}
