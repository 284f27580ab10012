// A WAMP client of the fewest lines, in JSON: what the pages talk to. Its cost is the same for every candidate.
import { WebSocket } from "ws";

const HELLO = 1;
const WELCOME = 2;
const ERROR = 8;
const PUBLISH = 16;
const PUBLISHED = 17;
const REGISTER = 64;
const REGISTERED = 65;
const INVOCATION = 68;
const YIELD = 70;

/** Bytes that may wait in the socket while publishing. */
const HIGH_WATER = 1 << 20;

export class RawClient {
  #socket;
  #request = 0;
  /** @type {Map<number, (message: any[]) => void>} */
  #waiting = new Map();
  /** @type {(message: any[]) => void} */
  #welcomed = () => undefined;

  /** @param {string} url */
  constructor(url) {
    this.#socket = new WebSocket(url, ["wamp.2.json"], { perMessageDeflate: false });
    this.#socket.on("message", (data) => {
      if (Buffer.isBuffer(data)) this.#received(JSON.parse(data.toString()));
    });
  }

  /** @param {string} url */
  static async join(url) {
    const client = new RawClient(url);
    await new Promise((resolve, reject) => {
      client.#welcomed = resolve;
      client.#socket.once("error", reject).once("open", () => {
        client.#send([HELLO, "realm1", { roles: { publisher: {}, callee: {} } }]);
      });
    });
    client.#socket.on("error", () => undefined);
    return client;
  }

  /**
   * Answers calls with their first argument.
   *
   * @param {string} procedure
   */
  async registerEcho(procedure) {
    await this.#ask((request) => [REGISTER, request, {}, procedure]);
  }

  /**
   * @param {string} topic
   * @param {readonly unknown[]} args
   */
  publish(topic, args) {
    this.#send([PUBLISH, ++this.#request, {}, topic, args]);
  }

  /**
   * Resolves when the router has taken this publication, and so everything before it.
   *
   * @param {string} topic
   * @param {readonly unknown[]} args
   */
  async publishAcknowledged(topic, args) {
    await this.#ask((request) => [PUBLISH, request, { acknowledge: true }, topic, args]);
  }

  /** Resolves when there is room for more. */
  async drained() {
    while (this.#socket.bufferedAmount > HIGH_WATER) await new Promise((resolve) => setImmediate(resolve));
  }

  close() {
    this.#socket.close();
  }

  /** @param {(request: number) => unknown[]} make */
  #ask(make) {
    const request = ++this.#request;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, (message) => {
        if (message[0] === ERROR) reject(new Error(`the router answered ${JSON.stringify(message)}`));
        else resolve(message);
      });
      this.#send(make(request));
    });
  }

  /** @param {unknown[]} message */
  #send(message) {
    this.#socket.send(JSON.stringify(message));
  }

  /** @param {any[]} message */
  #received(message) {
    switch (message[0]) {
      case WELCOME:
        return this.#welcomed(message);
      case INVOCATION:
        return this.#send([YIELD, message[1], {}, message[4] ?? []]);
      case PUBLISHED:
      case REGISTERED:
        return this.#answer(message[1], message);
      case ERROR:
        return this.#answer(message[2], message);
    }
  }

  /**
   * @param {number} request
   * @param {any[]} message
   */
  #answer(request, message) {
    this.#waiting.get(request)?.(message);
    this.#waiting.delete(request);
  }
}
