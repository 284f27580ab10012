import { workerLock } from "../../contract/port.js";
import type { CodecUrl, WorkerName } from "../../contract/port.js";
import type { Locks } from "../../web/locks.js";
import type { TrustedScriptUrl } from "../api/connect-options.js";
import type { HubHost, HubPort } from "../attach/hub-host.js";
import { ScriptTrust } from "./script-trust.js";
import { constructorError, unusableUrl, watchPolicyViolations, workerStartError } from "./worker-failure.js";
import type { PolicyViolations } from "./worker-failure.js";
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
  trust = new ScriptTrust(),
): HubHost {
  return {
    mode: "shared",
    open: async (name, signal) => {
      signal.throwIfAborted();
      return await openWorker(locks, name, workerUrl, trust);
    },
  };
}

/** Starts the worker of this name, or joins the one running at its URL. */
async function openWorker(
  locks: Pick<Locks, "watch">,
  name: WorkerName,
  workerUrl: string | TrustedScriptUrl | undefined,
  trust: ScriptTrust,
): Promise<HubPort> {
  const url = workerUrl === undefined ? undefined : resolveWorkerUrl(String(workerUrl), location.href);
  let startedAt = url;
  class NamedWorker extends SharedWorker {
    constructor(scriptUrl: string | URL, options: SharedWorkerOptions) {
      // Bundlers replace the default URL at build time; only the constructor sees the resulting URL.
      startedAt = new URL(scriptUrl, location.href).href;
      const unusable = unusableUrl(startedAt);
      if (unusable !== undefined) throw unusable;
      // A TrustedScriptURL passes for a string in TypeScript's library, which does not know it.
      const script =
        typeof workerUrl === "object" ? (workerUrl as unknown as string) : trust.trust(String(scriptUrl));
      super(script, { ...options, name });
    }
  }
  const violations = watchPolicyViolations();
  try {
    const worker = url === undefined ? startBundled(NamedWorker) : startOther(NamedWorker, url);
    const codecUrls = url === undefined ? bundledCodecs() : codecsBeside(url);
    return observed(worker, startedAt ?? "", codecUrls, locks, violations);
  } catch (cause) {
    const error = await constructorError(startedAt, cause, violations, trust);
    violations.stop();
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

// Bundlers also look for this expression, literally: they copy the file and replace the URL.
function bundledCodecs(): readonly CodecUrl[] {
  const { href: url } = new URL(/* @vite-ignore */ "./msgpack-serializer.js", import.meta.url);
  return [{ serializer: "msgpack", url }];
}

/** Returns the URLs of the files next to a worker script whose location the application chose. */
function codecsBeside(workerUrl: string): readonly CodecUrl[] {
  return [{ serializer: "msgpack", url: new URL("msgpack-serializer.js", workerUrl).href }];
}

// The same options as above, because a page that uses different ones cannot join a running worker.
function startOther<W extends SharedWorker>(Maker: SharedWorkerMaker<W>, url: string): W {
  return new Maker(url, { type: "module", name: "wamp-mux", extendedLifetime: true });
}

function observed(
  worker: SharedWorker,
  url: string,
  codecUrls: readonly CodecUrl[],
  locks: Pick<Locks, "watch">,
  violations: PolicyViolations,
): HubPort {
  let stopWatching: () => void = () => undefined;
  return {
    url,
    port: worker.port,
    codecUrls,
    failed: new Promise((_never, fail) => {
      // The event itself carries no information.
      worker.onerror = () => void workerStartError(url, violations).then(fail);
    }),
    // The worker holds this lock as long as it lives.
    lost: (incarnation) =>
      new Promise((lost) => {
        stopWatching = locks.watch(workerLock(incarnation), lost);
      }),
    // Also keeps the SharedWorker object alive until then: browsers treat the worker differently when the object is garbage-collected.
    release: () => {
      stopWatching();
      violations.stop();
      worker.onerror = null;
    },
  };
}
