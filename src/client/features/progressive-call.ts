import type { ProgressiveResult } from "../api/call-result.js";
import { CanceledError } from "../errors/outcome-errors.js";
import { AsyncQueue } from "./async-queue.js";
import { publicIterator } from "./public-object.js";

/** The reader of the results of a progressive call. */
export interface ProgressReader {
  readonly part: (result: ProgressiveResult) => void;
  /** Ends the iteration with an error, after the parts before it. */
  readonly fail: (error: unknown) => void;
}

/** Starts the call; resolves with the final result. */
export type StartProgressive = (
  reader: ProgressReader,
  giveUp: AbortController,
) => Promise<ProgressiveResult>;

/** Makes a progressive call, and iterates once over its results. */
export function progressiveCall(
  start: StartProgressive,
): AsyncIterableIterator<ProgressiveResult, undefined> {
  const parts = new AsyncQueue<ProgressiveResult>();
  const giveUp = new AbortController();
  const part = (result: ProgressiveResult): void => parts.push(result);
  const fail = (error: unknown): void => parts.fail(error);
  start({ part, fail }, giveUp).then((final) => {
    part(final);
    parts.end();
  }, fail);
  return publicIterator("ProgressiveCall", {
    next: () => parts.next(),
    // Cancels the call, because its results are no longer read.
    return: () => {
      giveUp.abort(new CanceledError("The results of this call are no longer read"));
      parts.clear();
      parts.end();
      return Promise.resolve({ done: true, value: undefined });
    },
  });
}
