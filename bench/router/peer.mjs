// The session on the other side of the router, which answers the pages of all candidates.
import { RawClient, code } from "../../scripts/raw-client.mjs";

export class Peer {
  #client;

  /** @param {RawClient} client */
  constructor(client) {
    this.#client = client;
    client.onMessage = ([type, request, , , args]) => {
      if (type === code.INVOCATION) client.send([code.YIELD, request, {}, args ?? []]);
    };
  }

  /** @param {string} url */
  static async join(url) {
    return new Peer(await RawClient.join(url, { roles: { publisher: {}, callee: {} } }));
  }

  /**
   * Registers a procedure that returns its arguments.
   *
   * @param {string} procedure
   */
  async registerEcho(procedure) {
    await this.#client.request(code.REGISTER, {}, procedure);
  }

  /**
   * Publishes without acknowledgement.
   *
   * @param {string} topic
   * @param {readonly unknown[]} args
   */
  publish(topic, args) {
    this.#client.notify(code.PUBLISH, {}, topic, args);
  }

  /**
   * Publishes; resolves when the router has accepted this publication, and so everything before it.
   *
   * @param {string} topic
   * @param {readonly unknown[]} args
   */
  async publishAcknowledged(topic, args) {
    await this.#client.request(code.PUBLISH, { acknowledge: true }, topic, args);
  }

  /** Resolves when the socket has room for more. */
  drained() {
    return this.#client.drained();
  }

  close() {
    return this.#client.close();
  }
}
