import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import type { Frame, Serializer } from "../../codec/serializer.js";
import type { Subprotocol } from "../../codec/subprotocols.js";
import { ProtocolError } from "../../protocol/errors.js";
import type { ClientMessage, RouterMessage } from "../../protocol/messages.js";
import { parseClientMessage } from "../../protocol/parse-client-message.js";
import type { Counter } from "../faults/counts.js";
import type { FaultState } from "../core/fault-state.js";
import { codecs, write } from "../core/frames.js";
import type { Broadcast } from "../core/frames.js";

/** What a connection tells. */
export interface ConnectionListener {
  /** May throw `ProtocolError`. */
  received(message: ClientMessage): void;
  violated(error: ProtocolError): void;
  /** Once; nothing comes after it. */
  closed(): void;
}

/** One WebSocket: frames to messages and back, counted, with the faults applied on the way out. */
export class Connection {
  readonly subprotocol: Subprotocol;
  readonly serializer: Serializer;
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  /** WAMP session id, from WELCOME on. */
  session: number | undefined;
  #listener: ConnectionListener | undefined;
  #stalled = false;
  #corked = false;
  readonly #outbox: (() => void)[] = [];
  readonly #inbox: (() => void)[] = [];
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #counter: Counter;
  readonly #faults: FaultState;

  constructor(
    socket: WebSocket,
    stream: Duplex,
    subprotocol: Subprotocol,
    counter: Counter,
    faults: FaultState,
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.subprotocol = subprotocol;
    this.serializer = codecs.get(subprotocol.serializer);
    this.#counter = counter;
    this.#faults = faults;
    counter.opened();
    socket.on("message", (data, binary) => {
      const frame = frameOf(data, binary);
      this.#whenReading(() => {
        this.#take(frame);
      });
    });
    // A broken frame or one over the size limit: ws closes by itself and "close" follows.
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        this.#whenReading(() => {
          counter.closed();
          this.#gone();
          resolve();
        });
      });
    });
  }

  listen(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  /** Throws what {@link write} throws; then nothing was sent. */
  send(message: RouterMessage): void {
    this.#deliver(message, write(message, this.serializer));
  }

  sendShared(broadcast: Broadcast): void {
    this.#deliver(broadcast.message, broadcast.frame(this.serializer));
  }

  /** Sends a frame as it is, text or binary, whatever the serializer. */
  sendRaw(frame: Frame): void {
    this.#write(frame, typeof frame !== "string", undefined);
  }

  /** Closes by the closing handshake; what the peer still sends is not read. */
  close(code: number): void {
    this.#gone();
    this.stall(false);
    this.#socket.close(code);
  }

  /** Destroys the socket: the peer sees code 1006. */
  destroy(): void {
    this.#gone();
    this.stall(false);
    this.#socket.terminate();
  }

  /** While stalled nothing is read and nothing is sent; what was to be sent goes out afterwards. */
  stall(on: boolean): void {
    if (on === this.#stalled) return;
    this.#stalled = on;
    if (on) {
      this.#socket.pause();
      return;
    }
    for (const send of this.#outbox.splice(0)) send();
    for (const read of this.#inbox.splice(0)) read();
    this.#socket.resume();
  }

  /** A pause does not keep Node from reading what fills its buffer, nor from seeing the end: a stalled router must not know yet. */
  #whenReading(read: () => void): void {
    if (this.#stalled) this.#inbox.push(read);
    else read();
  }

  #deliver(message: RouterMessage, frame: Frame<ArrayBuffer>): void {
    const deliver = (): void => {
      this.#write(this.subprotocol.framing.join([frame]), this.serializer.binary, message.type);
    };
    if (this.#faults.interceptors.size > 0 && this.#faults.takes(message, this.session, deliver)) return;
    deliver();
  }

  #write(frame: Frame, binary: boolean, type: RouterMessage["type"] | undefined): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#stalled) {
      this.#outbox.push(() => {
        this.#write(frame, binary, type);
      });
      return;
    }
    if (type !== undefined) this.#counter.countSent(type);
    this.#cork();
    this.#socket.send(frame, { binary });
  }

  /** A burst of small frames is one write of the stream, not one each. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#stream.uncork();
    });
  }

  #take(frame: Frame): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    try {
      for (const encoded of this.subprotocol.framing.split(frame)) {
        if (this.#listener === undefined) return;
        const message = parseClientMessage(this.#decode(encoded));
        this.#counter.countReceived(message.type);
        listener.received(message);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      listener.violated(error);
    }
  }

  #decode(frame: Frame): ReturnType<Serializer["decode"]> {
    if ((typeof frame !== "string") !== this.serializer.binary) {
      throw new ProtocolError(
        `${this.subprotocol.name} takes ${this.serializer.binary ? "binary" : "text"} frames`,
      );
    }
    return this.serializer.decode(frame);
  }

  #gone(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.closed();
  }
}

function frameOf(data: RawData, binary: boolean): Frame {
  const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
  return binary ? bytes : bytes.toString("utf8");
}
