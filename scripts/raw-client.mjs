// The only WAMP client outside of src that is written by hand. It serves where a WAMP library cannot: as the callee of the
// browser tests that handles INTERRUPT, as the peer that writes what no library writes, and as the peer of the benchmark, whose
// cost must be small and the same for every candidate. It sends messages as they are given and checks nothing.
import * as msgpack from "@msgpack/msgpack";
import { Encoder } from "cbor-x/index-no-eval";
import { once } from "node:events";
import { WebSocket } from "ws";

/**
 * @typedef {[code: number, ...rest: unknown[]]} Message as it stands in a frame
 * @typedef {Readonly<Record<string, unknown>>} Dict
 *
 * @typedef {object} JoinOptions
 * @property {string} [realm]
 * @property {Dict} roles of HELLO
 * @property {keyof typeof codecs} [serializer] JSON by default
 */

/** The message codes that the client or its users read and write. */
export const code = /** @type {const} */ ({
  HELLO: 1,
  WELCOME: 2,
  GOODBYE: 6,
  ERROR: 8,
  PUBLISH: 16,
  PUBLISHED: 17,
  CALL: 48,
  RESULT: 50,
  REGISTER: 64,
  REGISTERED: 65,
  INVOCATION: 68,
  INTERRUPT: 69,
  YIELD: 70,
});

// Options that the types of the library do not know are taken from a variable.
const cborOptions = { useRecords: false, tagUint8Array: false, int64AsNumber: true };
const cbor = new Encoder(cborOptions);

/** @type {Record<"json" | "msgpack" | "cbor", { encode: (message: unknown) => string | Uint8Array, decode: (data: Buffer) => unknown }>} */
const codecs = {
  json: {
    encode: (message) => JSON.stringify(message),
    decode: (data) => /** @type {unknown} */ (JSON.parse(data.toString())),
  },
  msgpack: { encode: (message) => msgpack.encode(message), decode: (data) => msgpack.decode(data) },
  cbor: {
    encode: (message) => cbor.encode(message),
    decode: (data) => /** @type {unknown} */ (cbor.decode(data)),
  },
};

/** Bytes that may wait in the socket while publishing. */
const HIGH_WATER = 1 << 20;

/**
 * The request that a message answers.
 *
 * @param {Message} message
 * @returns {number | undefined} its id; undefined for every other message
 */
function requestAnswered(message) {
  switch (message[0]) {
    case code.PUBLISHED:
    case code.RESULT:
    case code.REGISTERED:
      return Number(message[1]);
    case code.ERROR:
      return Number(message[2]);
    default:
      return undefined;
  }
}

export class RawClient {
  /** Gets each message that answers no request, in the task of its frame. @type {(message: Message) => void} */
  onMessage = () => undefined;
  /** Resolves when the socket is closed. @type {Promise<void>} */
  closed;
  #socket;
  #codec;
  #lastRequest = 0;
  /** @type {Map<number, { resolve: (answer: Message) => void, reject: (error: Error) => void }>} */
  #pending = new Map();

  /** @param {WebSocket} socket */
  constructor(socket) {
    this.#socket = socket;
    this.#codec = codecs[/** @type {keyof typeof codecs} */ (socket.protocol.slice("wamp.2.".length))];
    socket.on("message", (data) => {
      if (!Buffer.isBuffer(data)) return;
      this.#receive(/** @type {Message} */ (this.#codec.decode(data)));
    });
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        for (const { reject } of this.#pending.values()) reject(new Error("the router closed the socket"));
        this.#pending.clear();
        resolve();
      });
    });
  }

  /**
   * Opens a socket and joins a realm as an anonymous session.
   *
   * @param {string} url
   * @param {JoinOptions} options
   */
  static async join(url, { realm = "realm1", roles, serializer = "json" }) {
    const socket = new WebSocket(url, [`wamp.2.${serializer}`], { perMessageDeflate: false });
    await once(socket, "open");
    const client = new RawClient(socket);
    const answer = new Promise((resolve, reject) => {
      client.onMessage = resolve;
      socket.once("close", () => reject(new Error("the router closed the socket before WELCOME")));
    });
    client.send([code.HELLO, realm, { roles, authmethods: ["anonymous"] }]);
    const message = /** @type {Message} */ (await answer);
    if (message[0] !== code.WELCOME) throw new Error(`instead of WELCOME: ${JSON.stringify(message)}`);
    client.onMessage = () => undefined;
    return client;
  }

  /**
   * Sends a message, unless the socket is closed.
   *
   * @param {Message} message
   */
  send(message) {
    this.sendFrame(this.#codec.encode(message));
  }

  /**
   * Sends a frame that the caller has encoded, unless the socket is closed.
   *
   * @param {string | Uint8Array} frame
   */
  sendFrame(frame) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  /**
   * Takes the id of the next request, for a frame that the caller encodes.
   *
   * @returns {number}
   */
  nextRequest() {
    this.#lastRequest += 1;
    return this.#lastRequest;
  }

  /**
   * Sends a request with the next id, and expects no answer.
   *
   * @param {number} type
   * @param {unknown[]} rest the fields behind the id
   */
  notify(type, ...rest) {
    this.send([type, this.nextRequest(), ...rest]);
  }

  /**
   * Sends a request with the next id; resolves with its answer and rejects with its ERROR.
   *
   * @param {number} type
   * @param {unknown[]} rest the fields behind the id
   * @returns {Promise<Message>}
   */
  request(type, ...rest) {
    const id = this.nextRequest();
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.send([type, id, ...rest]);
    });
  }

  /** Resolves when the socket has room for more. */
  async drained() {
    while (this.#socket.bufferedAmount > HIGH_WATER) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Leaves the realm; resolves when the socket is closed. */
  async close() {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, "close");
    this.send([code.GOODBYE, {}, "wamp.close.close_realm"]);
    this.#socket.close();
    await closed;
  }

  /** @param {Message} message */
  #receive(message) {
    const id = requestAnswered(message);
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (id === undefined || pending === undefined) {
      this.onMessage(message);
      return;
    }
    this.#pending.delete(id);
    if (message[0] === code.ERROR)
      pending.reject(new Error(`the router answered ${JSON.stringify(message)}`));
    else pending.resolve(message);
  }
}
