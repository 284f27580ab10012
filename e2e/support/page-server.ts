import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { serveFolder } from "../../scripts/static-server.mjs";
import { engine } from "../engines/index.js";
import { text } from "node:stream/consumers";
import { badWorkers, poorWorkers, silentFirstWorkers } from "./bad-workers.js";
import { Collector } from "./collector.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const blankPage = "/e2e/pages/blank.html";
const trustedTypesPage = "/e2e/pages/trusted-types.html";

/** Serves the origin that all tabs of a test share: a blank page, the built package, and workers that fail. */
export interface PageServer {
  readonly origin: string;
  /** URL of a page that only sets `window.wampMux` to the module. */
  readonly blank: string;
  /** The same page under a Content-Security-Policy that allows no worker. */
  readonly withoutWorkers: string;
  /** The errors of pages that are gone, as `kit` reports them. */
  readonly uncaught: string[];
  /** Counts the requests for a file of the package until `end`, and refuses them, answers with a page or never answers if told so. */
  watch(file: string, answer: Answer): WatchedFile;
  badWorker(name: keyof typeof workers): string;
  /** The same page under a Content-Security-Policy that allows scripts of its own origin alone; the same of the worker beside it. */
  readonly strict: string;
  /** The same page where only trusted script URLs are allowed, from policies with these names. */
  trustedTypes(policies: string): string;
  close(): Promise<void>;
}

type Answer = "serve" | "refuse" | "page" | "hang";

export interface WatchedFile {
  readonly requests: Collector<string>;
  readonly end: () => void;
}

const workers = { ...badWorkers, ...poorWorkers, ...silentFirstWorkers };

function isBadWorker(name: string): name is keyof typeof workers {
  return Object.hasOwn(workers, name);
}

export async function startPageServer(): Promise<PageServer> {
  const watched = new Map<string, { readonly requests: Collector<string>; readonly answer: Answer }>();
  const uncaught: string[] = [];
  const intercept = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const file = watched.get(pathname);
    file?.requests.add(pathname);
    if (file?.answer === "hang") return true;
    if (file?.answer === "refuse") {
      response.writeHead(503, { "content-type": "text/plain" }).end("out of service");
      return true;
    }
    if (file?.answer === "page") {
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Back in a minute</h1>");
      return true;
    }
    if (pathname === "/uncaught") {
      void text(request).then((error) => uncaught.push(error));
      response.end();
      return true;
    }
    if (pathname === "/engine.js") {
      response.writeHead(200, { "content-type": "text/javascript" }).end(engine.pageScript);
      return true;
    }
    const [, folder, name = ""] = pathname.split("/");
    if (folder === "strict") {
      // Only the page's own script is inline.
      const inline = name === "page.html" ? " 'unsafe-inline'" : "";
      const policy = `default-src 'self'; script-src 'self'${inline}; img-src data:; connect-src 'self' ws:`;
      response.setHeader("content-security-policy", policy);
      request.url = name === "page.html" ? blankPage : `/dist/${name}`;
    }
    if (folder === "bad-workers" && isBadWorker(name)) {
      void workers[name](response);
      return true;
    }
    if (pathname === "/without-workers.html") {
      response.setHeader("content-security-policy", "worker-src 'none'");
      request.url = blankPage;
    }
    if (pathname === trustedTypesPage) {
      const policies = searchParams.get("policies") ?? "";
      response.setHeader(
        "content-security-policy",
        `require-trusted-types-for 'script'; trusted-types default ${policies}`,
      );
    }
    return false;
  };

  const { url, stop } = await serveFolder(root, { intercept });
  const { origin } = new URL(url);
  return {
    origin,
    uncaught,
    blank: `${origin}${blankPage}`,
    withoutWorkers: `${origin}/without-workers.html`,
    strict: `${origin}/strict/page.html`,
    watch: (file, answer) => {
      const requests = new Collector<string>();
      const path = file.startsWith("/") ? file : `/dist/${file}`;
      watched.set(path, { requests, answer });
      return { requests, end: () => void watched.delete(path) };
    },
    trustedTypes: (policies) => `${origin}${trustedTypesPage}?policies=${encodeURIComponent(policies)}`,
    badWorker: (name) => `${origin}/bad-workers/${name}`,
    close: stop,
  };
}
