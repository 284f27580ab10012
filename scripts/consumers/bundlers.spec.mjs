// Applications of further bundlers, and pages that load the package without the worker's file beside it.
import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serveFolder } from "../static-server.mjs";
import { serveWithParcel } from "./dev-servers.mjs";
import { test } from "./fixtures.mjs";
import { runScript, wampMux } from "./install.mjs";
import { share } from "./pages.mjs";
import { policyWithImportMap, strictPolicy } from "./policies.mjs";
import { withServer } from "./with-server.mjs";

/**
 * Copies the worker, as the README says.
 *
 * @param {string} folder of the consumer
 * @param {string} to
 */
function copyWorker(folder, to) {
  const { status, stderr } = wampMux(folder, "worker", to);
  assert.equal(status, 0, stderr);
}

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} folder of the consumer
 * @param {{ root?: string, page?: string, policy?: string, worker?: string, script: RegExp }} site
 */
const shareBuilt = (browser, folder, { root = "", page = "", policy = strictPolicy, ...visit }) =>
  withServer(serveFolder(join(folder, root), { policy }), (url) =>
    share(browser, { folder, offering: `${url}${page}`, ...visit }),
  );

test("Parcel 2, dev, no configuration", async ({ browser, consumer }) => {
  const folder = consumer("parcel-2");
  await withServer(serveWithParcel(folder), (url) =>
    share(browser, { folder, offering: url, script: /^\/worker\.[0-9a-f]+\.js$/ }),
  );
});

test("Parcel 2, build, no configuration, strict CSP", async ({ browser, consumer }) => {
  const folder = consumer("parcel-2");
  runScript(folder, "parcel/lib/bin.js", "build", "index.html");
  // Parcel writes an import map into the page.
  const policy = policyWithImportMap(join(folder, "dist/index.html"));
  await shareBuilt(browser, folder, { root: "dist", policy, script: /^\/worker\.[0-9a-f]+\.js$/ });
});

for (const mode of ["production", "development"]) {
  test(`Rspack 2, ${mode}, no configuration, strict CSP`, async ({ browser, consumer }) => {
    const folder = consumer("rspack-2");
    runScript(folder, "@rspack/cli/bin/rspack.js", "build", "--entry", "./app.js", "--mode", mode);
    await shareBuilt(browser, folder, { script: /^\/dist\/[0-9a-f]+\.js$/ });
  });
}

/**
 * @param {string} folder of the consumer
 * @param {string[]} args
 */
const rollup = (folder, ...args) =>
  runScript(folder, "rollup/dist/bin/rollup", "app.js", "--plugin", "node-resolve", ...args);

test("Rollup 4, npx wamp-mux worker, strict CSP", async ({ browser, consumer }) => {
  const folder = consumer("rollup-4");
  rollup(folder, "--dir", "dist");
  copyWorker(folder, "dist");
  await shareBuilt(browser, folder, { script: /^\/dist\/worker\.js$/ });
});

test("Rollup 4, IIFE, npx wamp-mux worker and workerUrl, strict CSP", async ({ browser, consumer }) => {
  const folder = consumer("rollup-4");
  rollup(folder, "--file", "dist/iife.js", "--format", "iife", "--inlineDynamicImports");
  copyWorker(folder, "public");
  const worker = "/public/worker.js";
  await shareBuilt(browser, folder, { page: "iife.html", worker, script: /^\/public\/worker\.js$/ });
});

/**
 * @param {string} folder of the consumer
 * @param {string[]} args
 */
const esbuild = (folder, ...args) =>
  runScript(folder, "esbuild/bin/esbuild", "app.js", "--bundle", "--log-level=error", ...args);

test("esbuild, npx wamp-mux worker, strict CSP", async ({ browser, consumer }) => {
  const folder = consumer("esbuild-0.28");
  esbuild(folder, "--format=esm", "--splitting", "--outdir=dist");
  copyWorker(folder, "dist");
  await shareBuilt(browser, folder, { script: /^\/dist\/worker\.js$/ });
});

test("esbuild, IIFE, npx wamp-mux worker and workerUrl, strict CSP", async ({ browser, consumer }) => {
  const folder = consumer("esbuild-0.28");
  esbuild(folder, "--format=iife", "--outfile=dist/iife.js");
  copyWorker(folder, "public");
  const worker = "/public/worker.js";
  await shareBuilt(browser, folder, { page: "iife.html", worker, script: /^\/public\/worker\.js$/ });
});

test("client from another origin (CDN), npx wamp-mux worker and workerUrl", async ({ browser, consumer }) => {
  const folder = consumer("plain");
  copyWorker(folder, "public");
  /** @type {import("../static-server.mjs").StaticOptions} */
  const open = {
    intercept: (_request, response) => {
      response.setHeader("access-control-allow-origin", "*");
      return false;
    },
  };
  await withServer(serveFolder(join(folder, "node_modules/wamp-mux"), open), async (cdn) => {
    const page = readFileSync(join(folder, "index.html"), "utf8");
    writeFileSync(join(folder, "cdn.html"), page.replaceAll("/node_modules/wamp-mux/", cdn));
    const policy = `${policyWithImportMap(join(folder, "cdn.html"))} ${cdn}`;
    await withServer(serveFolder(folder, { policy }), (url) =>
      share(browser, {
        folder,
        offering: `${url}cdn.html`,
        worker: "/public/worker.js",
        script: /^\/public\/worker\.js$/,
      }),
    );
  });
});
