// The servers that a consumer has installed or built.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Address of the servers of Nuxt. */
const free = { NITRO_HOST: "127.0.0.1", NITRO_PORT: "0" };

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
 * Starts the development server of the Parcel that is installed in a folder.
 *
 * @param {string} folder
 */
export const serveWithParcel = (folder) =>
  serveWith(folder, "node_modules/parcel/lib/bin.js", "serve", "index.html", "--host", "127.0.0.1");

/**
 * Starts the development server of the Next.js that is installed in a folder.
 *
 * @param {string} folder
 * @param {"--turbopack" | "--webpack"} bundler
 */
export const serveWithNext = (folder, bundler) =>
  serveWith(
    folder,
    "node_modules/next/dist/bin/next",
    "dev",
    bundler,
    "--hostname",
    "127.0.0.1",
    "--port",
    "0",
  );

/**
 * Starts the development server of the Nuxt that is installed in a folder.
 *
 * @param {string} folder
 */
export const serveWithNuxt = (folder) =>
  serveWith(folder, "node_modules/nuxt/bin/nuxt.mjs", "dev", "--no-fork");

/**
 * Starts the server that Nuxt has built in a folder.
 *
 * @param {string} folder
 */
export const serveBuiltByNuxt = (folder) => serveWith(folder, ".output/server/index.mjs");

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
    // The server that Nuxt builds knows no options.
    env: { ...process.env, ...free, NO_COLOR: "1", FORCE_COLOR: undefined },
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
