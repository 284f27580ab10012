// The ways in which the package is used.
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { attempt, run } from "./install.mjs";
import { share, visit } from "./pages.mjs";
import { serveFiles, serveWithVite } from "./web-server.mjs";

/**
 * @typedef {object} Workbench
 * @property {import("playwright").Browser} browser
 * @property {(name: string) => string} consumer installs a consumer, once, and tells its folder
 */

/** What a strict policy has in common, whatever the page: own scripts and workers, no `eval`, nothing inline. */
const strictPolicy =
  "default-src 'none'; worker-src 'self'; connect-src 'self' ws://127.0.0.1:*; img-src data:";

/**
 * @param {string} folder
 * @param {string[]} args
 */
const vite = (folder, ...args) => run(folder, process.execPath, "node_modules/vite/bin/vite.js", ...args);

/**
 * @param {string} folder
 * @param {string[]} args
 */
const webpack = (folder, ...args) =>
  run(folder, process.execPath, "node_modules/webpack/bin/webpack.js", "./app.js", ...args);

/**
 * @param {string} folder
 * @param {string[]} args
 */
const wampMux = (folder, ...args) => attempt(folder, "npx", ["--no", "wamp-mux", ...args]);

/**
 * @template T
 * @param {Promise<import("./web-server.mjs").WebServer>} starting
 * @param {(url: string) => Promise<T>} use
 */
async function withServer(starting, use) {
  const { url, stop } = await starting;
  try {
    return await use(url);
  } finally {
    await stop();
  }
}

/**
 * @param {string} folder of a Vite application
 * @param {Workbench["browser"]} browser
 */
const shareInDevelopment = (folder, browser) =>
  withServer(serveWithVite(folder), (url) =>
    share(browser, { folder, offering: url, script: /\/worker\.js$/ }),
  );

/**
 * @param {string} folder of a Vite application
 * @param {Workbench["browser"]} browser
 */
function shareWhenBuilt(folder, browser) {
  vite(folder, "build");
  return withServer(serveFiles(join(folder, "dist"), `${strictPolicy}; script-src 'self'`), (url) =>
    share(browser, { folder, offering: url, script: /^\/assets\/worker-[\w-]+\.js$/ }),
  );
}

/**
 * An import map stands in the page itself: a policy without `unsafe-inline` names its hash.
 *
 * @param {string} page
 */
function policyWithImportMap(page) {
  const [, map = ""] = /<script type="importmap">(.*?)<\/script>/s.exec(readFileSync(page, "utf8")) ?? [];
  const hash = createHash("sha256").update(map).digest("base64");
  return `${strictPolicy}; script-src 'self' 'sha256-${hash}'`;
}

/**
 * Two applications that are built apart and served from one origin.
 *
 * @param {Workbench} workbench
 * @param {(site: { folder: string, url: string, offering: string, calling: string }) => Promise<void>} use
 */
async function withSite({ consumer }, use) {
  const folder = consumer("vite-8");
  const site = join(dirname(folder), "site");
  if (!existsSync(site)) {
    mkdirSync(site);
    vite(folder, "build", "--base", "/vite/", "--outDir", join(site, "vite"));
    webpack(consumer("webpack-5"), "--mode", "production", "--output-path", join(site, "webpack/dist"));
    cpSync(join(consumer("webpack-5"), "index.html"), join(site, "webpack/index.html"));
  }
  await withServer(serveFiles(site, `${strictPolicy}; script-src 'self'`), (url) =>
    use({ folder: site, url, offering: `${url}vite/`, calling: `${url}webpack/` }),
  );
}

