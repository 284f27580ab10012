import type { Counts } from "../faults/counts.js";
import { FaultyRouter } from "../faults/faulty-router.js";
import type { Faults } from "../faults/faults.js";
import { nodeEnvironment } from "./environment.js";
import { parseSettings } from "./options.js";
import type { RouterOptions } from "./options.js";
import { Server } from "./server.js";

/** A router that runs in this process (see {@link startRouter}). */
export interface DevRouter extends AsyncDisposable {
  /** URL for clients, such as `ws://127.0.0.1:8080/`. */
  readonly url: string;
  /** TCP port. */
  readonly port: number;
  /** Numbers of connections and messages. The object is live. */
  readonly counts: Counts;
  /** Sets all counts to zero except the number of open connections. */
  resetCounts(): void;
  /** Lists the established sessions in the order in which they joined, realm by realm. */
  sessions(): { readonly id: number; readonly realm: string; readonly authid: string }[];
  /** Faults for tests, such as lost connections and answers in another order. */
  readonly faults: Faults;
  /** Sends GOODBYE to every session and closes all connections. Resolves when nothing is open. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a WAMP router for development and tests. It has the Basic Profile and the features of the Advanced Profile that it
 * announces in WELCOME (WAMP, "Feature Announcement").
 * **Not for production**: it has no permissions, no limits and no persistence. Use Crossbar.io, Nexus or Bondy there.
 *
 * @throws TypeError for an option that is not valid; the error of Node's `listen` if the port is not free
 * @example
 * const router = await startRouter({ realms: ["realm1"], auth: { tickets: { joe: "secret" } } });
 * const session = await connect({ url: router.url, realm: "realm1" });
 * await router.stop();
 */
export async function startRouter(options: RouterOptions = {}): Promise<DevRouter> {
  const settings = parseSettings(options);
  const router = new FaultyRouter(settings, nodeEnvironment);
  const { counter, faults } = router;
  const server = new Server(settings, router);
  const port = await server.listen();

  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    if (stopped === undefined) {
      faults.stall(false);
      faults.goodbye();
      stopped = server.stop();
    }
    return stopped;
  };
  const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  return {
    url: `ws://${host}:${port}${settings.path}`,
    port,
    counts: counter,
    resetCounts: () => {
      counter.reset();
    },
    sessions: () => router.sessions(),
    faults,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
