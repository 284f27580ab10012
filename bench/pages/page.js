// The part that every page of the benchmark shares, with any client: the benchmark drives it through `globalThis.bench`.

/**
 * @typedef {object} JoinOptions
 * @property {string} url of the router
 * @property {"json" | "msgpack"} serializer
 * @property {number} [retryDelay] milliseconds between attempts to reconnect; next to none by default, so that luck with the delay is not measured
 * @property {number} [probeAfter] milliseconds of silence after which a client that can asks the router for a sign of life
 *
 * @typedef {object} Client a joined WAMP client
 * @property {(procedure: string, args: unknown[]) => Promise<unknown>} call resolves with the first positional result
 * @property {(topic: string, onEvent: (args: readonly unknown[]) => void, catchUp?: boolean) => Promise<void>} subscribe for all sessions to
 *   come; `catchUp` asks for the events that were missed
 * @property {(topic: string, args: unknown[]) => void} publish without acknowledgement
 * @property {(listener: () => void) => void} onBack calls the listener when a session is back after a loss
 * @property {(listener: () => void) => void} [onLost] calls the listener when the session is lost
 * @property {(topic: string, args: unknown[], onStored: () => void) => Promise<void>} [publishDurably] stores the publication, and resolves when
 *   the router has acknowledged it
 * @property {() => Promise<{ tabs: number, rest: number }>} [tables] counts the entries of the tables behind the client
 *
 * @typedef {object} Collected
 * @property {number} at time of the last event, in milliseconds since the epoch
 * @property {number} events
 * @property {boolean} complete whether each event arrived once and in order
 *
 * @typedef {object} Delays
 * @property {number} median milliseconds from the publication of an event to its arrival
 * @property {boolean} complete whether each event arrived once and in order
 */

/** Milliseconds between attempts to reconnect, unless a work says otherwise. */
export const RETRY_DELAY = 1;

const REALM = "realm1";
export { REALM };

function now() {
  return performance.timeOrigin + performance.now();
}

/**
 * @param {number[]} sorted
 * @param {number} share
 */
function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/**
 * Reads the index of the arguments `[index, …]`. It touches a binary argument too, since a client could decode it lazily.
 *
 * @param {readonly unknown[]} args
 */
function indexOf([index, content]) {
  if (content instanceof Uint8Array && content.length !== 65_536) return -1;
  return Number(index);
}

