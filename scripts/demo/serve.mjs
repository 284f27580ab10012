// Serves the built demo: its router, the proxy that can cut the connection, and the web server with the pages. The browser
// tests use it too.
import { join } from "node:path";
import { preview } from "vite";
import { startRouter } from "wamp-mux/router";
import { startTcpProxy } from "../tcp-proxy.mjs";
import { root } from "../tools.mjs";
import { connectionCut } from "./connection-cut.mjs";
import { passUpgrades } from "./pass-upgrades.mjs";

/** The folder into which `vite build --mode demo` puts the demo. */
const demoFolder = join(root, ".cache/demo");

/** The address of the router on the web server: it stays the same when the router gets another port. */
const WAMP_PATH = "/wamp";

/**
 * @typedef {object} RunningDemo
 * @property {string} url of the pages, with a slash at the end
 * @property {string} routerUrl of the router itself
 * @property {() => void} restore ends an outage that the page's button began
 * @property {() => Promise<void>} stop
 */

/**
 * @param {object} options
 * @param {string | undefined} [options.router] URL of a router that runs already; otherwise the development router is started
 * @param {string} options.realm
 * @param {number} options.port of the web server; 0 takes a free one
 * @param {boolean} [options.open] opens the browser of the desktop
 * @param {string} [options.folder] of the built demo
 * @returns {Promise<RunningDemo>}
 */
export async function serveDemo({ router, realm, port, open = false, folder = demoFolder }) {
  /** @type {(() => Promise<void>)[]} */
  const ends = [];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };

  /** @returns {Promise<string>} */
  const startDevRouter = async () => {
    const dev = await startRouter({ realms: [realm] });
    ends.push(() => dev.stop());
    return dev.url;
  };

  /** @param {string} target URL of a router */
  const putProxyBefore = async (target) => {
    const url = new URL(target);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const proxy = await startTcpProxy({ host, port: Number(url.port || 80) });
    const cut = connectionCut(proxy);
    ends.push(() => {
      cut.restore();
      return proxy.close();
    });
    return { port: proxy.port, path: `${url.pathname}${url.search}`, cut };
  };

  try {
    const routerUrl = router ?? (await startDevRouter());
    // An encrypted connection must end at the router, whose name the browser checks: it gets no proxy.
    const proxied = routerUrl.startsWith("ws:") ? await putProxyBefore(routerUrl) : undefined;
    const server = await preview({
      root: join(root, "demo"),
      configFile: false,
      logLevel: "warn",
      appType: "mpa",
      build: { outDir: folder },
      plugins: [
        settingsFile({ url: proxied === undefined ? routerUrl : WAMP_PATH, router: routerUrl, realm }),
        ...(proxied === undefined ? [] : [proxied.cut.plugin, passUpgrades(WAMP_PATH, proxied)]),
      ],
      preview: { port, open },
    });
    ends.push(() => server.close());
    const [url] = server.resolvedUrls?.local ?? [];
    if (url === undefined) throw new Error("the web server has no local URL");
    return { url, routerUrl, restore: () => proxied?.cut.restore(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Serves what demo/settings.ts reads.
 *
 * @param {{ url: string, router: string, realm: string }} settings
 * @returns {import("vite").Plugin}
 */
function settingsFile(settings) {
  return {
    name: "demo-settings",
    configurePreviewServer({ middlewares }) {
      middlewares.use("/settings.json", (_request, response) => {
        response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
        response.end(JSON.stringify(settings));
      });
    },
  };
}
