import { workerLock } from "../../contract/port.js";
import type { WorkerName } from "../../contract/port.js";
import type { Locks } from "../../web/locks.js";
import type { TrustedScriptUrl } from "../api/connect-options.js";
import type { HubHost, HubPort } from "../attach/hub-host.js";
import { algorithmFiles } from "./algorithm-files.js";
import { serializerFiles } from "./serializer-files.js";
import { createScriptTrust } from "./script-trust.js";
import type { ScriptTrust } from "./script-trust.js";
import { workerStartError } from "./worker-failure.js";
import { resolveWorkerUrl } from "./worker-url.js";

interface SharedWorkerOptions extends WorkerOptions {
  /** Lets the worker survive a reload of its only page; not in TypeScript's library yet. */
  readonly extendedLifetime: boolean;
}

type SharedWorkerMaker<W extends SharedWorker> = new (url: string | URL, options: SharedWorkerOptions) => W;

/**
 * Hosts the hub in the origin's SharedWorker, with the package's own script unless `workerUrl` gives another one.
 * @param trust shared by all sessions of the page
 */
export function sharedWorkerHost(
  locks: Pick<Locks, "watch">,
  workerUrl: string | TrustedScriptUrl | undefined,
  trust = createScriptTrust(),
): HubHost {
  return { open: (name) => openWorker(locks, name, workerUrl, trust) };
}

/** Starts the worker of this name, or joins the one running at its URL. */
async function openWorker(
  locks: Pick<Locks, "watch">,
  name: WorkerName,
  workerUrl: string | TrustedScriptUrl | undefined,
  trust: ScriptTrust,
): Promise<HubPort> {
  const given = workerUrl === undefined ? undefined : resolveWorkerUrl(String(workerUrl));
  let url = given;
  class NamedWorker extends SharedWorker {
    constructor(scriptUrl: string | URL, options: SharedWorkerOptions) {
      // Bundlers replace the default URL at build time; only the constructor sees the resulting URL.
      url = new URL(scriptUrl, location.href).href;
      // A TrustedScriptURL passes for a string in TypeScript's library, which does not know it.
      const script = typeof workerUrl === "object" ? (workerUrl as unknown as string) : trust.trust(url);
      super(script, { ...options, name });
    }
  }
  const violations: SecurityPolicyViolationEvent[] = [];
  // Browsers report a violation on the document and not on the blocked worker.
  const violated = (event: SecurityPolicyViolationEvent): void => {
    if (event.effectiveDirective === "worker-src") violations.push(event);
  };
  const releasing = new AbortController();
  const { signal } = releasing;
  document.addEventListener("securitypolicyviolation", violated, { signal });
  const startError = (cause?: unknown) =>
    workerStartError({ url, cause, violations, refusal: trust.refusal() });
  try {
    const worker =
      given === undefined
        ? startBundled(NamedWorker)
        : // The same options, because a page that uses different ones cannot join a running worker.
          new NamedWorker(given, { type: "module", name, extendedLifetime: true });
    return {
      url: url ?? "",
      port: worker.port,
      codecUrls: serializerFiles(given),
      algorithmUrls: algorithmFiles(given),
      failed: new Promise((_never, fail) => {
        // The event itself carries no information.
        worker.onerror = () => void startError().then(fail);
      }),
      // The worker holds this lock as long as it lives.
      lost: (incarnation) =>
        new Promise((lost) => {
          signal.addEventListener("abort", locks.watch(workerLock(incarnation), lost));
        }),
      // Also keeps the SharedWorker object alive until then: browsers treat the worker differently when the object is garbage-collected.
      release: () => {
        releasing.abort();
        worker.onerror = null;
      },
    };
  } catch (cause) {
    const error = await startError(cause);
    releasing.abort();
    throw error;
  }
}

// Vite looks for `new SharedWorker(new URL("…", import.meta.url), …)` with literal options, hence the name of the parameter, and that of
// the worker, which the constructor replaces. webpack sees that it is not the global class, and only copies the file at the URL, which
// suffices because the worker is a single file.
function startBundled<W extends SharedWorker>(SharedWorker: SharedWorkerMaker<W>): W {
  return new SharedWorker(new URL(/* @vite-ignore */ "./worker.js", import.meta.url), {
    type: "module",
    name: "wamp-mux",
    extendedLifetime: true,
  });
}
