import type { ProgressiveResult } from "../api/call-result.js";
import { CanceledError } from "../errors/outcome-errors.js";
import { AsyncQueue } from "./async-queue.js";

/** Starts the call; resolves with the final result. */
export type StartProgressive = (
  part: (result: ProgressiveResult) => void,
  giveUp: AbortController,
) => Promise<ProgressiveResult>;

/** Iterates once over the results of one progressive call. The constructor makes the call. */
export class ProgressiveCall implements AsyncIterableIterator<ProgressiveResult, undefined> {
  readonly #parts = new AsyncQueue<ProgressiveResult>();
  readonly #giveUp = new AbortController();

  constructor(start: StartProgressive) {
    start((part) => this.#parts.push(part), this.#giveUp).then(
      (final) => {
        this.#parts.push(final);
        this.#parts.end();
      },
      (error: unknown) => this.#parts.fail(error),
    );
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
