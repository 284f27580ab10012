// Builds the package (npm run build, with types) or the demo, unless what stands there was built from the same sources.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, run } from "./tools.mjs";

/** Each build by the mode of Vite: what goes in, and a file that comes out. The demo is built from the package's sources. */
const builds = {
  production: { sources: ["src"], output: "dist/client.js" },
  demo: { sources: ["src", "demo"], output: ".cache/demo/index.html" },
};
const settings = ["package.json", "package-lock.json", "tsconfig.base.json", "vite.config.ts"];

/** @param {keyof typeof builds} mode */
export function build(mode) {
  const stamp = join(root, `.cache/build/${mode}`);
  const wanted = stateOf(mode);
  if (wanted !== undefined && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return true;
  if (!run(["vite", "build", "--mode", mode, "--logLevel", "warn"])) return false;
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, stateOf(mode) ?? "");
  return true;
}

/**
 * Returns what identifies a build: its sources, and the time of its output, which any other build changes.
 *
 * @param {keyof typeof builds} mode
 * @returns {string | undefined} undefined if there is no output
 */
function stateOf(mode) {
  const { sources, output } = builds[mode];
  const file = join(root, output);
  if (!existsSync(file)) return undefined;
  const hash = createHash("sha256");
  const inFolders = sources.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const path of [...inFolders.sort(), ...settings.map((name) => join(root, name))]) {
    hash.update(`${path}\0`).update(readFileSync(path)).update("\0");
  }
  return `${hash.digest("hex")} ${statSync(file).mtimeMs}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = build("production") ? 0 : 1;
