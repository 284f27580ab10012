// A TCP relay in front of any router, which counts connections and breaks them for the tests and the demo.
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { Transform } from "node:stream";

/**
 * @typedef {object} TcpProxy
 * @property {number} port on 127.0.0.1
 * @property {() => number} connections accepted so far, without those refused
 * @property {() => number} open connections now
 * @property {() => void} drop destroys every connection
 * @property {(on: boolean) => void} stall holds both directions while on; arriving data are kept
 * @property {(on: boolean) => void} swallowAnswers holds what the open connections' router sends while on
 * @property {(on: boolean) => void} refuse destroys new connections at once while on
 * @property {() => Promise<void>} idle resolves when no connection is open
 * @property {() => Promise<void>} close
 */

/** @typedef {{ readonly browser: import("node:net").Socket, readonly router: import("node:net").Socket }} Pair */

/**
 * Makes a way on which all data take the same time.
 *
 * @param {number} milliseconds
 */
function distance(milliseconds) {
  return new Transform({
    highWaterMark: 1 << 20,
    // The next chunk is taken at once, so that chunks travel behind each other.
    transform(chunk, _encoding, taken) {
      setTimeout(() => this.push(chunk), milliseconds);
      taken();
    },
    flush(ended) {
      setTimeout(ended, milliseconds);
    },
  });
}

/**
 * @param {{ host: string, port: number }} target
 * @param {{ latency?: number }} [options] milliseconds that data take in each direction; without the faults that hold data
 * @returns {Promise<TcpProxy>}
 */
export async function startTcpProxy(target, { latency = 0 } = {}) {
  /** @type {Set<Pair>} */
  const pairs = new Set();
  /** @type {(() => void)[]} */
  const idleWaiters = [];
  let accepted = 0;
  let stalled = false;
  let refusing = false;

  /** @param {Pair} pair */
  const remove = (pair) => {
    pair.browser.destroy();
    pair.router.destroy();
    if (pairs.delete(pair) && pairs.size === 0) idleWaiters.splice(0).forEach((resolve) => resolve());
  };
  /** @param {Pair} pair */
  const relay = ({ browser, router }) => {
    if (latency === 0) {
      browser.pipe(router);
      router.pipe(browser);
    } else {
      browser.pipe(distance(latency)).pipe(router);
      router.pipe(distance(latency)).pipe(browser);
    }
  };

  const server = createServer((browser) => {
    if (refusing) {
      browser.destroy();
      return;
    }
    accepted += 1;
    const pair = { browser, router: connect(target.port, target.host) };
    pairs.add(pair);
    for (const socket of [pair.browser, pair.router]) {
      socket.setNoDelay(true);
      socket.on("error", () => remove(pair));
      socket.on("close", () => remove(pair));
    }
    if (!stalled) relay(pair);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP port was expected");

  return {
    port: address.port,
    connections: () => accepted,
    open: () => pairs.size,
    drop: () => [...pairs].forEach(remove),
    stall(on) {
      if (on === stalled) return;
      stalled = on;
      for (const pair of pairs) {
        if (!on) relay(pair);
        else {
          pair.browser.unpipe(pair.router).pause();
          pair.router.unpipe(pair.browser).pause();
        }
      }
    },
    swallowAnswers(on) {
      for (const { browser, router } of pairs) {
        if (on) router.unpipe(browser).pause();
        else router.pipe(browser);
      }
    },
    refuse(on) {
      refusing = on;
    },
    idle: () => (pairs.size === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        [...pairs].forEach(remove);
      }),
  };
}
