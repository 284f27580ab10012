// Installs and starts Crossbar.io, the reference router, in a Python environment of its own.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RouterUnavailable, root, run, startProcess } from "./process.mjs";

const sources = join(root, "e2e/routers/crossbar");
const requirements = join(sources, "requirements.txt");
const venv = join(root, ".cache/crossbar");
const crossbar = join(venv, "bin/crossbar");
/** The Python of the environment, which has Autobahn|Python too. */
export const crossbarPython = join(venv, "bin/python");
/** Holds the installed requirements. It is written last, so that an interrupted installation is not taken for a complete one. */
const installed = join(venv, "installed.txt");

function findPython() {
  const test = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))";
  const names = ["python3", "python3.13", "python3.12", "python3.11"];
  const python = names.find((name) => run(name, ["-c", test]).ok);
  if (python === undefined)
    throw new RouterUnavailable("Crossbar.io needs Python 3.11 or later with ensurepip");
  return python;
}

/** @throws {RouterUnavailable} when this machine cannot have it */
export function installCrossbar() {
  const wanted = readFileSync(requirements, "utf8");
  if (existsSync(installed) && readFileSync(installed, "utf8") === wanted) return;
  const python = findPython();
  rmSync(venv, { recursive: true, force: true });
  console.log("crossbar: installing it (a minute or two)");
  for (const [command, ...args] of [
    [python, "-m", "venv", venv],
    [join(venv, "bin/pip"), "install", "--quiet", "--requirement", requirements],
  ]) {
    const { ok, output } = run(/** @type {string} */ (command), args, { timeout: 15 * 60_000 });
    if (!ok) throw new RouterUnavailable(`Crossbar.io could not be installed: ${output}`);
  }
  writeFileSync(installed, wanted);
}

/**
 * @param {object} options
 * @param {number} options.port
 * @param {Readonly<Record<string, unknown>>} [options.transport] options of the WebSocket transport, such as `max_message_size` (bytes)
 * @param {boolean} [options.cookies] sets cookies, by which browsers can log in again
 * @returns {Promise<import("./process.mjs").RunningRouter>}
 */
export async function startCrossbar({ port, transport = {}, cookies = false }) {
  installCrossbar();
  // Crossbar.io writes keys and locks beside its configuration.
  const node = join(venv, `node-${port}`);
  rmSync(node, { recursive: true, force: true });
  mkdirSync(node, { recursive: true });
  const config = JSON.parse(readFileSync(join(sources, "config.json"), "utf8"));
  const [webSocket] = config.workers[0].transports;
  webSocket.endpoint.port = port;
  webSocket.options = transport;
  if (cookies) {
    webSocket.cookie = { store: { type: "memory" } };
    webSocket.auth.cookie = {};
  }
  writeFileSync(join(node, "config.json"), JSON.stringify(config));
  return startProcess({
    command: crossbar,
    args: ["start", "--cbdir", node, "--color", "false"],
    port,
    log: join(node, "crossbar.log"),
  });
}
