// Installs and starts Nexus, a router in Go, as a second opinion beside Crossbar.io.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RouterUnavailable, root, run, startProcess } from "./process.mjs";

const sources = join(root, "e2e/routers/nexus");
const folder = join(root, ".cache/nexus");
const nexus = join(folder, "nexus");

/** @throws {RouterUnavailable} when this machine cannot have it */
export function installNexus() {
  if (!run("go", ["version"]).ok) throw new RouterUnavailable("Nexus needs Go 1.25 or later");
  // Go's own cache makes a second build take no time.
  const { ok, output } = run("go", ["build", "-o", nexus, "."], {
    cwd: sources,
    timeout: 15 * 60_000,
  });
  if (!ok) throw new RouterUnavailable(`Nexus could not be built: ${output}`);
}

/**
 * @param {{ port: number }} options
 * @returns {Promise<import("./process.mjs").RunningRouter>}
 */
export async function startNexus({ port }) {
  installNexus();
  const node = join(folder, `node-${port}`);
  mkdirSync(node, { recursive: true });
  const config = JSON.parse(readFileSync(join(sources, "nexus.json"), "utf8"));
  config.websocket.address = `127.0.0.1:${port}`;
  const configFile = join(node, "nexus.json");
  writeFileSync(configFile, JSON.stringify(config));
  return startProcess({ command: nexus, args: [configFile], port, log: join(node, "nexus.log") });
}
