// The hub in Node, with tabs that only count and a router in memory that answers at once.

/** @typedef {import("./sources.mjs").Sources} Sources */
/** @typedef {import("../../src/contract/requests.js").TabRequest} TabRequest */

/** Codes of the messages that the router answers (WAMP, "Message Codes"). */
const HELLO = 1;
const PUBLISH = 16;
const SUBSCRIBE = 32;
const UNSUBSCRIBE = 34;
const CALL = 48;

/** Exceeds the length of any promise chain in the hub. */
const MICROTASK_TURNS = 30;

/** @type {import("../../src/protocol/payload.js").Payload} */
const payload = { serializer: "json", count: 1, data: "[1]" };
const timing = /** @type {const} */ ({ timeout: 0, offline: "wait" });

/** A tab whose page handles its notices at once. */
export class BenchTab {
  #lastRequest = 0;
  #port;

  /** @param {import("../../src/hub/hub.js").AttachedTab} port */
  constructor(port) {
    this.#port = port;
  }

  /** @param {readonly Record<string, unknown>[]} requests without their numbers */
  post(requests) {
    const numbered = requests.map((request) => ({ ...request, request: ++this.#lastRequest }));
    void this.#port.post(/** @type {any} */ (numbered));
  }
}

/** @param {string} topic */
export const publish = (topic) => ({ kind: "publish", topic, options: {}, payload, ...timing });
/** @param {string} procedure */
export const call = (procedure) => ({ kind: "call", procedure, options: {}, payload, ...timing });
/** @param {number} subscription */
export const unsubscribe = (subscription) => ({ kind: "unsubscribe", subscription });
/**
 * @param {number} subscription
 * @param {string} topic
 * @param {"exact" | "prefix" | "wildcard"} [match]
 */
export const subscribe = (subscription, topic, match = "exact") => ({
  kind: "subscribe",
  subscription,
  topic,
  options: match === "exact" ? {} : { match },
  ...timing,
});

/** A hub that is online. */
export class HubWorld {
  /** Numbers of the PUBLISHs whose PUBLISHED the router withholds; undefined while it answers at once. */
  /** @type {number[] | undefined} */
  withheld;
  #lastPublication = 1_000_000;
  #lastTab = 0;
  /** The router's ids of subscriptions, by match policy and topic. */
  #ids = /** @type {Map<string, number>} */ (new Map());
  /** Frames for the hub. */
  #frames = /** @type {string[]} */ ([]);
  #events = /** @type {import("../../src/connection/environment.js").SocketEvents | undefined} */ (undefined);
  #sources;
  #fake;
  #hub;

  /** @param {Sources} sources */
  constructor(sources) {
    this.#sources = sources;
    this.#fake = sources.createFakeEnvironment();
    this.#hub = sources.createHub({
      ...this.#fake.env,
      sockets: {
        open: (_url, _subprotocols, events) => {
          void Promise.resolve().then(() => events.opened("wamp.2.json"));
          this.#events = events;
          return { bufferedAmount: 0, close: () => undefined, send: (frame) => this.#answer(String(frame)) };
        },
      },
    });
  }

  /** @param {Sources} sources */
  static async start(sources, tabs = 1) {
    const world = new HubWorld(sources);
    const joined = Array.from({ length: tabs }, () => world.join());
    await world.settle();
    return { world, tabs: joined, first: /** @type {BenchTab} */ (joined[0]) };
  }

  join() {
    const { sessionConfig, connectConfig, CONTRACT_VERSION, tabLock } = this.#sources;
    const tab = /** @type {import("../../src/contract/ids.js").TabId} */ (`tab-${++this.#lastTab}`);
    this.#fake.locks.take(tabLock(tab));
    const config = sessionConfig({ serializers: ["json"] });
    const session = connectConfig?.(config) ?? /** @type {any} */ (config);
    const { port } = this.#hub.attach(
      { contract: CONTRACT_VERSION, tab, session, codecUrls: [] },
      {
        deliver: () => Promise.resolve(),
        ask: () => Promise.reject(new Error("there is no secret")),
        dismiss: () => undefined,
        isFatal: () => Promise.resolve(null),
      },
    );
    if (port === undefined) throw new Error("the hub refused the tab");
    return new BenchTab(port);
  }

  /**
   * Sends an EVENT of another session.
   *
   * @param {string} topic
   * @param {"exact" | "prefix" | "wildcard"} [match] the policy of the subscription
   * @param {string} [pattern] that of the subscription
   */
  event(topic, match = "exact", pattern = topic) {
    const id = this.#ids.get(`${match} ${pattern}`);
    const details = match === "exact" ? {} : { topic };
    this.#frames.push(JSON.stringify([36, id, ++this.#lastPublication, details, [1]]));
  }

  /** Answers the oldest PUBLISHs whose PUBLISHED was withheld. */
  published(count = Infinity) {
    for (const request of this.withheld?.splice(0, count) ?? [])
      this.#frames.push(JSON.stringify([17, request, ++this.#lastPublication]));
  }

  /** Delivers the frames to the hub, and runs everything that follows from them. Time stands still. */
  async settle() {
    do {
      const frames = this.#frames;
      this.#frames = [];
      for (const frame of frames) this.#events?.received(frame);
      for (let turn = 0; turn < MICROTASK_TURNS; turn++) await Promise.resolve();
    } while (this.#fake.tick() > 0 || this.#frames.length > 0);
  }

  /** @param {string} frame */
  #answer(frame) {
    const [code, request, options, uri] = JSON.parse(frame);
    const answer = this.#answerTo(code, request, options, uri);
    if (answer !== undefined) this.#frames.push(JSON.stringify(answer));
  }

  /**
   * @param {number} code
   * @param {number} request
   * @param {{ readonly match?: string, readonly acknowledge?: boolean }} options
   * @param {string} uri
   */
  #answerTo(code, request, options, uri) {
    switch (code) {
      case HELLO:
        return [2, 1, this.#sources.WELCOME_DETAILS];
      case SUBSCRIBE: {
        const key = `${options.match ?? "exact"} ${uri}`;
        const id = this.#ids.get(key) ?? this.#ids.size + 1;
        this.#ids.set(key, id);
        return [33, request, id];
      }
      case UNSUBSCRIBE:
        return [35, request];
      case CALL:
        return [50, request, {}, [1]];
      case PUBLISH:
        if (options.acknowledge !== true) return undefined;
        if (this.withheld === undefined) return [17, request, ++this.#lastPublication];
        this.withheld.push(request);
        return undefined;
      default:
        return undefined;
    }
  }
}
