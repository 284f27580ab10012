import { systemClock } from "../../web/clock.js";
import { webLocks } from "../../web/locks.js";
import { nextTask } from "../../web/next-task.js";
import type { SerializerModule } from "../../protocol/serializer-module.js";
import type { ClientEnvironment } from "../attach/environment.js";
import { textFromThrown } from "../errors/thrown-text.js";
import { UnsupportedError } from "../errors/worker-errors.js";
import { createScriptTrust } from "./script-trust.js";
import { isPageOffline, onPageNetwork } from "./page-network.js";
import { isPageHidden, onPageVisibility } from "./page-visibility.js";
import { sharedWorkerHost } from "./shared-worker-host.js";

const LOCKS = "navigator.locks";

const trust = createScriptTrust();

/** Returns the URL that relative ones refer to; undefined outside of a page. */
export function pageUrl(): string | undefined {
  return typeof document === "undefined" ? undefined : document.baseURI;
}

/**
 * Returns the environment of a page. Throws `UnsupportedError` if a required feature is missing, such as in Node; its locks reject with
 * that if the browser refuses them.
 */
export function browserEnvironment(): ClientEnvironment {
  const missing = [
    ...(typeof SharedWorker === "undefined" ? ["SharedWorker"] : []),
    ...(typeof navigator === "undefined" || !("locks" in navigator) ? [LOCKS] : []),
  ];
  if (missing.length > 0) {
    const cure =
      "isSecureContext" in globalThis && !isSecureContext
        ? " (the page is not in a secure context: use https)"
        : ". Unit tests use wamp-mux/testing instead; a server renders without a session";
    throw unsupported(missing, `this environment does not have${cure}`);
  }
  const locks = webLocks(navigator.locks);
  return {
    locks: {
      hold: (name, lost) =>
        locks.hold(name, lost).catch((cause: unknown) => {
          // A frame with an opaque origin has the API, but the browser refuses every request.
          throw unsupported([LOCKS], `the browser denies to this page: ${textFromThrown(cause)}`, { cause });
        }),
    },
    hubHost: (workerUrl) => sharedWorkerHost(locks, workerUrl, trust),
    importSerializer: ({ url }) =>
      // The comments keep bundlers from resolving a URL of the application.
      import(/* webpackIgnore: true */ /* @vite-ignore */ url) as Promise<Partial<SerializerModule>>,
    randomId: () => crypto.randomUUID(),
    random: () => Math.random(),
    clock: systemClock,
    defer: nextTask,
    isHidden: isPageHidden,
    onVisibility: onPageVisibility,
    isOffline: isPageOffline,
    onNetwork: onPageNetwork,
    report: (error) => reportError(error),
    // eslint-disable-next-line no-console -- the only place where a developer sees what nothing in the application shows
    tell: (text) => console.warn(text),
  };
}

function unsupported(missing: readonly string[], why: string, options?: ErrorOptions): UnsupportedError {
  return new UnsupportedError(`A shared session needs ${missing.join(" and ")}, which ${why}`, {
    missing,
    ...options,
  });
}
