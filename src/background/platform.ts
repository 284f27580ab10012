import type { ClientEnvironment } from "../client/attach/environment.js";
import type { Environment } from "../hub/environment.js";
import type { PortLike } from "../link/stream-port.js";
import type { Locks } from "../web/locks.js";

/** The parts of a browser that a service worker has; fakes in a unit test. */
export interface Platform {
  readonly locks: Locks;
  /** Tells whether another context waits for a lock. */
  readonly isAwaited: (lock: string) => Promise<boolean>;
  /** Returns the hub's environment but its locks, its serializers and the URL of the worker that it stands for. */
  readonly hub: Omit<Environment, "locks" | "codecs" | "workerUrl">;
  /** The part of the client's environment that the hub's does not have. */
  readonly client: Pick<ClientEnvironment, "report" | "tell">;
  /** Returns the two ends of a message channel. */
  readonly openChannel: () => readonly [PortLike, PortLike];
  /** URL that relative ones refer to. */
  readonly baseUrl: string;
}
