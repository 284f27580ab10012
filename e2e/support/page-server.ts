import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { badWorkers } from "./bad-workers.js";
import { Collector } from "./collector.js";

const root = new URL("../../", import.meta.url);
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".map": "application/json",
};

/** The origin that all tabs of a test share: the pages of this folder, the built package, and workers that do not work. */
export interface PageServer {
  readonly origin: string;
  /** URL of the page that only has the module on `window.wampMux`. */
  readonly blank: string;
  /** The same page under a Content-Security-Policy that allows no worker. */
  readonly withoutWorkers: string;
  /** From now on the server fails for the package's worker, until `end`. */
  workerOutage(): WorkerOutage;
  badWorker(name: keyof typeof badWorkers): string;
  close(): Promise<void>;
}

export interface WorkerOutage {
  /** The requests that were refused. */
  readonly refused: Collector<string>;
  readonly end: () => void;
}

async function sendFile(response: ServerResponse, path: string, headers: Record<string, string> = {}) {
  const body = await readFile(new URL(path, root)).catch(() => undefined);
  if (body === undefined) {
    response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    return;
  }
  response.writeHead(200, {
    "content-type": types[extname(path)] ?? "application/octet-stream",
    "cache-control": "no-store",
    ...headers,
  });
  response.end(body);
}

export async function startPageServer(): Promise<PageServer> {
  let refused: Collector<string> | undefined;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const [, folder, name = ""] = pathname.split("/");
    const bad =
      folder === "bad-workers" ? Object.entries(badWorkers).find(([key]) => key === name) : undefined;
    if (refused !== undefined && pathname === "/dist/worker.js") {
      response.writeHead(503, { "content-type": "text/plain" }).end("out of service");
      refused.add(pathname);
    } else if (bad !== undefined) void bad[1](response);
    else if (pathname === "/blank.html") void sendFile(response, "e2e/pages/blank.html");
    else if (pathname === "/without-workers.html")
      void sendFile(response, "e2e/pages/blank.html", { "content-security-policy": "worker-src 'none'" });
    else if (folder === "dist" && !name.includes("..")) void sendFile(response, `dist/${name}`);
    else response.writeHead(404, { "content-type": "text/plain" }).end("not found");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    blank: `${origin}/blank.html`,
    withoutWorkers: `${origin}/without-workers.html`,
    workerOutage: () => {
      const collector = new Collector<string>();
      refused = collector;
      return { refused: collector, end: () => (refused = undefined) };
    },
    badWorker: (name) => `${origin}/bad-workers/${name}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
