// Bundles the hub and the doubles that it runs with in Node, from this checkout or from an earlier commit.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";

/**
 * @typedef {object} Sources
 * @property {typeof import("../../src/hub/hub.js").createHub} createHub
 * @property {typeof import("../../src/testing/fake-environment.js").createFakeEnvironment} createFakeEnvironment
 * @property {typeof import("../../src/testing/fake-sockets.js").WELCOME_DETAILS} WELCOME_DETAILS
 * @property {typeof import("../../src/testing/session-config.js").sessionConfig} sessionConfig
 * @property {typeof import("../../src/testing/session-config.js").connectConfig | undefined} connectConfig absent in earlier commits
 * @property {typeof import("../../src/contract/version.js").CONTRACT_VERSION} CONTRACT_VERSION
 * @property {typeof import("../../src/contract/port.js").tabLock} tabLock
 */

/** @param {string} src the folder of the sources */
const entry = (src) => `
  import * as hub from "${src}/hub/hub.ts";
  // Earlier commits have a class.
  export const createHub = hub.createHub ?? ((env) => new hub["Hub"](env));
  export { createFakeEnvironment } from "${src}/testing/fake-environment.ts";
  export { WELCOME_DETAILS } from "${src}/testing/fake-sockets.ts";
  export * from "${src}/testing/session-config.ts";
  export { CONTRACT_VERSION } from "${src}/contract/version.ts";
  export { tabLock } from "${src}/contract/port.ts";
`;

/**
 * Writes the files of a commit into a folder.
 *
 * @param {string} root of the checkout
 * @param {string} commit
 * @param {string} target an empty folder below `root`, where the sources find their packages
 */
export function extractCommit(root, commit, target) {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const archive = spawnSync("git", ["archive", commit], { cwd: root, maxBuffer: 2 ** 28 });
  if (archive.status !== 0) throw new Error(`git archive ${commit}: ${archive.stderr.toString()}`);
  const { status, stderr } = spawnSync("tar", ["-x", "-C", target], { input: archive.stdout });
  if (status !== 0) throw new Error(`the sources of ${commit} cannot be unpacked: ${stderr.toString()}`);
}

/**
 * @param {string} root the folder that contains `src`
 * @param {string} outDir
 * @returns {Promise<Sources>}
 */
export async function bundleSources(root, outDir) {
  const virtual = "virtual:hub";
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    plugins: [
      {
        name: "hub-entry",
        resolveId: (id) => (id === virtual ? virtual : undefined),
        load: (id) => (id === virtual ? entry(join(root, "src")) : undefined),
      },
    ],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: { input: { hub: virtual }, output: { entryFileNames: "hub.mjs" } },
    },
  });
  return await import(pathToFileURL(join(outDir, "hub.mjs")).href);
}