/** @type {Record<string, (workbench: Workbench) => Promise<void> | void>} */
export const scenarios = {
  "Vite 8, dev, no configuration": ({ browser, consumer }) => shareInDevelopment(consumer("vite-8"), browser),

  "Vite 8, build, no configuration, strict CSP": ({ browser, consumer }) =>
    shareWhenBuilt(consumer("vite-8"), browser),

  "Vite 7, dev, optimizeDeps.exclude": ({ browser, consumer }) =>
    shareInDevelopment(consumer("vite-7"), browser),

  "Vite 7, build, strict CSP": ({ browser, consumer }) => shareWhenBuilt(consumer("vite-7"), browser),

  "webpack 5, production, no configuration, strict CSP": async ({ browser, consumer }) => {
    const folder = consumer("webpack-5");
    webpack(folder, "--mode", "production");
    await withServer(serveFiles(folder, `${strictPolicy}; script-src 'self'`), (url) =>
      share(browser, { folder, offering: url, script: /^\/dist\/[0-9a-f]+\.js$/ }),
    );
  },

  "webpack 5, development, no configuration": async ({ browser, consumer }) => {
    const folder = consumer("webpack-5");
    webpack(folder, "--mode", "development");
    await withServer(serveFiles(folder), (url) =>
      share(browser, { folder, offering: url, script: /^\/dist\/[0-9a-f]+\.js$/ }),
    );
  },

  "a page without a bundler": async ({ browser, consumer }) => {
    const folder = consumer("plain");
    await withServer(serveFiles(folder), (url) =>
      share(browser, { folder, offering: url, script: /^\/node_modules\/wamp-mux\/dist\/worker\.js$/ }),
    );
  },

  "a page without a bundler, strict CSP": async ({ browser, consumer }) => {
    const folder = consumer("plain");
    await withServer(serveFiles(folder, policyWithImportMap(join(folder, "index.html"))), (url) =>
      share(browser, { folder, offering: url, script: /^\/node_modules\/wamp-mux\/dist\/worker\.js$/ }),
    );
  },

  "two applications that are built apart have a worker each": (workbench) =>
    withSite(workbench, async ({ offering, calling }) => {
      const folder = workbench.consumer("vite-8");
      const { sessions, workerUrls } = await visit(workbench.browser, { folder, offering, calling });
      assert.notEqual(workerUrls[0], workerUrls[1]);
      assert.equal(sessions, 2);
    }),

  "npx wamp-mux worker: a Vite and a webpack application share one session": (workbench) =>
    withSite(workbench, async ({ folder: site, offering, calling }) => {
      const folder = workbench.consumer("vite-8");
      const { status, stdout } = wampMux(folder, "worker", join(site, "shared"));
      assert.equal(status, 0);
      assert.match(stdout, /copied worker\.js and worker\.js\.map to .*shared\n/);
      const worker = "/shared/worker.js";
      await share(workbench.browser, { folder, offering, calling, worker, script: /^\/shared\/worker\.js$/ });
    }),

  "npx wamp-mux: bad input": ({ consumer }) => {
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
  },

  "npx wamp-mux router": ({ consumer }) => {
    const { status, stdout } = wampMux(consumer("plain"), "--", "router", "--help");
    assert.equal(status, 0);
    assert.match(stdout, /a WAMP router for development/);
  },

  "Node imports it (SSR)": ({ consumer }) => {
    const folder = consumer("node");
    const said = run(folder, process.execPath, "main.js");
    assert.deepEqual(JSON.parse(said), { unsupported: true, connections: 0 });
  },

  ...Object.fromEntries(
    ["typescript-5", "typescript-7"].flatMap((compiler) =>
      ["client-bundler", "client-nodenext", "router-nodenext"].map((project) => [
        `types of ${project} with ${compiler}, skipLibCheck false`,
        checkTypes(compiler, project),
      ]),
    ),
  ),
};

/**
 * Client and router are checked apart: what one of them brings along would hide what the other lacks.
 *
 * @param {string} compiler
 * @param {string} project
 * @returns {(workbench: Workbench) => void}
 */
function checkTypes(compiler, project) {
  return ({ consumer }) => {
    const tsc = `node_modules/${compiler}/bin/tsc`;
    run(consumer("types"), process.execPath, tsc, "--project", `tsconfig.${project}.json`);
  };
}
