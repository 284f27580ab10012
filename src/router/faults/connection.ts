import type { Frame, Serializer } from "../../codec/serializer.js";
import type { Subprotocol } from "../../codec/subprotocols.js";
import { ProtocolError } from "../../protocol/errors.js";
import type { ClientMessage, RouterMessage } from "../../protocol/messages.js";
import { parseClientMessage } from "../../protocol/parse-client-message.js";
import type { Environment } from "../core/environment.js";
import { codecs } from "../core/frames.js";
import type { Transport } from "../core/transport.js";
import type { Counter } from "./counts.js";
import type { FaultState } from "./fault-state.js";
import type { FrameWriter } from "./frame-writer.js";

/** Close code for a message that is too big (RFC 6455, section 7.4.1). */
const TOO_BIG = 1009;

/** The router's end of a WebSocket, or of a test double of one. */
export interface FrameSocket {
  /** False once the socket is closing. */
  readonly open: boolean;
  send(frame: Frame, binary: boolean): void;
  /** Starts the closing handshake. */
  close(code: number): void;
  /** Closes the socket without a handshake; the client sees code 1006. */
  destroy(): void;
  /** Stops reading. */
  pause(): void;
  /** Resumes reading. */
  resume(): void;
}

/** The session of a connection. */
export interface ConnectionListener {
  /** WAMP session id, from WELCOME on. */
  readonly id: number | undefined;
  /** May throw `ProtocolError`. */
  received(message: ClientMessage): void;
  violated(error: ProtocolError): void;
  /** Called once; no other call follows. */
  closed(): void;
}

/** Carries messages between one socket and its session: decodes and encodes frames, counts them and applies the faults. */
export class Connection implements Transport {
  readonly subprotocol: Subprotocol;
  readonly serializer: Serializer;
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  #resolveClosed: () => void = () => undefined;
  #listener: ConnectionListener | undefined;
  #reading = true;
  #stalled = false;
  #flushing = false;
  /** Frames that wait: while stalled, or for the next turn of the event loop if the queue is bounded. */
  readonly #outbox: (() => void)[] = [];
  readonly #inbox: (() => void)[] = [];
  readonly #socket: FrameSocket;
  readonly #writer: FrameWriter;
  readonly #counter: Counter;
  readonly #faults: FaultState;
  readonly #after: Environment["after"];

  constructor(
    socket: FrameSocket,
    subprotocol: Subprotocol,
    writer: FrameWriter,
    counter: Counter,
    faults: FaultState,
    { after }: Environment,
  ) {
    this.#socket = socket;
    this.subprotocol = subprotocol;
    this.serializer = codecs.get(subprotocol.serializer);
    this.#writer = writer;
    this.#counter = counter;
    this.#faults = faults;
    this.#after = after;
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    counter.opened();
  }

  /** WAMP session id, from WELCOME on. */
  get session(): number | undefined {
    return this.#listener?.id;
  }

  listen(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  /** Handles a frame that the socket has received. */
  arrived(frame: Frame): void {
    this.#whenReading(() => {
      this.#take(frame);
    });
  }

  /** Handles the end of the socket. */
  socketClosed(): void {
    this.#whenReading(() => {
      this.#counter.closed();
      this.#endSession();
      this.#resolveClosed();
    });
  }

  send(message: RouterMessage): void {
    const frame = this.#writer.write(message, this.serializer);
    const deliver = (): void => {
      this.#write(frame, this.serializer.binary, message.type);
    };
    if (this.#faults.interceptors.size > 0 && this.#faults.takes(message, this.session, deliver)) return;
    deliver();
    // The session is not complete before this method has returned.
    if (message.type === "WELCOME" && this.#faults.expelling)
      void Promise.resolve().then(() => this.close(1000));
  }

  /** Sends a frame unchanged, text or binary, whatever the serializer. */
  sendRaw(frame: Frame): void {
    this.#write(frame, typeof frame !== "string", undefined);
  }

  /** Closes the socket with the closing handshake; frames that the client still sends are ignored. */
  close(code: number): void {
    this.#endSession();
    this.stall(false);
    this.#flush();
    this.#socket.close(code);
  }

  /** Destroys the socket; the client sees code 1006. */
  destroy(): void {
    this.#endSession();
    this.stall(false);
    this.#socket.destroy();
  }

  /** Stops or resumes reading and sending; frames that were held while stalled are sent on resuming. */
  stall(on: boolean): void {
    if (on === this.#stalled) return;
    this.#stalled = on;
    if (on) {
      this.#socket.pause();
      return;
    }
    this.#flush();
    for (const read of this.#inbox.splice(0)) read();
    this.#socket.resume();
  }

  /** Defers `read` while stalled: a pause does not keep Node from filling its buffer or from noticing the end of the connection. */
  #whenReading(read: () => void): void {
    if (this.#stalled) this.#inbox.push(read);
    else read();
  }

  #write(frame: Frame, binary: boolean, type: RouterMessage["type"] | undefined): void {
    if (!this.#socket.open) return;
    const send = (): void => {
      if (!this.#socket.open) return;
      if (type !== undefined) this.#counter.countSent(type);
      this.#socket.send(frame, binary);
    };
    const { queueLimit } = this.#faults;
    if (!this.#stalled && queueLimit === Infinity && this.#outbox.length === 0) send();
    else if (type !== undefined && this.#outbox.length >= queueLimit) this.#counter.countDropped(type);
    else {
      this.#outbox.push(send);
      this.#flushLater();
    }
  }

  #flushLater(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#after(0, () => {
      this.#flushing = false;
      if (!this.#stalled) this.#flush();
    });
  }

  #flush(): void {
    for (const send of this.#outbox.splice(0)) send();
  }

  #take(frame: Frame): void {
    const listener = this.#listener;
    if (listener === undefined || !this.#reading) return;
    if (isLarger(frame, this.#faults.messageSizeLimit)) return this.close(TOO_BIG);
    try {
      const message = parseClientMessage(this.#decode(frame));
      this.#counter.countReceived(message.type);
      listener.received(message);
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

  #endSession(): void {
    if (!this.#reading) return;
    this.#reading = false;
    this.#listener?.closed();
  }
}

function isLarger(frame: Frame, bytes: number): boolean {
  if (bytes === Infinity) return false;
  return (typeof frame === "string" ? new TextEncoder().encode(frame) : frame).length > bytes;
}
