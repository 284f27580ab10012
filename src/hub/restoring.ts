import type { SuspectKey } from "../connection/suspects.js";
import type { ReleaseRequest, WireSession } from "../connection/wire-session.js";
import type { ErrorRecord } from "../contract/errors.js";
import type { Clock } from "../web/clock.js";
import { concerning, timedOut } from "./error-records.js";
import type { LocalEntry } from "./local-entry.js";

/** Milliseconds until a restore that failed is first repeated: a router that restarts needs some time until it is complete again. */
const FIRST_DELAY = 200;
/** Milliseconds between repetitions at most. */
const LONGEST_DELAY = 30_000;
/** Milliseconds that a router has to answer a restore at least: a connection that is silent for so long is given up for all tabs. */
const PATIENCE = 10_000;

/** Sends what the session itself has to send, in order, before the requests of the tabs. */
export interface RestoreQueue {
  /** Queues a request that restores something on a new session. */
  restore(send: (session: WireSession) => void, key: SuspectKey): void;
  /**
   * Sends a request that gives something back: at once if there is room for it.
   * @param dropped called instead of `send` if the session is lost before
   */
  giveBack(send: (session: WireSession) => void, dropped: () => void): void;
  /** Sends what is queued. */
  pump(): void;
}

/** The environment of the wire subscriptions and wire registrations of a session. */
export interface WireContext {
  readonly clock: Clock;
  /** Deadline in milliseconds for SUBSCRIBED and REGISTERED, even if no tab waits for it. */
  readonly requestTimeout: number;
  /** Returns the session on which requests can be made. */
  readonly session: () => WireSession | undefined;
  readonly restores: RestoreQueue;
}

/**
 * Starts the deadline of SUBSCRIBED or REGISTERED: that of the session, or of the tab for which the request is made, if that is later. A tab
 * that joins is bound by it, or no request would ever follow one whose answer is lost. A connection that is silent while a restore waits may
 * be dead.
 */
export function startDeadline(
  { clock, requestTimeout }: WireContext,
  session: WireSession,
  isRestore: boolean,
  locals: Iterable<LocalEntry>,
  passed: (error: ErrorRecord) => void,
): () => void {
  const timeout = Math.max(requestTimeout, isRestore ? PATIENCE : longestWait(locals));
  const heard = session.received;
  return clock.after(timeout, () => {
    const error = timedOut(timeout, true);
    if (isRestore && session.received === heard) session.suspect(error);
    passed(error);
  });
}

/** Returns the milliseconds until the last deadline of the requests that wait; 0 if there is none. */
function longestWait(locals: Iterable<LocalEntry>): number {
  return Math.max(0, ...[...locals].map(({ pending }) => (pending.settled ? 0 : pending.remaining)));
}

/**
 * Restores something after a delay, and tells the tabs that have it why it is not there yet.
 * @param subject what is restored, in words
 * @param failures number of earlier attempts in a row that have failed
 */
export function retryLater(
  { clock, restores }: WireContext,
  locals: Iterable<LocalEntry>,
  subject: string,
  error: ErrorRecord,
  failures: number,
  restore: () => void,
): () => void {
  if (error.name !== "TimeoutError") for (const { tab } of locals) tab.tellOnce(concerning(error, subject));
  return clock.after(Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** failures), () => {
    restore();
    restores.pump();
  });
}

/**
 * Sends a request that gives something back to the router. Calls `done` once: an ERROR means that the router no longer had it, a lost
 * connection takes it away as well, and an answer that the router has lost would say nothing else.
 */
export function giveBack({ restores }: WireContext, request: ReleaseRequest, done: () => void): void {
  restores.giveBack((session) => {
    const overtaken = (): void => {
      session.forget(id);
      done();
    };
    const id = session.release(request, { answered: done, lost: done, overtaken });
  }, done);
}
