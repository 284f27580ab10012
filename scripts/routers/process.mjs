// The steps that are the same for every foreign router: install it, start its process, stop it.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} RunningRouter
 * @property {string} url for clients
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} kill ends all its processes at once, without a word to its clients
 */

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Thrown when this machine lacks a requirement of the router; the message names it. */
export class RouterUnavailable extends Error {
  /** @override */
  name = /** @type {const} */ ("RouterUnavailable");
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnSyncOptions} [options]
 */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { ...options, encoding: "utf8" });
  return { ok: result.status === 0, output: `${result.stdout ?? ""}${result.stderr ?? ""}`.trim() };
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** @param {number} port */
function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/**
 * Returns the processes that a process has started, and those that these have.
 *
 * @param {number} pid
 * @returns {number[]}
 */
function descendants(pid) {
  const { output } = run("ps", ["-o", "pid=", "--ppid", String(pid)]);
  const children = output.split(/\s+/).filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** @param {number} pid */
function killNow(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/**
 * Starts a router's process and waits until it listens on `port`.
 *
 * @param {object} options
 * @param {string} options.command
 * @param {string[]} options.args
 * @param {number} options.port on 127.0.0.1
 * @param {string} options.log file for the output of the process
 * @param {number} [options.timeout] for listening, in milliseconds
 * @returns {Promise<RunningRouter>}
 */
export async function startProcess({ command, args, port, log, timeout = 60_000 }) {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, "w");
  const child = spawn(command, args, { cwd: dirname(log), stdio: ["ignore", output, output] });
  closeSync(output);
  let ended = false;
  const exit = new Promise((resolve) => {
    child.once("error", resolve).once("exit", resolve);
  }).then(() => {
    ended = true;
  });
  const killAtExit = () => child.kill();
  process.once("exit", killAtExit);

  const stop = async () => {
    process.off("exit", killAtExit);
    child.kill("SIGINT");
    const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await exit;
    clearTimeout(late);
  };

  const kill = async () => {
    process.off("exit", killAtExit);
    if (child.pid !== undefined) for (const pid of [child.pid, ...descendants(child.pid)]) killNow(pid);
    await exit;
  };

  const deadline = Date.now() + timeout;
  while (!(await listens(port))) {
    if (ended || Date.now() > deadline) {
      await stop();
      const tail = readFileSync(log, "utf8").split("\n").slice(-20).join("\n");
      throw new Error(`${command} ${ended ? "ended" : "did not listen in time"}:\n${tail}`);
    }
    await sleep(50);
  }
  return { url: `ws://127.0.0.1:${port}/`, stop, kill };
}
