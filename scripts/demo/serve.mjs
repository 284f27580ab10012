// Serves the demo: its router, the proxy that can cut the connection, and the web server with the pages. The browser
// tests use it too.
import { join } from "node:path";
import { createServer } from "vite";
import { startRouter } from "wamp-mux/router";
import { startTcpProxy } from "../tcp-proxy.mjs";
import { root } from "../tools.mjs";
import { connectionCut } from "./connection-cut.mjs";

/**
 * @typedef {object} RunningDemo
 * @property {string} url of the pages, with a slash at the end
 * @property {string} routerUrl of the router itself
 * @property {() => void} restore ends an outage that the page's button began
 * @property {() => void} openBrowser
 * @property {() => Promise<void>} stop
 */

/**
 * @param {object} options
 * @param {string | undefined} [options.router] URL of a router that runs already; otherwise the development router is started
 * @param {string} options.realm
 * @param {number} options.port of the web server; 0 takes a free one
 * @returns {Promise<RunningDemo>}
 */
export async function serveDemo({ router, realm, port }) {
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
    return { url: `ws://127.0.0.1:${proxy.port}${url.pathname}${url.search}`, cut };
  };

  try {
    const routerUrl = router ?? (await startDevRouter());
    // An encrypted connection must end at the router, whose name the browser checks: it gets no proxy.
    const proxied = routerUrl.startsWith("ws:") ? await putProxyBefore(routerUrl) : undefined;
    const server = await createServer({
      root: join(root, "demo"),
      configFile: join(root, "vite.config.ts"),
      logLevel: "warn",
      // demo/settings.ts reads these values from the page.
      define: {
        "import.meta.env.VITE_WAMP_URL": JSON.stringify(proxied?.url ?? routerUrl),
        "import.meta.env.VITE_WAMP_ROUTER": JSON.stringify(routerUrl),
        "import.meta.env.VITE_WAMP_REALM": JSON.stringify(realm),
      },
      plugins: proxied === undefined ? [] : [proxied.cut.plugin],
      server: { port },
    });
    ends.push(() => server.close());
    await server.listen();
    const [url] = server.resolvedUrls?.local ?? [];
    if (url === undefined) throw new Error("the web server has no local URL");
    return {
      url,
      routerUrl,
      restore: () => proxied?.cut.restore(),
      openBrowser: () => server.openBrowser(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
