// The process beside the browser: it runs the development router, and the peer of the pages.
import { startRouter } from "wamp-mux/router";
import { ECHO } from "./echo.mjs";
import { prepareBurst } from "./burst.mjs";
import { eventArgs } from "./events.mjs";
import { missedTopics } from "./missed.mjs";
import { createOutages } from "./outages.mjs";
import { Peer } from "./peer.mjs";
import { publishSteadily } from "./steady.mjs";

/** @type {import("wamp-mux/router").DevRouter | undefined} */
let router;
/** @type {Peer} */
let peer;
/** @type {() => Promise<number>} */
let release;

function devRouter() {
  if (router === undefined) throw new Error("the development router does not run");
  return router;
}

/** @param {number} [port] */
async function start(port) {
  router = await startRouter({ eventHistory: { topics: missedTopics }, ...(port !== undefined && { port }) });
  await joinPeer(router.url);
  return router.url;
}

/** @param {string} url */
async function joinPeer(url) {
  peer = await Peer.join(url);
  await peer.registerEcho(ECHO);
}

const commands = {
  startDev: () => start(),

  /** @param {{ url: string }} options of a router that runs elsewhere */
  join: ({ url }) => joinPeer(url),

  counts() {
    const { connections, open, sent, received } = devRouter().counts;
    return { connections, open, sent: { ...sent }, received: { ...received } };
  },

  /** @param {{ on: boolean }} options whether further connections get one message in each frame */
  plainOnly({ on }) {
    devRouter().faults.plainOnly(on);
  },

  resetCounts() {
    devRouter().resetCounts();
  },

  /** @param {import("./burst.mjs").BurstOptions} options */
  async prepareBurst(options) {
    release = await prepareBurst(devRouter(), peer, options);
  },

  release: () => release(),

  /**
   * Publishes without preparation; resolves with the time of the first event when the router has accepted all.
   *
   * @param {{ topic: string, kind: import("./events.mjs").Kind, count: number }} options
   */
  async publish({ topic, kind, count }) {
    const start = performance.timeOrigin + performance.now();
    for (let index = 0; index < count - 1; index++) {
      peer.publish(topic, eventArgs(kind, index));
      await peer.drained();
    }
    await peer.publishAcknowledged(topic, eventArgs(kind, count - 1));
    return start;
  },

  /** @param {import("./steady.mjs").SteadyOptions} options */
  publishSteadily: (options) => publishSteadily(peer, options),

  /** Drops all connections, like a router that restarts in no time: the work measures how fast the clients come back. */
  dropAll() {
    const start = performance.timeOrigin + performance.now();
    devRouter().faults.dropAll(1012);
    return start;
  },

  ...createOutages({ router: devRouter, peer: () => peer, start }),

  /** Lets the peer join again, whose connection was dropped too. */
  rejoin: () => joinPeer(devRouter().url),

  async stop() {
    await peer.close();
    await router?.stop();
    setImmediate(() => {
      process.disconnect();
    });
  },
};

/** @typedef {typeof commands} Commands */

process.on(
  "message",
  (/** @type {{ id: number, name: keyof Commands, options: any }} */ { id, name, options }) => {
    Promise.resolve()
      .then(() => /** @type {unknown} */ (commands[name](options)))
      .then(
        (result) => process.send?.({ id, result }),
        (/** @type {unknown} */ error) => process.send?.({ id, error: String(error) }),
      );
  },
);
