import type { Counts } from "../faults/counts.js";
import { FaultyRouter } from "../faults/faulty-router.js";
import type { Faults } from "../faults/faults.js";
import { nodeEnvironment } from "./environment.js";
import { parseSettings } from "./options.js";
import type { RouterOptions } from "./options.js";
import { Server } from "./server.js";

/** A running development router, created by {@link startRouter}. */
export interface DevRouter extends AsyncDisposable {
  /** WebSocket URL that clients connect to. */
  readonly url: string;
  /** TCP port that the router listens on. */
  readonly port: number;
  /** Counts of connections and messages since the start or the last `resetCounts()`; the object is live. */
  readonly counts: Counts;
  /** Sets all counts to zero, except the number of open connections. */
  resetCounts(): void;
  /** Returns the established sessions, realm by realm, in the order in which they joined. */
  sessions(): {
    /** WAMP session id. */
    readonly id: number;
    /** The realm that the session has joined. */
    readonly realm: string;
    /** The authid that the router assigned. */
    readonly authid: string;
  }[];
  /** Faults to inject. */
  readonly faults: Faults;
  /** Sends GOODBYE to every session, closes all sockets and resolves when none is open. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts a WAMP router for development and tests. It implements the Basic Profile and the features that it announces
 * (WAMP, "Feature Announcement").
 * **Not for production**: it has no authorization, no limits and no persistence. Use Crossbar.io, Nexus or Bondy there.
 *
 * @param options port, realms, credentials, features
 * @returns the router, once it is listening
 * @throws TypeError for an invalid option, and the error of `listen` if the port cannot be bound
 * @example
 * const router = await startRouter({ realms: ["realm1"], auth: { tickets: { joe: "secret" } } });
 * console.log(router.url, router.counts.open);
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
