// The server's side of the demo's button that cuts the connection: an address of the web server, and the proxy behind it.

/** Milliseconds for which the proxy refuses new connections, so that waiting and retrying can be watched. */
const OUTAGE = 8_000;

/** The path to which demo/connection/cut.ts sends its POST. */
const PATH = "/cut-connection";

/** @param {import("../tcp-proxy.mjs").TcpProxy} proxy */
export function connectionCut(proxy) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const restore = () => {
    clearTimeout(timer);
    proxy.refuse(false);
  };
  const cut = () => {
    clearTimeout(timer);
    proxy.refuse(true);
    proxy.drop();
    timer = setTimeout(restore, OUTAGE);
  };

  /** @type {import("vite").Plugin} */
  const plugin = {
    name: "demo-connection-cut",
    configurePreviewServer({ middlewares }) {
      middlewares.use(PATH, (request, response) => {
        const refusal = refusalOf(request);
        if (refusal === undefined) cut();
        response.writeHead(refusal ?? 204).end();
      });
    },
  };
  return { plugin, /** Ends an outage at once. */ restore };
}

/**
 * Refuses requests of other origins, since any page on the web can send a POST to this machine.
 *
 * @param {import("node:http").IncomingMessage} request
 * @returns {number | undefined} the HTTP status of a refusal
 */
function refusalOf({ method, headers }) {
  if (method !== "POST") return 405;
  return headers.origin === `http://${headers.host}` ? undefined : 403;
}
