import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import { freePort } from "../../scripts/routers/index.mjs";

/** Something else than a router, at the address of one. */
export interface WrongServer {
  readonly url: string;
  /** The number of connections so far; undefined if there can be none. */
  readonly connections: () => number | undefined;
  close(): Promise<void>;
}

type Upgrade = (request: IncomingMessage, socket: Duplex) => void;

/** Answers a request for a WebSocket in clear text, and closes the connection. */
function answering(lines: readonly string[], body = ""): Upgrade {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  const answer = [...lines, length, "Connection: close", "", body].join("\r\n");
  return (_request, socket) => socket.end(answer);
}

async function httpServer(upgrade: Upgrade): Promise<WrongServer> {
  const server = createServer((_request, response) => response.end());
  server.on("upgrade", (request, socket) => {
    socket.on("error", () => {});
    upgrade(request, socket);
  });
  return await listening(server, "ws");
}

async function listening(server: Server | ReturnType<typeof createTcpServer>, scheme: string) {
  let connections = 0;
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP address");
  return {
    url: `${scheme}://127.0.0.1:${address.port}/`,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A server of WebSockets that treats each connection in its own way. */
function webSocketServer(treat: (socket: WebSocket) => void, subprotocol?: string) {
  const webSockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => subprotocol ?? [...offered].find((name) => name === "wamp.2.json") ?? false,
  });
  return httpServer((request, socket) => {
    webSockets.handleUpgrade(request, socket, Buffer.alloc(0), (webSocket) => {
      webSocket.on("error", () => {});
      treat(webSocket);
    });
  });
}

const WELCOME = JSON.stringify([2, 1, { roles: { broker: {}, dealer: {} } }]);
const nowhere = (url: string): WrongServer => ({
  url,
  connections: () => undefined,
  close: () => Promise.resolve(),
});

/** The servers, by what is wrong with them. */
export const wrongServers = {
  "a port where nothing listens": async () => nowhere(`ws://127.0.0.1:${await freePort()}/`),
  // Names below this domain do not exist (RFC 6761, section 6.4).
  "a name that does not exist": () => Promise.resolve(nowhere("ws://router.invalid/")),
  "wss: to a port without TLS": async () => {
    const server = await httpServer(answering(["HTTP/1.1 400 Bad Request"]));
    return { ...server, url: server.url.replace("ws:", "wss:") };
  },
  "a captive portal that answers with a page": () =>
    httpServer(answering(["HTTP/1.1 200 OK", "Content-Type: text/html"], "<h1>Please log in</h1>")),
  "a proxy that refuses the upgrade with 403": () => httpServer(answering(["HTTP/1.1 403 Forbidden"])),
  "a proxy that swallows everything": () =>
    listening(
      createTcpServer(() => {}),
      "ws",
    ),
  "a server that accepts and drops before WELCOME": () =>
    webSocketServer((socket) => socket.on("message", () => socket.terminate())),
  "a router that sends neither CHALLENGE nor WELCOME": () => webSocketServer(() => {}),
  "a router that aborts while it authenticates": () =>
    webSocketServer((socket) => {
      socket.once("message", () => {
        socket.send(JSON.stringify([4, "ticket", {}]));
        socket.once("message", () => socket.send(JSON.stringify([3, {}, "wamp.close.system_shutdown"])));
      });
    }),
  "a server that speaks another subprotocol": () =>
    webSocketServer((socket) => socket.send(WELCOME), "graphql-transport-ws"),
  "a server that chooses no subprotocol": () => httpServer(upgradeWithout),
} satisfies Record<string, () => Promise<WrongServer>>;

/** Completes the handshake as a server that knows none of the subprotocols does. */
const upgradeWithout: Upgrade = (request, socket) => {
  delete request.headers["sec-websocket-protocol"];
  const webSockets = new WebSocketServer({ noServer: true });
  webSockets.handleUpgrade(request, socket, Buffer.alloc(0), (webSocket) => {
    webSocket.on("error", () => {});
    webSocket.send(WELCOME);
  });
};
