import * as msgpack from "@msgpack/msgpack";
import { Encoder } from "cbor-x/index-no-eval";

const options = { useRecords: false, tagUint8Array: false, int64AsNumber: true };
const cbor = new Encoder(options);

/** All roles with the features that a full client announces. */
export const fullRoles = {
  caller: {},
  callee: {
    features: { call_canceling: true, progressive_call_results: true, registration_revocation: true },
  },
  publisher: {},
  subscriber: {},
};

/** The client's end of a WebSocket or of a test double in memory. */
export interface RawSocket {
  readonly subprotocol: string;
  /** Resolves when the frame has left the client. */
  send(frame: string | Uint8Array): Promise<void>;
  close(code: number): void;
  /** Destroys the socket, as a crash would. */
  terminate(): void;
  onFrame: (frame: string | Uint8Array) => void;
  onClosed: (code: number) => void;
}

type Received = { readonly message: unknown[] } | { readonly closed: number };

/** A client that shares no code with the router: it sends and receives frames and checks nothing. */
export class RawClient {
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  /** The session id, after {@link join}. */
  session = 0;
  /** Takes the frames instead of this client, if set. */
  onRaw: ((frame: string | Uint8Array) => void) | undefined;
  /** Frames as they arrived. */
  readonly frames: (string | Uint8Array)[] = [];
  readonly #socket: RawSocket;
  readonly #inbox: Received[] = [];
  #reader: ((received: Received) => void) | undefined;
  #requests = 0;

  constructor(socket: RawSocket) {
    this.#socket = socket;
    socket.onFrame = (frame) => {
      if (this.onRaw !== undefined) return this.onRaw(frame);
      this.frames.push(frame);
      for (const part of this.#isBatched ? parts(frame) : [frame]) this.#push({ message: this.#read(part) });
    };
    this.closed = new Promise((resolve) => {
      socket.onClosed = (code) => {
        this.#push({ closed: code });
        resolve(code);
      };
    });
  }

  /** Establishes a session. */
  async join(details: Record<string, unknown> = {}): Promise<this> {
    this.send(1, "realm1", { roles: fullRoles, ...details });
    const welcome = await this.next();
    if (welcome[0] !== 2) throw new Error(`no WELCOME but ${JSON.stringify(welcome)}`);
    this.session = Number(welcome[1]);
    return this;
  }

  get subprotocol(): string {
    return this.#socket.subprotocol;
  }

  /** Number of messages that have arrived and have not been read. */
  get waiting(): number {
    return this.#inbox.length;
  }

  send(...message: unknown[]): void {
    this.sendAll(message);
  }

  /** Sends messages: with a batched subprotocol in one frame. */
  sendAll(...messages: readonly (readonly unknown[])[]): void {
    const frames = messages.map((message) => this.#write(message));
    for (const frame of this.#isBatched ? [batch(frames)] : frames) void this.#socket.send(frame);
  }

  get #plainSubprotocol(): string {
    return this.subprotocol.replace(/\.batched$/, "");
  }

  get #isBatched(): boolean {
    return this.subprotocol.endsWith(".batched");
  }

  /** Sends a frame unchanged. Resolves when it has left this process. */
  sendFrame(frame: string | Uint8Array): Promise<void> {
    return this.#socket.send(frame);
  }

  /** Sends a request with the next id: `request(48, {}, "com.example.add")`. Returns the id. */
  request(code: number, ...rest: unknown[]): number {
    this.send(code, ++this.#requests, ...rest);
    return this.#requests;
  }

  /** Sends a request and returns the next message. */
  ask(code: number, ...rest: unknown[]): Promise<unknown[]> {
    this.request(code, ...rest);
    return this.next();
  }

  /** Returns the next message. Rejects if the socket closes instead. */
  async next(): Promise<unknown[]> {
    const received =
      this.#inbox.shift() ?? (await new Promise<Received>((resolve) => (this.#reader = resolve)));
    if ("message" in received) return received.message;
    throw new Error(`the socket was closed with ${received.closed}`);
  }

  /**
   * Returns the unread messages that the router had sent before the call. A round trip shows that no more were under way, so
   * that an empty list proves silence.
   */
  async unread(): Promise<unknown[][]> {
    const id = this.request(48, {}, "wamp.session.count");
    const before: unknown[][] = [];
    for (;;) {
      const message = await this.next();
      // With the meta API switched off, the answer is an ERROR, which serves the same purpose.
      if (message[0] === 50 && message[1] === id) return before;
      if (message[0] === 8 && message[1] === 48 && message[2] === id) return before;
      before.push(message);
    }
  }

  close(code = 1000): void {
    this.#socket.close(code);
  }

  /** Destroys the socket, as a crash would. */
  vanish(): void {
    this.#socket.terminate();
  }

  #write(message: unknown): string | Uint8Array {
    switch (this.#plainSubprotocol) {
      case "wamp.2.msgpack":
        return msgpack.encode(message);
      case "wamp.2.cbor":
        return cbor.encode(message);
      default:
        return JSON.stringify(message);
    }
  }

  #read(frame: string | Uint8Array): unknown[] {
    const decode =
      this.#plainSubprotocol === "wamp.2.cbor"
        ? (bytes: Uint8Array) => cbor.decode(bytes) as unknown
        : msgpack.decode;
    const message: unknown = typeof frame === "string" ? JSON.parse(frame) : decode(frame);
    if (!Array.isArray(message)) throw new Error("not a WAMP message");
    return message;
  }

  #push(received: Received): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.#inbox.push(received);
    else reader(received);
  }
}

function batch(messages: readonly (string | Uint8Array)[]): string | Uint8Array {
  if (messages.every((message) => typeof message === "string"))
    return messages.map((text) => `${text}\x1e`).join("");
  return Buffer.concat(
    messages.flatMap((message) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(message.length);
      return [length, Buffer.from(message)];
    }),
  );
}

function parts(frame: string | Uint8Array): (string | Uint8Array)[] {
  if (typeof frame === "string") {
    const records = frame.split("\x1e");
    if (records.pop() !== "" || records.length === 0) throw new Error("not a batch");
    return records;
  }
  const found: Uint8Array[] = [];
  let rest = Buffer.from(frame);
  while (rest.length > 0) {
    const end = 4 + rest.readUInt32BE();
    found.push(Uint8Array.from(rest.subarray(4, end)));
    rest = rest.subarray(end);
  }
  return found;
}
