// Faults that keep the pages from the router, and their ends.
import { setTimeout as sleep } from "node:timers/promises";
import { startTcpProxy } from "../../scripts/tcp-proxy.mjs";

/** Milliseconds between two events that show that a page gets events again. */
const TICK = 2;
/** Milliseconds within which the router must notice that a connection is cut. */
const NOTICE = 10_000;

function now() {
  return performance.timeOrigin + performance.now();
}

/**
 * @param {object} parts
 * @param {() => import("wamp-mux/router").DevRouter} parts.router
 * @param {() => import("./peer.mjs").Peer} parts.peer
 * @param {(port: number) => Promise<string>} parts.start starts the router again, with the peer
 */
export function createOutages({ router, peer, start }) {
  /** @type {import("../../scripts/tcp-proxy.mjs").TcpProxy | undefined} */
  let proxy;
  let ticking = false;

  function theProxy() {
    if (proxy === undefined) throw new Error("there is no proxy");
    return proxy;
  }

  return {
    /** Kills the router, as a power cut does, and starts it again; returns the time at which it listens. @param {{ down: number }} options */
    async restart({ down }) {
      const { port, faults } = router();
      // The clients see no GOODBYE, after which Autobahn|JS would not come back.
      faults.dropAll();
      await router().stop();
      await sleep(down);
      await start(port);
      return now();
    },

    /** Publishes one event after the other until {@link stopTicking}. @param {{ topic: string }} options */
    startTicking({ topic }) {
      ticking = true;
      const tick = async () => {
        while (ticking) {
          peer().publish(topic, [0]);
          await sleep(TICK);
        }
      };
      void tick();
    },

    stopTicking() {
      ticking = false;
    },

    /** Puts a proxy in front of the router; returns its URL. @param {{ latency?: number }} options in milliseconds, in each direction */
    async openProxy({ latency }) {
      proxy = await startTcpProxy(
        { host: "127.0.0.1", port: router().port },
        { ...(latency !== undefined && { latency }) },
      );
      return `ws://127.0.0.1:${proxy.port}/`;
    },

    async closeProxy() {
      await proxy?.close();
      proxy = undefined;
    },

    /** Makes the proxy swallow what the router sends on the present connections; returns the time. */
    swallow() {
      theProxy().swallowAnswers(true);
      return now();
    },

    /** Cuts all connections of the proxy and refuses further ones; resolves when only the peer is left. */
    async cut() {
      theProxy().refuse(true);
      theProxy().drop();
      const deadline = performance.now() + NOTICE;
      while (router().counts.open > 1) {
        if (performance.now() > deadline)
          throw new Error("the connections are cut, but the router has them still");
        await sleep(1);
      }
    },

    /** Lets connections through again. */
    mend() {
      theProxy().refuse(false);
    },
  };
}
