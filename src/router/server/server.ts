import { createServer } from "node:http";
import type { IncomingMessage, Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import { subprotocolsOf } from "../../codec/subprotocols.js";
import type { Subprotocol } from "../../codec/subprotocols.js";
import { Connection } from "./connection.js";
import type { Counter } from "../faults/counts.js";
import type { FaultState } from "../core/fault-state.js";
import type { Settings } from "./options.js";

/** Largest message that is taken, as with Crossbar.io; a larger one closes the socket with code 1009. */
const MAX_MESSAGE_SIZE = 16 * 1024 * 1024;
/** Milliseconds that a client has for the closing handshake when the router stops. */
const CLOSING_TIME = 250;
const GOING_AWAY = 1001;

/** Listens, chooses the subprotocol and makes connections. */
export class Server {
  readonly #http: HttpServer;
  readonly #webSockets: WebSocketServer;
  readonly #settings: Settings;
  readonly #counter: Counter;
  readonly #faults: FaultState;
  readonly #accept: (connection: Connection) => void;
  readonly #connections = new Set<Connection>();
  /** Handshakes that came while the router was stalled. */
  readonly #waiting = new Map<Duplex, () => void>();

  constructor(
    settings: Settings,
    counter: Counter,
    faults: FaultState,
    accept: (connection: Connection) => void,
  ) {
    this.#settings = settings;
    this.#counter = counter;
    this.#faults = faults;
    this.#accept = accept;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_SIZE,
      handleProtocols: (offered) => this.#choose(offered)?.name ?? false,
    });
    this.#http = createServer((_request, response) => {
      response.writeHead(426, { "content-type": "text/plain", connection: "close" });
      response.end("A WAMP router for development. It speaks WebSocket only.\n");
    });
    this.#http.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      // A client that vanishes in the middle of the handshake is no concern of ours.
      stream.on("error", () => undefined);
      this.#upgrade(request, stream, head);
    });
  }

  /** Resolves with the port; rejects when it cannot be listened on. */
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

  setStalled(on: boolean): void {
    this.#faults.stalled = on;
    for (const connection of this.#connections) connection.stall(on);
    if (on) return;
    const handshakes = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const handshake of handshakes) handshake();
  }

  /** Closes every connection and resolves when nothing is open. */
  async stop(): Promise<void> {
    const listening = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    for (const stream of this.#waiting.keys()) stream.destroy();
    this.#waiting.clear();
    const connections = [...this.#connections];
    for (const connection of connections) connection.close(GOING_AWAY);
    const timer = setTimeout(() => {
      for (const connection of connections) connection.destroy();
    }, CLOSING_TIME);
    await Promise.all(connections.map((connection) => connection.closed));
    clearTimeout(timer);
    this.#http.closeAllConnections();
    await listening;
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    if (stream.destroyed) return;
    if (this.#faults.stalled) {
      this.#waiting.set(stream, () => {
        this.#upgrade(request, stream, head);
      });
      return;
    }
    const path = new URL(request.url ?? "/", "ws://router").pathname;
    const subprotocol = this.#choose(offeredProtocols(request));
    if (this.#faults.refusing) refuse(stream, "503 Service Unavailable");
    else if (path !== this.#settings.path) refuse(stream, "404 Not Found");
    // Without a common subprotocol there is no serializer to send an ABORT in (WAMP, "WebSocket Transport").
    else if (subprotocol === undefined) refuse(stream, "400 Bad Request");
    else {
      this.#webSockets.handleUpgrade(request, stream, head, (socket) => {
        this.#open(socket, stream, subprotocol);
      });
    }
  }

  #open(socket: WebSocket, stream: Duplex, subprotocol: Subprotocol): void {
    const connection = new Connection(socket, stream, subprotocol, this.#counter, this.#faults);
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
    this.#accept(connection);
  }

  /** The first subprotocol that the client offers and the router speaks. */
  #choose(offered: Iterable<string>): Subprotocol | undefined {
    const spoken = subprotocolsOf(this.#settings.serializers);
    for (const name of offered) {
      const subprotocol = spoken.find((known) => known.name === name);
      if (subprotocol !== undefined) return subprotocol;
    }
    return undefined;
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
