import type { AnswerHandler, WireSession } from "../connection/wire-session.js";
import type { WireRequestId } from "../protocol/ids.js";

/**
 * Sends a request that gives something back to the router. Calls `done` once: an ERROR means that the router no longer had it, a lost
 * connection takes it away as well, and an answer that the router has lost would say nothing else.
 */
export function giveBack(
  session: WireSession,
  send: (handler: AnswerHandler) => WireRequestId,
  done: () => void,
): void {
  const overtaken = (): void => {
    session.forget(request);
    done();
  };
  const request = send({ answered: done, lost: done, overtaken });
}
