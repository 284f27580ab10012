import type { AnswerHandler, WireSession } from "../connection/wire-session.js";
import type { WireRequestId } from "../protocol/ids.js";
import type { RestoreQueue } from "./restoring.js";

/**
 * Sends a request that gives something back to the router. Calls `done` once: an ERROR means that the router no longer had it, a lost
 * connection takes it away as well, and an answer that the router has lost would say nothing else.
 */
export function giveBack(
  queue: RestoreQueue,
  send: (session: WireSession, handler: AnswerHandler) => WireRequestId,
  done: () => void,
): void {
  queue.giveBack((session) => {
    const overtaken = (): void => {
      session.forget(request);
      done();
    };
    const request = send(session, { answered: done, lost: done, overtaken });
  }, done);
}
