import type { WireSession } from "../connection/wire-session.js";

/** Milliseconds until a restore that failed is first repeated: a router that restarts needs some time until it is complete again. */
const FIRST_DELAY = 200;
/** Milliseconds between repetitions at most. */
const LONGEST_DELAY = 30_000;
/** Milliseconds that a router has to answer a restore at least: a connection that is silent for so long is given up for all tabs. */
const PATIENCE = 10_000;

/** Sends what the session itself has to send, in order, before the requests of the tabs. */
export interface RestoreQueue {
  /** Queues a request that restores something on a new session. */
  restore(send: (session: WireSession) => void): void;
  /**
   * Sends a request that gives something back: at once if there is room for it.
   * @param dropped called instead of `send` if the session is lost before
   */
  giveBack(send: (session: WireSession) => void, dropped: () => void): void;
  /** Sends what is queued. */
  pump(): void;
}

/** Returns the delay in milliseconds before a restore is repeated. */
export function restoreDelay(failures: number): number {
  return Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** failures);
}

/** Returns the deadline in milliseconds for the answer to a restore. */
export function restoreTimeout(requestTimeout: number): number {
  return Math.max(PATIENCE, requestTimeout);
}
