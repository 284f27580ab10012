import { createBatch } from "../../codec/batch.js";
import type { Batch } from "../../codec/batch.js";
import { createFraming } from "../../codec/framing.js";
import type { Framing } from "../../codec/framing.js";
import type { Frame, Serializer } from "../../codec/serializer.js";
import type { Subprotocol } from "../../codec/subprotocols.js";
import { ProtocolError } from "../../protocol/errors.js";
import type { ClientMessage, RouterMessage } from "../../protocol/messages.js";
import { parseClientMessage } from "../../protocol/parse-client-message.js";
import type { Payload } from "../../protocol/payload.js";
import type { Environment } from "../core/environment.js";
import { convertPayload } from "../core/frames.js";
import type { Transport } from "../core/transport.js";
import type { Counter } from "./counts.js";
import type { FaultState } from "./fault-state.js";
import { MAX_BATCH } from "./frame-writer.js";
import type { FrameWriter } from "./frame-writer.js";

/** Close code for a message that is too big (RFC 6455, section 7.4.1). */
const TOO_BIG = 1009;

/** A message or, without a type, a frame that a test sends unchanged. */
interface Outgoing {
  readonly frame: Frame;
  /** True if the frame is a whole one of a batched subprotocol. */
  readonly isBatch: boolean;
  readonly type: RouterMessage["type"] | undefined;
}

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

/** Carries messages between one socket and its session: decodes and encodes frames, counts the messages and applies the faults. */
export class Connection implements Transport {
  readonly subprotocol: Subprotocol;
  readonly serializer: Serializer;
  readonly cookie: string | undefined;
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  #resolveClosed: () => void = () => undefined;
  #listener: ConnectionListener | undefined;
  #reading = true;
  #stalled = false;
  #flushing = false;
  /** Messages and frames that wait: while stalled, for the next turn of the event loop if the queue is bounded, or for the end of this one to share frames. */
  readonly #outbox: Outgoing[] = [];
  readonly #inbox: (() => void)[] = [];
  readonly #socket: FrameSocket;
  /** Undefined if a frame is one message. */
  readonly #framing: Framing | undefined;
  readonly #batch: Batch | undefined;
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
    cookie: string | undefined,
  ) {
    this.#socket = socket;
    this.cookie = cookie;
    this.subprotocol = subprotocol;
    this.serializer = writer.codecs.get(subprotocol.serializer);
    if (subprotocol.batched) {
      this.#framing = createFraming(this.serializer);
      this.#batch = createBatch(this.#framing, (frame) => socket.send(frame, this.serializer.binary));
    }
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

  convert(payload: Payload): Payload {
    return convertPayload(payload, this.serializer, this.#writer.codecs);
  }

  send(message: RouterMessage): void {
    const written = this.#writer.write(message, this.serializer, this.subprotocol);
    const deliver = (): void => {
      this.#write({ ...written, type: message.type });
    };
    if (this.#faults.interceptors.size > 0 && this.#faults.takes(message, this.session, deliver)) return;
    deliver();
    // The session is not complete before this method has returned.
    if (message.type === "WELCOME" && this.#faults.expelling)
      void Promise.resolve().then(() => this.close(1000));
  }

  /** Sends a frame unchanged, text or binary, whatever the subprotocol. */
  sendFrame(frame: Frame): void {
    this.#write({ frame, isBatch: true, type: undefined });
  }

  /** Sends a message unchanged, text or binary, whatever the serializer; in a frame of its own. */
  sendRaw(message: Frame): void {
    const isFitting = (typeof message !== "string") === this.serializer.binary;
    this.sendFrame((isFitting && this.#framing?.join([message])) || message);
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

  #write(outgoing: Outgoing): void {
    if (!this.#socket.open) return;
    const { queueLimit } = this.#faults;
    const isFree = !this.#stalled && this.#outbox.length === 0;
    const isDue = this.#framing === undefined && queueLimit === Infinity;
    if (isFree && isDue) this.#send(outgoing);
    else if (outgoing.type !== undefined && this.#outbox.length >= queueLimit)
      this.#counter.countDropped(outgoing.type);
    else {
      this.#outbox.push(outgoing);
      this.#flushLater();
    }
  }

  #send({ frame, isBatch, type }: Outgoing): void {
    if (!this.#socket.open) return;
    if (type !== undefined) this.#counter.countSent(type);
    if (this.#batch !== undefined && !isBatch) this.#batch.add(frame, frame.length, MAX_BATCH);
    else {
      this.#batch?.flush();
      this.#socket.send(frame, type === undefined ? typeof frame !== "string" : this.serializer.binary);
    }
  }

  #flushLater(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    const flush = (): void => {
      this.#flushing = false;
      if (!this.#stalled) this.#flush();
    };
    if (this.#faults.queueLimit === Infinity) void Promise.resolve().then(flush);
    else this.#after(0, flush);
  }

  #flush(): void {
    for (const outgoing of this.#outbox.splice(0)) this.#send(outgoing);
    this.#batch?.flush();
  }

  #take(frame: Frame): void {
    const listener = this.#listener;
    if (listener === undefined || !this.#reading) return;
    if (isLarger(frame, this.#faults.messageSizeLimit)) return this.close(TOO_BIG);
    try {
      for (const encoded of this.#messagesIn(frame)) {
        const message = parseClientMessage(this.serializer.decode(encoded));
        this.#counter.countReceived(message.type);
        if (this.#faults.dropsOn(message)) return this.destroy();
        listener.received(message);
        if (!this.#isReading()) return;
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      listener.violated(error);
    }
  }

  #messagesIn(frame: Frame): readonly Frame[] {
    if ((typeof frame !== "string") !== this.serializer.binary) {
      throw new ProtocolError(
        `${this.subprotocol.name} takes ${this.serializer.binary ? "binary" : "text"} frames`,
      );
    }
    return this.#framing?.split(frame) ?? [frame];
  }

  #isReading(): boolean {
    return this.#reading;
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
