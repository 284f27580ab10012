import { decode, encode } from "@msgpack/msgpack";
import { WebSocket } from "ws";
import type { RawData } from "ws";

/** All roles with the features that a full client announces. */
export const fullRoles = {
  caller: {},
  callee: {
    features: { call_canceling: true, progressive_call_results: true, registration_revocation: true },
  },
  publisher: {},
  subscriber: {},
};

type Received = { readonly message: unknown[] } | { readonly closed: number };

/** A client that shares no code with the router: frames in, frames out, nothing checked. */
export class RawClient {
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  /** The session id, after {@link join}. */
  session = 0;
  readonly #socket: WebSocket;
  readonly #inbox: Received[] = [];
  #reader: ((received: Received) => void) | undefined;
  #requests = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: RawData, binary: boolean) => {
      this.#push({ message: read(data, binary) });
    });
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on("close", (code) => {
        this.#push({ closed: code });
        resolve(code);
      });
    });
  }

  /** Opens a socket; rejects when the handshake is refused. */
  static connect(url: string, subprotocols: string | string[] = "wamp.2.json"): Promise<RawClient> {
    const socket = new WebSocket(url, subprotocols);
    const client = new RawClient(socket);
    return new Promise((resolve, reject) => {
      socket.on("open", () => {
        resolve(client);
      });
      socket.on("error", reject);
    });
  }

  /** Opens a socket and a session. */
  static async join(
    url: string,
    details: Record<string, unknown> = {},
    subprotocol?: string,
  ): Promise<RawClient> {
    const client = await RawClient.connect(url, subprotocol);
    client.send(1, "realm1", { roles: fullRoles, ...details });
    const welcome = await client.next();
    if (welcome[0] !== 2) throw new Error(`no WELCOME but ${JSON.stringify(welcome)}`);
    client.session = Number(welcome[1]);
    return client;
  }

  get subprotocol(): string {
    return this.#socket.protocol;
  }

  /** Messages that came and were not read. */
  get waiting(): number {
    return this.#inbox.length;
  }

  send(...message: unknown[]): void {
    this.#socket.send(this.subprotocol === "wamp.2.msgpack" ? encode(message) : JSON.stringify(message));
  }

  /** Shows the text of every frame, as it came. */
  onFrame(show: (text: string) => void): void {
    this.#socket.on("message", (data: RawData) => {
      if (Buffer.isBuffer(data)) show(data.toString("utf8"));
    });
  }

  /** Resolves when the frame has left this process. */
  sendFrame(frame: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(frame, (error) => {
        if (!(error instanceof Error)) resolve();
        else reject(error);
      });
    });
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

  /** The next message; rejects when the socket closes instead. */
  async next(): Promise<unknown[]> {
    const received =
      this.#inbox.shift() ?? (await new Promise<Received>((resolve) => (this.#reader = resolve)));
    if ("message" in received) return received.message;
    throw new Error(`the socket was closed with ${received.closed}`);
  }

  /**
   * Everything that the router had sent before this moment and nobody has read: a round trip shows that no more was
   * under way, so that an empty list proves silence.
   */
  async unread(): Promise<unknown[][]> {
    const id = this.request(48, {}, "wamp.session.count");
    const before: unknown[][] = [];
    for (;;) {
      const message = await this.next();
      // With the meta API switched off the answer is an ERROR, which serves as well.
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

  #push(received: Received): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.#inbox.push(received);
    else reader(received);
  }
}

function read(data: RawData, binary: boolean): unknown[] {
  if (!Buffer.isBuffer(data)) throw new Error("frames come as one buffer");
  const message: unknown = binary ? decode(new Uint8Array(data)) : JSON.parse(data.toString("utf8"));
  if (!Array.isArray(message)) throw new Error("not a WAMP message");
  return message;
}
