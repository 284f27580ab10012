import { WorkerStartError } from "../errors/worker-errors.js";
import type { StartedWorker } from "../attach/page.js";
import { watchPolicyViolations, whyWorkerFailed } from "./worker-failure.js";
import type { PolicyViolations } from "./worker-failure.js";

interface SharedWorkerOptions extends WorkerOptions {
  /** Not in TypeScript's library yet: the worker survives a reload of its only page. */
  readonly extendedLifetime: boolean;
}

type SharedWorkerMaker<W extends SharedWorker> = new (url: string | URL, options: SharedWorkerOptions) => W;

/** Starts the worker of this package, or joins the one that runs at its URL. */
export function startWorker(url: string | undefined): StartedWorker {
  // A bundler replaces the default URL while it builds: which one it is, only the constructor gets to know.
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
    return {
      url: startedAt,
      port: worker.port,
      failed: failureOf(worker, startedAt, violations),
      release: () => {
        violations.stop();
        worker.onerror = null;
      },
    };
  } catch (cause) {
    violations.stop();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new WorkerStartError(
      `The browser refuses to make the worker ${startedAt}: ${why}`,
      { reason: "unsupported", url: startedAt },
      { cause },
    );
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

// The same options as above: others would be refused by a worker that runs.
function startOther<W extends SharedWorker>(Maker: SharedWorkerMaker<W>, url: string): W {
  return new Maker(url, { type: "module", name: "wamp-mux", extendedLifetime: true });
}

function failureOf(worker: SharedWorker, url: string, violations: PolicyViolations): Promise<never> {
  return new Promise((_never, fail) => {
    // The event itself tells nothing.
    worker.onerror = () => void whyWorkerFailed(url, violations).then(fail);
  });
}
