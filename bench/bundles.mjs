// Builds the page of each candidate as an application of its own, as its users would.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

/** The pages that can be opened. `relay` and `raw` have no client but measure the floor, and `blank` has nothing at all. */
export const candidates = /** @type {const} */ (["wamp-mux", "autobahn", "wampy", "relay", "raw", "blank"]);
/**
 * @typedef {(typeof candidates)[number] | "before" | "plain"} Candidate `before` is an earlier tarball of this package, and `plain` this
 *   package on a router that knows only the plain subprotocols
 */

const sources = fileURLToPath(new URL("pages/", import.meta.url));
const shims = join(sources, "autobahn/shims");

/** @type {Partial<Record<Candidate, import("vite").InlineConfig>>} */
const special = {
  autobahn: {
    define: { global: "globalThis" },
    resolve: {
      alias: [
        { find: /^assert$/, replacement: join(shims, "assert.cjs") },
        { find: /^fs$/, replacement: join(shims, "fs.cjs") },
        { find: /^util$/, replacement: join(shims, "util.cjs") },
        // The slash selects the package instead of Node's module.
        { find: /^buffer$/, replacement: "buffer/" },
        { find: /^events$/, replacement: "events/" },
        { find: /^stream$/, replacement: "readable-stream" },
      ],
    },
  },
};

/**
 * @typedef {object} BundleFile
 * @property {string} file
 * @property {string} sha256
 * @property {number} bytes
 * @property {number} gzip bytes
 */

/**
 * @param {string} folder gets a folder for each candidate
 * @param {object} options
 * @param {boolean} options.readable keeps the names of functions, for profiles
 * @param {string} [options.before] folder of an earlier version of this package
 * @returns {Promise<Record<Candidate, BundleFile[]>>}
 */
export async function buildBundles(folder, { readable, before }) {
  rmSync(folder, { recursive: true, force: true });
  const built = [];
  /** @type {readonly Candidate[]} */
  const all = before === undefined ? candidates : [...candidates, "before"];
  for (const candidate of all) {
    const outDir = join(folder, candidate);
    await build({
      ...(candidate === "before" && before !== undefined
        ? { resolve: { alias: { "wamp-mux": join(before, "dist/client.js") } } }
        : special[candidate]),
      configFile: false,
      root: join(sources, candidate === "before" ? "wamp-mux" : candidate),
      base: "./",
      logLevel: "error",
      build: { outDir, emptyOutDir: true, minify: !readable, modulePreload: false },
    });
    built.push([candidate, filesOf(outDir)]);
  }
  return Object.fromEntries(built);
}

/**
 * @param {string} folder
 * @returns {BundleFile[]}
 */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .sort()
    .map((file) => {
      const content = readFileSync(join(folder, file));
      const sha256 = createHash("sha256").update(content).digest("hex");
      return { file, sha256, bytes: content.length, gzip: gzipSync(content, { level: 9 }).length };
    });
}
