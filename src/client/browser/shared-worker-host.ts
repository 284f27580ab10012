import { workerLock } from "../../contract/port.js";
import type { CodecUrl } from "../../contract/port.js";
import type { Locks } from "../../web/locks.js";
import type { HubHost, HubPort } from "../attach/hub-host.js";
import { WorkerStartError } from "../errors/worker-errors.js";
import { watchPolicyViolations, workerStartError } from "./worker-failure.js";
import type { PolicyViolations } from "./worker-failure.js";
import { resolveWorkerUrl } from "./worker-url.js";

interface SharedWorkerOptions extends WorkerOptions {
  /** Lets the worker survive a reload of its only page; not in TypeScript's library yet. */
  readonly extendedLifetime: boolean;
}

type SharedWorkerMaker<W extends SharedWorker> = new (url: string | URL, options: SharedWorkerOptions) => W;

/** Hosts the hub in the origin's SharedWorker, with the package's own script unless `workerUrl` gives another one. */
export function sharedWorkerHost(locks: Pick<Locks, "watch">, workerUrl: string | undefined): HubHost {
  return {
    mode: "shared",
    open: (signal) =>
      new Promise((resolve) => {
        signal.throwIfAborted();
        const url = workerUrl === undefined ? undefined : resolveWorkerUrl(workerUrl, location.href);
        resolve(openWorker(locks, url));
      }),
  };
}

/** Starts the worker, or joins the one running at its URL. */
function openWorker(locks: Pick<Locks, "watch">, url: string | undefined): HubPort {
  // Bundlers replace the default URL at build time; only the constructor sees the resulting URL.
  let startedAt = url ?? "worker.js";
  class LocatedWorker extends SharedWorker {
    constructor(scriptUrl: string | URL, options: SharedWorkerOptions) {
      startedAt = new URL(scriptUrl, location.href).href;
      super(scriptUrl, options);
    }
  }
  const violations = watchPolicyViolations();
  try {
    const worker = url === undefined ? startBundled(LocatedWorker) : startOther(LocatedWorker, url);
    return observed(
      worker,
      startedAt,
      url === undefined ? bundledCodecs() : codecsBeside(url),
      locks,
      violations,
    );
  } catch (cause) {
    violations.stop();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new WorkerStartError(`The browser refuses to create the worker ${startedAt}: ${why}`, {
      reason: "unsupported",
      url: startedAt,
      cause,
    });
  }
}

// Vite looks for `new SharedWorker(new URL("…", import.meta.url), …)`, literally, hence the name of the parameter. webpack sees that it is
// not the global class, and only copies the file at the URL, which suffices because the worker is a single file.
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
