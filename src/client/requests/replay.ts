import type { RequestId } from "../../contract/ids.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { isConnectionLostError, isSessionClosedError, isWorkerLostError } from "../errors/guards.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Handle } from "../features/handle.js";
import type { Requests } from "./requests.js";

/**
 * Asks a new worker for what the old one had. Resolves with the error if it is refused; without one when it is there again,
 * or when the application has let go of it, or when that worker is lost too (then the next replay asks).
 */
export async function replay(
  requests: Requests,
  handle: Handle,
  make: (request: RequestId) => AnsweredRequest,
): Promise<WampMuxError | undefined> {
  while (handle.active) {
    try {
      return await requests.ask({ make, answer: () => undefined });
    } catch (error) {
      // The hub restores only what it has had once, so a connection that is lost in between is for us to try again.
      if (isConnectionLostError(error)) continue;
      if (!isWampMuxError(error) || isWorkerLostError(error) || isSessionClosedError(error)) return undefined;
      return error;
    }
  }
  return undefined;
}

/** Asks the hub to let go of something. Where nobody has it any more, that is as good. */
export async function undo(requests: Requests, make: (request: RequestId) => AnsweredRequest): Promise<void> {
  try {
    await requests.ask({ make, answer: () => undefined });
  } catch (error) {
    if (!isConnectionLostError(error) && !isWorkerLostError(error) && !isSessionClosedError(error))
      throw error;
  }
}
