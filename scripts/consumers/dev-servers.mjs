// The development servers that a consumer has installed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/**
 * Starts the development server of the Vite that is installed in a folder.
 *
 * @param {string} folder
 */
export const serveWithVite = (folder) =>
  serveWith(folder, "node_modules/vite/bin/vite.js", "--host", "127.0.0.1");

/**
 * Starts the development server of the Angular CLI that is installed in a folder.
 *
 * @param {string} folder
 */
export const serveWithAngular = (folder) =>
  serveWith(folder, "node_modules/@angular/cli/bin/ng.js", "serve", "--host", "127.0.0.1", "--port", "0");

/**
 * Starts a server that prints its URL.
 *
 * @param {string} folder
 * @param {string[]} command the script and its arguments
 * @returns {Promise<import("../static-server.mjs").StaticServer>}
 */
async function serveWith(folder, ...command) {
  const server = spawn(process.execPath, command, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(server, "exit");
  const url = await urlIn(server.stdout);
  // The rest of the output is dropped, since a full pipe would stop the server.
  server.stdout.resume();
  return {
    url,
    stop: async () => {
      server.kill();
      await ended;
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
  throw new Error(`the server ended without a URL:\n${said.join("\n")}`);
}
