import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { serveFolder } from "../../scripts/static-server.mjs";
import { badWorkers } from "./bad-workers.js";
import { Collector } from "./collector.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const blankPage = "/e2e/pages/blank.html";

/** Serves the origin that all tabs of a test share: a blank page, the built package, and workers that fail. */
export interface PageServer {
  readonly origin: string;
  /** URL of a page that only sets `window.wampMux` to the module. */
  readonly blank: string;
  /** The same page under a Content-Security-Policy that allows no worker. */
  readonly withoutWorkers: string;
  /** Makes requests for the package's worker fail until `end`. */
  workerOutage(): WorkerOutage;
  badWorker(name: keyof typeof badWorkers): string;
  close(): Promise<void>;
}

export interface WorkerOutage {
  /** The requests that were refused. */
  readonly refused: Collector<string>;
  readonly end: () => void;
}

function isBadWorker(name: string): name is keyof typeof badWorkers {
  return Object.hasOwn(badWorkers, name);
}

export async function startPageServer(): Promise<PageServer> {
  let refused: Collector<string> | undefined;
  const intercept = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (refused !== undefined && pathname === "/dist/worker.js") {
      response.writeHead(503, { "content-type": "text/plain" }).end("out of service");
      refused.add(pathname);
      return true;
    }
    const [, folder, name = ""] = pathname.split("/");
    if (folder === "bad-workers" && isBadWorker(name)) {
      void badWorkers[name](response);
      return true;
    }
    if (pathname === "/without-workers.html") {
      response.setHeader("content-security-policy", "worker-src 'none'");
      request.url = blankPage;
    }
    return false;
  };

  const { url, stop } = await serveFolder(root, { intercept });
  const { origin } = new URL(url);
  return {
    origin,
    blank: `${origin}${blankPage}`,
    withoutWorkers: `${origin}/without-workers.html`,
    workerOutage: () => {
      const collector = new Collector<string>();
      refused = collector;
      return { refused: collector, end: () => (refused = undefined) };
    },
    badWorker: (name) => `${origin}/bad-workers/${name}`,
    close: stop,
  };
}
