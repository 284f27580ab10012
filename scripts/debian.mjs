// Installs packages of Debian and its relatives. It uses only Node's own modules, because the set-up needs it first.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const minute = 60_000;

/**
 * @param {string} command
 * @param {string[]} args
 * @param {number} timeout in milliseconds
 */
function run(command, args, timeout) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const result = spawnSync(command, args, { timeout, encoding: "utf8", env });
  return { ok: result.status === 0, output: `${result.stdout ?? ""}${result.stderr ?? ""}`.trim() };
}

/**
 * @param {string[]} packages
 * @returns {string | undefined} the reason if they could not be installed
 */
export function installPackages(packages) {
  const names = packages.join(" ");
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    return `install the packages ${names}; that takes apt-get and root`;
  // Another apt-get may be running.
  const lock = ["-o", "DPkg::Lock::Timeout=300"];
  run("apt-get", [...lock, "update"], 5 * minute);
  const install = ["install", "-y", "--no-install-recommends", ...packages];
  const { ok, output } = run("apt-get", [...lock, ...install], 15 * minute);
  return ok ? undefined : `apt-get could not install ${names}: ${output.split("\n").at(-1)}`;
}
