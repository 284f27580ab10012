// Installs applications in a temporary folder, with the packed package as the registry would deliver it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../tools.mjs";

const sources = join(root, "consumers");
const cache = join(root, ".cache/consumers");
/** The code of the pages, which every consumer gets. */
const sharedFiles = ["app.js", "greeting.js"];
const minute = 60_000;

/**
 * Runs a command until it ends.
 *
 * @param {string} cwd
 * @param {string} command
 * @param {string[]} args
 */
export function attempt(cwd, command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    // Nothing but npm talks to the network.
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1", FORCE_COLOR: undefined },
    encoding: "utf8",
    timeout: 5 * minute,
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

/**
 * Runs a command that must succeed.
 *
 * @param {string} cwd
 * @param {string} command
 * @param {string[]} args
 * @returns {string} its output
 */
export function run(cwd, command, ...args) {
  const { status, stdout, stderr } = attempt(cwd, command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/**
 * Runs a script of an installed package, which must succeed.
 *
 * @param {string} folder of the consumer
 * @param {string} script path below `node_modules`
 * @param {string[]} args
 */
export const runScript = (folder, script, ...args) =>
  run(folder, process.execPath, join("node_modules", script), ...args);

/**
 * Runs the package's own command.
 *
 * @param {string} folder of the consumer
 * @param {string[]} args
 */
export const wampMux = (folder, ...args) => attempt(folder, "npx", ["--no", "wamp-mux", ...args]);

/**
 * Packs the built package.
 *
 * @param {string} folder for the tarball
 * @returns {string} path of the tarball
 */
export function pack(folder) {
  const file = run(root, "npm", "pack", "--silent", "--pack-destination", folder).trim();
  return join(folder, file);
}

/**
 * Copies a consumer and installs its packages and the tarball.
 *
 * @param {string} name of a folder of `consumers/`
 * @param {string} workshop the folder of all consumers
 * @param {string} tarball
 * @returns {string} the consumer's folder
 */
export function install(name, workshop, tarball) {
  const folder = join(workshop, name);
  cpSync(join(sources, name), folder, { recursive: true });
  for (const shared of sharedFiles) cpSync(join(sources, shared), join(folder, shared));
  installOwnPackages(folder);
  npmInstall(folder, "--no-save", "--prefer-offline", tarball);
  return folder;
}

/**
 * Installs the packages of a consumer, which are fetched once for each `package.json`. They are copied and not linked:
 * bundlers follow links, and would look for further packages in this repository.
 *
 * @param {string} folder
 */
function installOwnPackages(folder) {
  const manifest = readFileSync(join(folder, "package.json"), "utf8");
  if (!manifest.includes("ependencies")) return;
  const kept = join(cache, createHash("sha256").update(manifest).digest("hex").slice(0, 16));
  const packages = join(folder, "node_modules");
  if (existsSync(kept)) return copyPackages(kept, packages);
  npmInstall(folder, "--no-package-lock");
  // An interrupted run must not leave an incomplete copy, and two runs at the same time must not write into one.
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(`${kept}.partial-`);
  copyPackages(packages, partial);
  try {
    renameSync(partial, kept);
  } catch (error) {
    rmSync(partial, { recursive: true });
    if (!existsSync(kept)) throw error;
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
function copyPackages(from, to) {
  // Six times as fast as Node's `cpSync`.
  mkdirSync(to, { recursive: true });
  run(root, "cp", "-a", `${from}/.`, to);
}

/**
 * @param {string} folder
 * @param {string[]} args
 */
function npmInstall(folder, ...args) {
  run(folder, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...args);
}

/**
 * Starts the development router of an installed package.
 *
 * @param {string} folder of the consumer
 * @returns {Promise<import("wamp-mux/router").DevRouter>}
 */
export async function startInstalledRouter(folder) {
  const file = createRequire(join(folder, "package.json")).resolve("wamp-mux/router");
  /** @type {typeof import("wamp-mux/router")} */
  const { startRouter } = await import(pathToFileURL(file).href);
  const joe = /** @type {const} */ ({
    password: "secret!!!",
    kdf: "argon2id13",
    iterations: 1,
    memory: 8192,
  });
  return startRouter({ auth: { scram: { joe } } });
}