/** @param {(options: JoinOptions) => Promise<Client>} connect */
export function expose(connect) {
  /** @type {Client} */
  let client;
  /** @type {Promise<Collected>} */
  let collected;
  /** @type {Promise<Delays>} */
  let delays;
  /** @type {Promise<number>} */
  let back;
  /** @type {Promise<number>} */
  let lost;
  /** @type {Promise<number>} */
  let drained;
  /** @type {Promise<void>} */
  let flooded;
  let calling = false;

  /**
   * @param {string} procedure
   * @param {number} value
   */
  const echo = async (procedure, value) => {
    const answer = await client.call(procedure, [value]);
    if (answer !== value) throw new Error(`${procedure} answered ${String(answer)}, not ${value}`);
  };

  const bench = {
    /** @param {JoinOptions} options */
    async join(options) {
      client = await connect(options);
    },

    /**
     * Makes one call after the other.
     *
     * @param {{ procedure: string, count: number }} options
     */
    async sequential({ procedure, count }) {
      const times = [];
      const start = performance.now();
      let before = start;
      for (let index = 0; index < count; index++) {
        await echo(procedure, index);
        const after = performance.now();
        times.push(after - before);
        before = after;
      }
      times.sort((one, other) => one - other);
      return { mean: (before - start) / count, p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
    },

    /**
     * Keeps `width` calls in flight.
     *
     * @param {{ procedure: string, count: number, width: number }} options
     */
    async pipelined({ procedure, count, width }) {
      let next = 0;
      const start = performance.now();
      const lane = async () => {
        while (next < count) await echo(procedure, next++);
      };
      await Promise.all(Array.from({ length: width }, lane));
      return { callsPerSecond: (count * 1000) / (performance.now() - start) };
    },

    /**
     * Resolves when subscribed; {@link collected} then waits for `count` events.
     *
     * @param {{ topic: string, count: number, catchUp?: boolean }} options
     */
    async collect({ topic, count, catchUp }) {
      /** @type {PromiseWithResolvers<Collected>["resolve"]} */
      let resolve = () => undefined;
      collected = new Promise((settle) => (resolve = settle));
      let events = 0;
      let complete = true;
      await client.subscribe(
        topic,
        (args) => {
          if (indexOf(args) !== events) complete = false;
          events += 1;
          if (events === count) resolve({ at: now(), events, complete });
        },
        catchUp,
      );
    },

    collected: () => collected,

    /**
     * Resolves when subscribed; {@link delays} then waits for `count` events `[index, time of the publication]`.
     *
     * @param {{ topic: string, count: number }} options
     */
    async collectDelays({ topic, count }) {
      /** @type {PromiseWithResolvers<Delays>["resolve"]} */
      let resolve = () => undefined;
      delays = new Promise((settle) => (resolve = settle));
      /** @type {number[]} */
      const times = [];
      let complete = true;
      await client.subscribe(topic, ([index, published]) => {
        if (index !== times.length) complete = false;
        times.push(now() - Number(published));
        if (times.length < count) return;
        times.sort((one, other) => one - other);
        resolve({ median: quantile(times, 0.5), complete });
      });
    },

    delays: () => delays,

    /** The state of this page in its window, as the browser sees it. */
    visibility: () => document.visibilityState,

    /** @param {{ topic: string }} options */
    async subscribe({ topic }) {
      await client.subscribe(topic, () => undefined);
    },

    /**
     * Starts to publish without a pause; {@link flooded} waits until the router has accepted everything.
     *
     * @param {{ topic: string, procedure: string, count: number }} options
     */
    flood({ topic, procedure, count }) {
      for (let index = 0; index < count; index++) client.publish(topic, [index]);
      // A client sends the call after its publications.
      flooded = echo(procedure, count);
    },

    flooded: () => flooded,

    /**
     * Makes one call after the other, `pause` milliseconds apart, until {@link stopCalling}.
     *
     * @param {{ procedure: string, pause: number }} options
     */
    async keepCalling({ procedure, pause }) {
      const times = [];
      calling = true;
      while (calling) {
        const start = performance.now();
        await echo(procedure, times.length);
        times.push(performance.now() - start);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
      times.sort((one, other) => one - other);
      return { calls: times.length, p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
    },

    stopCalling() {
      calling = false;
    },

    /** Starts to listen; {@link lost} then waits for the loss of the session, and {@link back} for the next one. */
    expectLoss() {
      back = new Promise((resolve) => {
        client.onBack(() => {
          resolve(now());
        });
      });
      lost = new Promise((resolve) => {
        client.onLost?.(() => {
          resolve(now());
        });
      });
    },

    /** The time at which the session was lost, in milliseconds since the epoch; only of clients that tell it. */
    lost: () => lost,

    /** The time at which the next session was there, in milliseconds since the epoch. */
    back: () => back,

    /**
     * Resolves when the publications are stored; {@link drained} then waits until the router has acknowledged them all.
     *
     * @param {{ topic: string, count: number }} options
     */
    async store({ topic, count }) {
      /** @type {Promise<void>[]} */
      const acknowledged = [];
      /** @type {Promise<void>[]} */
      const stored = [];
      for (let index = 0; index < count; index++) {
        stored.push(
          new Promise((resolve) => {
            acknowledged.push(
              client.publishDurably?.(topic, [index], resolve) ?? Promise.reject(new Error("no outbox")),
            );
          }),
        );
      }
      drained = Promise.all(acknowledged).then(now);
      await Promise.all(stored);
    },

    /** The time of the last acknowledgement, in milliseconds since the epoch. */
    drained: () => drained,

    tables: () => client.tables?.(),
  };
  Object.assign(globalThis, { bench });
}
