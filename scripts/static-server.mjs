// The web server of all pages that Vite does not serve: those of the browser tests, the consumers and the benchmark.
import { once } from "node:events";
import { createServer } from "node:http";
import sirv from "sirv";

/**
 * @typedef {object} StaticServer
 * @property {string} url with a slash at the end
 * @property {() => Promise<void>} stop
 *
 * @typedef {object} StaticOptions
 * @property {string} [policy] Content-Security-Policy of every file
 * @property {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => boolean} [intercept]
 * runs first; returns true when it answers the request itself
 */

/**
 * Serves the files of a folder on a free port of 127.0.0.1.
 *
 * @param {string} folder
 * @param {StaticOptions} [options]
 * @returns {Promise<StaticServer>}
 */
export async function serveFolder(folder, { policy, intercept = () => false } = {}) {
  // `dev` reads the disk at each request and forbids caching, since builds change the files while the server runs.
  const serveFile = sirv(folder, {
    dev: true,
    setHeaders: (response) => {
      if (policy !== undefined) response.setHeader("content-security-policy", policy);
    },
  });
  const server = createServer((request, response) => {
    if (!intercept(request, response)) serveFile(request, response);
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
