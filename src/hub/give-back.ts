import type { ReleaseRequest } from "../connection/wire-session.js";
import type { RestoreQueue } from "./restoring.js";

/**
 * Sends a request that gives something back to the router. Calls `done` once: an ERROR means that the router no longer had it, a lost
 * connection takes it away as well, and an answer that the router has lost would say nothing else.
 */
export function giveBack(queue: RestoreQueue, request: ReleaseRequest, done: () => void): void {
  queue.giveBack((session) => {
    const overtaken = (): void => {
      session.forget(id);
      done();
    };
    const id = session.release(request, { answered: done, lost: done, overtaken });
  }, done);
}
