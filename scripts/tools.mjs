// Functions that the scripts of this folder share.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../", import.meta.url));

export const isCI = !["", "false", undefined].includes(process.env.CI);

/**
 * Runs a script of this project (`scripts/….mjs`) or a command of an installed package, and shows its output.
 *
 * @param {readonly [name: string, ...args: string[]]} command
 * @param {{ cwd?: string, env?: Record<string, string>, quiet?: boolean }} [options]
 * @returns {boolean} whether it succeeded
 */
export function run([name, ...args], { cwd = root, env = {}, quiet = false } = {}) {
  const isScript = name.endsWith(".mjs");
  const { status, error } = spawnSync(
    isScript ? process.execPath : join(root, "node_modules/.bin", name),
    isScript ? [name, ...args] : args,
    { cwd, env: { ...process.env, ...env }, stdio: quiet ? "ignore" : "inherit" },
  );
  if (error !== undefined) console.error(`${name}: ${error.message}`);
  return status === 0;
}

/** @param {number} start a value of `performance.now()` */
export function secondsSince(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
