// Each test uses the packed package in one of the ways that the README describes.
import { strict as assert } from "node:assert";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { serveFolder } from "../static-server.mjs";
import { serveWithVite } from "./dev-servers.mjs";
import { test } from "./fixtures.mjs";
import { run, runScript, wampMux } from "./install.mjs";
import { share, visit } from "./pages.mjs";
import { policyWithImportMap, strictPolicy } from "./policies.mjs";
import { withServer } from "./with-server.mjs";

/** @typedef {import("@playwright/test").Browser} Browser */

/**
 * @param {string} folder
 * @param {string[]} args
 */
const vite = (folder, ...args) => runScript(folder, "vite/bin/vite.js", ...args);

/**
 * @param {string} folder
 * @param {string[]} args
 */
const webpack = (folder, ...args) => runScript(folder, "webpack/bin/webpack.js", "./app.js", ...args);

/**
 * @param {string} folder of a Vite application
 * @param {Browser} browser
 */
const shareInDevelopment = (folder, browser) =>
  withServer(serveWithVite(folder), (url) =>
    share(browser, { folder, offering: url, script: /\/worker\.js$/ }),
  );

/**
 * @param {string} folder of a Vite application
 * @param {Browser} browser
 */
function shareWhenBuilt(folder, browser) {
  vite(folder, "build");
  return withServer(serveFolder(join(folder, "dist"), { policy: strictPolicy }), (url) =>
    share(browser, { folder, offering: url, script: /^\/assets\/worker-[\w-]+\.js$/ }),
  );
}

/**
 * Serves two applications, which are built separately, from one origin.
 *
 * @param {(name: string) => string} consumer
 * @param {(site: { folder: string, url: string, offering: string, calling: string }) => Promise<void>} use
 */
async function withSite(consumer, use) {
  const folder = consumer("vite-8");
  const site = join(dirname(folder), "site");
  if (!existsSync(site)) {
    mkdirSync(site);
    vite(folder, "build", "--base", "/vite/", "--outDir", join(site, "vite"));
    webpack(consumer("webpack-5"), "--mode", "production", "--output-path", join(site, "webpack/dist"));
    cpSync(join(consumer("webpack-5"), "index.html"), join(site, "webpack/index.html"));
  }
  await withServer(serveFolder(site, { policy: strictPolicy }), (url) =>
    use({ folder: site, url, offering: `${url}vite/`, calling: `${url}webpack/` }),
  );
}

test("Vite 8, dev, no configuration", ({ browser, consumer }) =>
  shareInDevelopment(consumer("vite-8"), browser));

test("Vite 8, build, no configuration, strict CSP", ({ browser, consumer }) =>
  shareWhenBuilt(consumer("vite-8"), browser));

test("Vite 7, dev, optimizeDeps.exclude", ({ browser, consumer }) =>
  shareInDevelopment(consumer("vite-7"), browser));

test("Vite 7, build, strict CSP", ({ browser, consumer }) => shareWhenBuilt(consumer("vite-7"), browser));

test("webpack 5, production, no configuration, strict CSP", async ({ browser, consumer }) => {
  const folder = consumer("webpack-5");
  webpack(folder, "--mode", "production");
  await withServer(serveFolder(folder, { policy: strictPolicy }), (url) =>
    share(browser, { folder, offering: url, script: /^\/dist\/[0-9a-f]+\.js$/ }),
  );
});

test("webpack 5, development, no configuration", async ({ browser, consumer }) => {
  const folder = consumer("webpack-5");
  webpack(folder, "--mode", "development");
  await withServer(serveFolder(folder), (url) =>
    share(browser, { folder, offering: url, script: /^\/dist\/[0-9a-f]+\.js$/ }),
  );
});

test("a page without a bundler", async ({ browser, consumer }) => {
  const folder = consumer("plain");
  await withServer(serveFolder(folder), (url) =>
    share(browser, { folder, offering: url, script: /^\/node_modules\/wamp-mux\/dist\/worker\.js$/ }),
  );
});

test("a page without a bundler, strict CSP", async ({ browser, consumer }) => {
  const folder = consumer("plain");
  const policy = policyWithImportMap(join(folder, "index.html"));
  await withServer(serveFolder(folder, { policy }), (url) =>
    share(browser, { folder, offering: url, script: /^\/node_modules\/wamp-mux\/dist\/worker\.js$/ }),
  );
});

test("two applications that are built separately have a worker each", ({ browser, consumer }) =>
  withSite(consumer, async ({ offering, calling }) => {
    const folder = consumer("vite-8");
    const { sessions, workerUrls } = await visit(browser, { folder, offering, calling });
    assert.notEqual(workerUrls[0], workerUrls[1]);
    assert.equal(sessions, 2);
  }));

test("npx wamp-mux worker: a Vite and a webpack application share one session", ({ browser, consumer }) =>
  withSite(consumer, async ({ folder: site, offering, calling }) => {
    const folder = consumer("vite-8");
    const { status, stdout } = wampMux(folder, "worker", join(site, "shared"));
    assert.equal(status, 0);
    assert.match(
      stdout,
      /copied worker\.js, .*argon2\.js, .*cbor-serializer\.js, .*ed25519\.js, .*msgpack-serializer\.js.* to .*shared\n/,
    );
    const worker = "/shared/worker.js";
    await share(browser, { folder, offering, calling, worker, script: /^\/shared\/worker\.js$/ });
  }));

test("npx wamp-mux: bad input", ({ consumer }) => {
  const folder = consumer("plain");
  for (const [args, complaint] of /** @type {const} */ ([
    [["worker", "index.html"], /index\.html is a file, not a folder/],
    [["worker"], /needs the folder/],
    [["copy"], /no command copy/],
  ])) {
    const { status, stdout, stderr } = wampMux(folder, ...args);
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, complaint);
  }
});

test("npx wamp-mux router", ({ consumer }) => {
  const { status, stdout } = wampMux(consumer("plain"), "--", "router", "--help");
  assert.equal(status, 0);
  assert.match(stdout, /a WAMP router for development/);
});

test("Node imports it (SSR)", ({ consumer }) => {
  const folder = consumer("node");
  const said = run(folder, process.execPath, "main.js");
  assert.deepEqual(JSON.parse(said), { unsupported: true, connections: 0 });
});

for (const compiler of ["typescript-5", "typescript-7"]) {
  // Client and router are checked separately: types that one of them brings along would hide that the other lacks them.
  for (const project of ["client-bundler", "client-nodenext", "router-nodenext"]) {
    test(`types of ${project} with ${compiler}, skipLibCheck false`, ({ consumer }) => {
      runScript(consumer("types"), `${compiler}/bin/tsc`, "--project", `tsconfig.${project}.json`);
    });
  }
}
