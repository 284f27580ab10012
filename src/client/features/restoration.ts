import { backoff } from "../../contract/backoff.js";
import { isFinal } from "../../contract/final-reasons.js";
import type { RequestId } from "../../contract/ids.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { isConnectionLostError, isSessionClosedError, isWorkerLostError } from "../errors/outcome-errors.js";
import { isWampMuxError } from "../errors/wamp-mux-error.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Owner } from "../requests/owner.js";
import type { TabContext } from "./tab-context.js";

/** The delays between attempts. */
const RETRY = { initialDelay: 500, maxDelay: 30_000, maxAttempts: Infinity };

/** A handle as its restoration sees it. */
export interface Restorable {
  /** False while no hub knows of the handle, so that there is nothing to release. */
  hubMayHaveIt: boolean;
}

/**
 * Requests a handle that a lost worker had from the next one, and repeats the request after a refusal that may pass. Ends without a word when
 * that worker is lost as well, because the next one is then asked by another restoration.
 * @param owner the owner of the handle, which is warned of refusals
 * @param ask creates the message
 * @param refused called with the error if the request is refused for good
 * @returns a function that stops the restoration: the request is repeated no more, and withdrawn if no hub has it. One that a hub has is
 * undone by the release that follows.
 */
export function restore(
  { requests, clock, random }: TabContext,
  owner: Owner,
  handle: Restorable,
  ask: (request: RequestId) => AnsweredRequest,
  refused: (error: WampMuxError) => void,
): () => void {
  const withdrawn = new AbortController();
  const warned = new Set<string>();
  let refusals = 0;
  let stopped = false;
  let endPause: () => void = () => undefined;

  function request(): void {
    handle.hubMayHaveIt = false;
    requests
      .send((id) => ({
        message: ask(id),
        answer: () => undefined,
        posted: () => {
          handle.hubMayHaveIt = true;
        },
        signal: withdrawn.signal,
      }))
      .catch(failed);
  }

  function failed(error: unknown): void {
    if (stopped) return;
    handle.hubMayHaveIt = false;
    if (!isWampMuxError(error) || hubIsGone(error)) return;
    // The hub restores only handles that it already had. It waits for the connection, so the request can be repeated at once.
    if (isConnectionLostError(error)) return request();
    if (isFinal(error)) return refused(error);
    refusals += 1;
    // Each repetition may fail for another reason, and most for the same one.
    const reason = `${error.name}: ${error.message}`;
    if (!warned.has(reason)) owner.warn(error);
    warned.add(reason);
    endPause = clock.after(backoff(refusals, RETRY, random), request);
  }

  request();
  return () => {
    stopped = true;
    endPause();
    if (!handle.hubMayHaveIt) withdrawn.abort();
  };
}

/** Tells whether a request failed because its worker is lost or the session is closed. */
export function hubIsGone(error: unknown): boolean {
  return isWorkerLostError(error) || isSessionClosedError(error);
}
