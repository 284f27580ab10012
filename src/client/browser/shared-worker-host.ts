import { workerLock } from "../../contract/port.js";
import type { CodecUrl } from "../../contract/port.js";
import type { Locks } from "../../web/locks.js";
import type { HubHost, HubPort } from "../attach/hub-host.js";
import { WorkerStartError } from "../errors/worker-errors.js";
import { watchPolicyViolations, workerStartError } from "./worker-failure.js";
import type { PolicyViolations } from "./worker-failure.js";
import { resolveWorkerUrl } from "./worker-url.js";

interface SharedWorkerOptions extends WorkerOptions {
  /** Not in TypeScript's library yet: the worker survives a reload of its only page. */
  readonly extendedLifetime: boolean;
}

type SharedWorkerMaker<W extends SharedWorker> = new (url: string | URL, options: SharedWorkerOptions) => W;

/** Hosts the hub in the SharedWorker of the origin: the package's own script unless `workerUrl` names another one. */
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

/** Starts the worker, or joins the one that runs at its URL. */
function openWorker(locks: Pick<Locks, "watch">, url: string | undefined): HubPort {
  // A bundler replaces the default URL while it builds; only the constructor sees the URL that results.
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

// The parameter's name is what Vite looks for: `new SharedWorker(new URL("…", import.meta.url), …)`, literally.
// webpack sees that it is not the global one, and copies the file that the URL names, which is as good: it needs no other.
function startBundled<W extends SharedWorker>(SharedWorker: SharedWorkerMaker<W>): W {
  return new SharedWorker(new URL(/* @vite-ignore */ "./worker.js", import.meta.url), {
    type: "module",
    name: "wamp-mux",
    extendedLifetime: true,
  });
}

// Literally what bundlers look for, too: they copy the file and replace the URL.
function bundledCodecs(): readonly CodecUrl[] {
  const { href: url } = new URL(/* @vite-ignore */ "./msgpack-serializer.js", import.meta.url);
  return [{ serializer: "msgpack", url }];
}

/** Returns the URLs beside a worker's script that the application has put somewhere. */
function codecsBeside(workerUrl: string): readonly CodecUrl[] {
  return [{ serializer: "msgpack", url: new URL("msgpack-serializer.js", workerUrl).href }];
}

// The same options as above: a running worker refuses pages that ask for others.
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
      // The event itself tells nothing.
      worker.onerror = () => void workerStartError(url, violations).then(fail);
    }),
    // The worker holds this lock as long as it lives.
    lost: (incarnation) =>
      new Promise((lost) => {
        stopWatching = locks.watch(workerLock(incarnation), lost);
      }),
    // Also keeps the SharedWorker object alive until then: browsers differ in what becomes of the worker when it is collected.
    release: () => {
      stopWatching();
      violations.stop();
      worker.onerror = null;
    },
  };
}
