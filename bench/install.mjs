// Installs the requirements of the benchmark: the peers and a bundler from its own lock file, and this package as its users get it.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../", import.meta.url));
/** The folder of everything that the benchmark makes. */
export const cache = join(root, ".cache/bench");

const folder = join(root, "bench");
/** The file that names the installed tarball. */
const stamp = join(folder, "node_modules/.wamp-mux");

/**
 * @param {string} cwd
 * @param {string[]} args
 */
function npm(cwd, args) {
  const { status, stdout, stderr } = spawnSync("npm", [...args, "--loglevel=error"], {
    cwd,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout;
}

/**
 * Unpacks an earlier tarball of this package.
 *
 * @param {string} tarball
 * @returns {string} the package's folder
 */
export function unpackTarball(tarball) {
  const target = join(cache, "before");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const { status, stderr } = spawnSync("tar", ["-xzf", tarball, "-C", target], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${tarball} cannot be unpacked: ${stderr}`);
  return join(target, "package");
}

/** @param {string} path */
function modified(path) {
  return statSync(join(folder, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

export function installPeers() {
  // npm writes this file last, so an interrupted installation lacks it.
  if (modified("node_modules/.package-lock.json") >= modified("package-lock.json")) return;
  console.log("bench: installing the peers");
  npm(folder, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
}

/**
 * Packs the built package and installs the tarball.
 *
 * @returns {{ version: string, sha256: string }}
 */
export function installTarball() {
  mkdirSync(cache, { recursive: true });
  const [packed] = /** @type {{ filename: string, version: string }[]} */ (
    JSON.parse(npm(root, ["pack", "--json", "--pack-destination", cache]))
  );
  if (packed === undefined) throw new Error("npm pack made no tarball");
  const made = join(cache, packed.filename);
  const sha256 = createHash("sha256").update(readFileSync(made)).digest("hex");
  // npm takes tarballs with the same name for the same package.
  const tarball = join(cache, `wamp-mux-${sha256.slice(0, 12)}.tgz`);
  renameSync(made, tarball);
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== sha256) {
    rmSync(join(folder, "node_modules/wamp-mux"), { recursive: true, force: true });
    npm(folder, ["install", tarball, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]);
    writeFileSync(stamp, sha256);
  }
  rmSync(tarball);
  return { version: packed.version, sha256 };
}
