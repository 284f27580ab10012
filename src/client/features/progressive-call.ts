import type { ProgressiveResult } from "../api/call-result.js";
import { CanceledError } from "../errors/outcome-errors.js";
import { AsyncQueue } from "./async-queue.js";

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

/** Iterates once over the results of one progressive call. The constructor makes the call. */
export class ProgressiveCall implements AsyncIterableIterator<ProgressiveResult, undefined> {
  readonly #parts = new AsyncQueue<ProgressiveResult>();
  readonly #giveUp = new AbortController();

  constructor(start: StartProgressive) {
    const part = (result: ProgressiveResult): void => this.#parts.push(result);
    const fail = (error: unknown): void => this.#parts.fail(error);
    start({ part, fail }, this.#giveUp).then((final) => {
      part(final);
      this.#parts.end();
    }, fail);
  }

  next(): Promise<IteratorResult<ProgressiveResult, undefined>> {
    return this.#parts.next();
  }

  /** Cancels the call, because its results are no longer read. */
  return(): Promise<IteratorResult<ProgressiveResult, undefined>> {
    this.#giveUp.abort(new CanceledError("The results of this call are no longer read"));
    this.#parts.clear();
    this.#parts.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
