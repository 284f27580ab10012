// Speaks the DevTools protocol over the browser's pipe. Domains that cost time during a measurement stay off, above all Network.

/**
 * @typedef {Record<string, any>} Dict what the protocol has for an object
 *
 * @typedef {object} Waiting
 * @property {(result: Dict) => void} resolve
 * @property {(error: Error) => void} reject
 *
 * @typedef {(method: string, params: Dict, session: string | undefined) => void} Listener
 */

export class DevTools {
  #last = 0;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  /** @type {Set<Listener>} */
  #listeners = new Set();
  #output;

  /**
   * @param {import("node:stream").Writable} output
   * @param {import("node:stream").Readable} input
   */
  constructor(output, input) {
    this.#output = output;
    /** @type {Buffer[]} */
    let parts = [];
    input.on("data", (/** @type {Buffer} */ chunk) => {
      let from = 0;
      // A zero byte ends each message.
      for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, from)) {
        parts.push(chunk.subarray(from, end));
        from = end + 1;
        this.#received(JSON.parse(Buffer.concat(parts).toString()));
        parts = [];
      }
      parts.push(chunk.subarray(from));
    });
    const gone = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the browser is gone"));
      this.#waiting.clear();
    };
    input.on("close", gone);
    output.on("error", gone);
  }

  /**
   * @param {string} method
   * @param {Dict} [params]
   * @param {string} [session] of a target; without it the browser is meant
   * @returns {Promise<Dict>}
   */
  send(method, params = {}, session) {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        resolve,
        reject: (error) => reject(new Error(`${method}: ${error.message}`, { cause: error })),
      });
      this.#output.write(`${JSON.stringify({ id, method, params, sessionId: session })}\0`);
    });
  }

  /**
   * @param {string} method
   * @param {string} session
   * @returns {Promise<Dict>}
   */
  once(method, session) {
    return new Promise((resolve) => {
      /** @type {Listener} */
      const listener = (what, params, where) => {
        if (what !== method || where !== session) return;
        this.#listeners.delete(listener);
        resolve(params);
      };
      this.#listeners.add(listener);
    });
  }

  /** @param {Dict} message */
  #received({ id, result, error, method, params, sessionId }) {
    if (id === undefined) {
      for (const listener of [...this.#listeners]) listener(method, params, sessionId);
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error.message));
  }
}
