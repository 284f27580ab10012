// The development server of the Vite that a consumer has installed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/**
 * Starts the development server of the Vite that is installed in a folder.
 *
 * @param {string} folder
 * @returns {Promise<import("../static-server.mjs").StaticServer>}
 */
export async function serveWithVite(folder) {
  const vite = spawn(process.execPath, ["node_modules/vite/bin/vite.js", "--host", "127.0.0.1"], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(vite, "exit");
  const url = await urlIn(vite.stdout);
  // The rest of the output is dropped, since a full pipe would stop the server.
  vite.stdout.resume();
  return {
    url,
    stop: async () => {
      vite.kill();
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
  throw new Error(`Vite ended without a URL:\n${said.join("\n")}`);
}
