import { createServer } from "node:http";
import type { IncomingMessage, Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { Subprotocol } from "../../codec/subprotocols.js";
import { chooseSubprotocol } from "../core/choose-subprotocol.js";
import type { FaultyRouter } from "../faults/faulty-router.js";
import { Cookies } from "./cookies.js";
import type { Settings } from "./options.js";
import { WsSocket } from "./web-socket.js";

/** Maximum size of a message in bytes, as in Crossbar.io; a larger one closes the socket with code 1009. */
const MAX_MESSAGE_SIZE = 16 * 1024 * 1024;
/** Time limit in milliseconds for the closing handshakes when the router stops. */
const CLOSING_TIME = 250;
const GOING_AWAY = 1001;

/** Accepts HTTP connections, chooses the subprotocol of each WebSocket and passes the socket to the router. */
export class Server {
  readonly #http: HttpServer;
  readonly #webSockets: WebSocketServer;
  readonly #settings: Settings;
  readonly #router: FaultyRouter;
  readonly #cookies = new Cookies();
  /** Handshakes that arrived while the router was stalled. */
  readonly #waiting = new Map<Duplex, () => void>();

  constructor(settings: Settings, router: FaultyRouter) {
    this.#settings = settings;
    this.#router = router;
    router.resumed = () => {
      this.#resume();
    };
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_SIZE,
      handleProtocols: (offered) =>
        chooseSubprotocol(offered, settings, router.state.plainOnly)?.name ?? false,
    });
    this.#webSockets.on("headers", (headers: string[], request: IncomingMessage) => {
      headers.push(...this.#cookies.headers(request));
    });
    this.#http = createServer((_request, response) => {
      response.writeHead(426, { "content-type": "text/plain", connection: "close" });
      response.end("A WAMP router for development. It supports only WebSocket.\n");
    });
    this.#http.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      // A client may vanish in the middle of the handshake.
      stream.on("error", () => undefined);
      this.#upgrade(request, stream, head);
    });
  }

  /** Starts to listen. Resolves with the port; rejects with the error of `listen`. */
  listen(): Promise<number> {
    const { host, port } = this.#settings;
    return new Promise((resolve, reject) => {
      this.#http.once("error", reject);
      this.#http.listen({ host, port }, () => {
        this.#http.off("error", reject);
        resolve(portOf(this.#http.address()));
      });
    });
  }

  /** Closes every connection. Resolves when nothing is open any longer. */
  async stop(): Promise<void> {
    const listening = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    for (const stream of this.#waiting.keys()) stream.destroy();
    this.#waiting.clear();
    const { connections } = this.#router;
    for (const connection of connections) connection.close(GOING_AWAY);
    const timer = setTimeout(() => {
      for (const connection of connections) connection.destroy();
    }, CLOSING_TIME);
    await Promise.all(connections.map((connection) => connection.closed));
    clearTimeout(timer);
    this.#http.closeAllConnections();
    await listening;
  }

  #resume(): void {
    const handshakes = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const handshake of handshakes) handshake();
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    if (stream.destroyed) return;
    if (this.#router.state.stalled) {
      this.#waiting.set(stream, () => {
        this.#upgrade(request, stream, head);
      });
      return;
    }
    const path = new URL(request.url ?? "/", "ws://router").pathname;
    const { plainOnly } = this.#router.state;
    const subprotocol = chooseSubprotocol(offeredProtocols(request), this.#settings, plainOnly);
    if (this.#router.state.refusing) refuse(stream, "503 Service Unavailable");
    else if (path !== this.#settings.path) refuse(stream, "404 Not Found");
    // Without a common subprotocol there is no serializer for an ABORT (WAMP, "WebSocket Transport").
    else if (subprotocol === undefined) refuse(stream, "400 Bad Request");
    else {
      const cookie = this.#settings.cookies ? this.#cookies.of(request) : undefined;
      this.#webSockets.handleUpgrade(request, stream, head, (socket) => {
        this.#open(socket, stream, subprotocol, cookie);
      });
    }
  }

  #open(socket: WebSocket, stream: Duplex, subprotocol: Subprotocol, cookie: string | undefined): void {
    const adapter = new WsSocket(socket, stream);
    adapter.connect(this.#router.accept(adapter, subprotocol, cookie));
  }
}

function offeredProtocols(request: IncomingMessage): string[] {
  return (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
}

function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the server has no TCP port");
  return address.port;
}
