import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import type { Frame } from "../../codec/serializer.js";
import type { Connection, FrameSocket } from "../faults/connection.js";

/** A WebSocket of the package ws, on its TCP stream. */
export class WsSocket implements FrameSocket {
  #corked = false;
  readonly #socket: WebSocket;
  readonly #stream: Duplex;

  constructor(socket: WebSocket, stream: Duplex) {
    this.#socket = socket;
    this.#stream = stream;
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Passes the socket's frames and its end to a connection. */
  connect(connection: Connection): void {
    this.#socket.on("message", (data, binary) => {
      connection.arrived(frameFromData(data, binary));
    });
    // After a malformed or oversized frame, ws closes the socket itself, and "close" follows.
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => {
      connection.socketClosed();
    });
  }

  send(frame: Frame, binary: boolean): void {
    this.#cork();
    this.#socket.send(frame, { binary });
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  destroy(): void {
    this.#socket.terminate();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Combines a burst of small frames into one write to the stream. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#stream.uncork();
    });
  }
}

function frameFromData(data: RawData, binary: boolean): Frame {
  const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
  return binary ? bytes : bytes.toString("utf8");
}
