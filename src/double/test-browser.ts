import { authenticationWith } from "../auth/auth-methods.js";
import { bundledAlgorithms } from "../auth/bundled-algorithms.js";
import type { ClientEnvironment } from "../client/attach/environment.js";
import type { HubHost } from "../client/attach/hub-host.js";
import { createSessionRegistry } from "../client/session/session-registry.js";
import type { SessionRegistry } from "../client/session/session-registry.js";
import { createCodecs } from "../codec/codecs.js";
import { customSerializer } from "../codec/custom.js";
import { serializers } from "../codec/serializers.js";
import type { SocketFactory } from "../connection/environment.js";
import type { Environment } from "../hub/environment.js";
import { createHub } from "../hub/hub.js";
import type { Hub } from "../hub/hub.js";
import { MemoryLocks } from "../memory/memory-locks.js";
import { MemoryOutboxStore } from "../memory/memory-outbox-store.js";
import { MemoryStore } from "../memory/memory-store.js";
import { createPortPair } from "../memory/port-pair.js";
import type { NamedSerializer } from "../client/api/serializer-module.js";
import type { Clock } from "../web/clock.js";
import { servePort } from "../worker/serve-port.js";
import { manualPause } from "../memory/manual-pause.js";

/** The parts of the platform that all browsers of a test share. */
export interface Platform {
  readonly clock: Clock;
  /** Returns an id that no other page or worker of the test has. */
  readonly randomId: () => string;
  /** Runs a task later, in the order of the calls. */
  readonly later: (task: () => void) => void;
  /** Receives an error that a page would report as uncaught. */
  readonly report: (error: unknown) => void;
}

/** A name that no other host can have (RFC 6761, section 6.4). */
export const PAGE_URL = "https://page.invalid/";
const WORKER_URL = `${PAGE_URL}worker.js`;

/** The median, so that delays are the same in each run. */
const random = (): number => 0.5;

/** A browser without windows: one hub in place of the worker, and any number of pages. */
export class TestBrowser {
  readonly #platform: Platform;
  readonly #locks = new MemoryLocks();
  readonly #custom: readonly NamedSerializer[];
  readonly #hub: Hub;

  /** @param custom the application's serializers of the router, in the place of the modules that pages and worker import */
  constructor(platform: Platform, sockets: SocketFactory, custom: readonly NamedSerializer[]) {
    this.#platform = platform;
    this.#custom = custom;
    this.#hub = createHub(this.#hubEnvironment(sockets));
  }

  /** Opens a page: returns the sessions of its `connect`. */
  openPage(): SessionRegistry {
    const { clock, randomId, later, report } = this.#platform;
    const environment: ClientEnvironment = {
      locks: this.#locks,
      hubHost: () => this.#hubHost(),
      importSerializer: ({ name }) => Promise.resolve(this.#custom.find((each) => each.name === name) ?? {}),
      randomId,
      random,
      clock,
      defer: later,
      isHidden: () => false,
      onVisibility: () => undefined,
      isOffline: () => false,
      onNetwork: () => undefined,
      report,
      // eslint-disable-next-line no-console -- as in a page: the developer sees it in the output of the tests
      tell: (text) => console.warn(text),
    };
    return createSessionRegistry(
      () => environment,
      () => PAGE_URL,
    );
  }

  #hubEnvironment(sockets: SocketFactory): Environment {
    const { clock, randomId, later, report } = this.#platform;
    const store = new MemoryStore({ kind: "memory", reason: "this is a test router" });
    // It accepts durable requests, as a worker does that can store them.
    const outbox = new MemoryOutboxStore();
    return {
      clock,
      wallTime: undefined,
      random,
      randomId,
      defer: later,
      pauses: () => () => manualPause(later),
      locks: this.#locks,
      sockets,
      store,
      outbox,
      // Its only worker.
      channel: { post: () => undefined, listen: () => undefined },
      codecs: createCodecs([
        ...serializers,
        ...this.#custom.map((each) => customSerializer(each.name, each)),
      ]),
      authentication: authenticationWith(bundledAlgorithms),
      algorithms: { locate: () => undefined },
      log: (message, cause) => {
        report(new Error(`wamp-mux: ${message}`, { cause }));
      },
      agent: "wamp-mux",
      workerUrl: WORKER_URL,
      isSecure: false,
    };
  }

  #hubHost(): HubHost {
    const { later } = this.#platform;
    return {
      open: () => {
        const [port, hubPort] = createPortPair(later);
        servePort(hubPort, this.#hub, Promise.resolve(), later);
        return Promise.resolve({
          url: WORKER_URL,
          port,
          codecUrls: [],
          failed: new Promise<never>(() => undefined),
          lost: () => new Promise(() => undefined),
          release: () => undefined,
        });
      },
    };
  }
}
