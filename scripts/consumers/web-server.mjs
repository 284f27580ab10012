// What serves the pages: a web server that knows files and nothing else, or Vite's own in development.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";

/**
 * @typedef {object} WebServer
 * @property {string} url with a slash at the end
 * @property {() => Promise<unknown>} stop
 */

/** @type {Record<string, string>} */
const types = { ".html": "text/html", ".js": "text/javascript", ".map": "application/json" };

/**
 * Serves the files of a folder.
 *
 * @param {string} folder
 * @param {string} [policy] Content-Security-Policy of every answer
 * @returns {Promise<WebServer>}
 */
export async function serveFiles(folder, policy) {
  const server = createServer((request, response) => {
    // A URL's path has no "..": it cannot leave the folder.
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
    void readFile(join(folder, path)).then(
      (body) => {
        response.setHeader("content-type", types[extname(path)] ?? "application/octet-stream");
        if (policy !== undefined) response.setHeader("content-security-policy", policy);
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP port was expected");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/**
 * Starts the development server of the Vite that is installed in a folder.
 *
 * @param {string} folder
 * @returns {Promise<WebServer>}
 */
export async function serveWithVite(folder) {
  const vite = spawn(process.execPath, ["node_modules/vite/bin/vite.js", "--host", "127.0.0.1"], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(vite, "exit");
  const url = await urlIn(vite.stdout);
  // Nobody reads on, and a full pipe would stop the server.
  vite.stdout.resume();
  return {
    url,
    stop: () => {
      vite.kill();
      return ended;
    },
  };
}

/**
 * @param {import("node:stream").Readable} output
 * @returns {Promise<string>} the first URL in it
 */
async function urlIn(output) {
  const said = [];
  for await (const line of createInterface(output)) {
    said.push(line);
    const [, url] = /(http:\S+)/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`Vite ended without a URL:\n${said.join("\n")}`);
}
