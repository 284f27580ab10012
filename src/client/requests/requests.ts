import type { RequestId } from "../../contract/ids.js";
import type { TabRequest } from "../../contract/requests.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { PendingRequest } from "./pending-request.js";
import type { Answer, RequestSpec } from "./pending-request.js";

/** What waits for an answer of the hub. Each settles once. */
export class Requests {
  // Of any type of result: who asked knows which.
  readonly #pending = new Map<
    RequestId,
    Pick<PendingRequest<unknown>, "progressed" | "answered" | "failed">
  >();
  #last = 0;
  #refusal: (() => WampMuxError) | undefined;
  readonly #post: (request: TabRequest) => void;

  constructor(post: (request: TabRequest) => void) {
    this.#post = post;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Rejects with the signal's reason, without posting anything, if it is aborted already. */
  async ask<T>(ask: RequestSpec<T>): Promise<T> {
    this.throwIfRefused();
    ask.signal?.throwIfAborted();
    const id = ++this.#last as RequestId;
    const pending = new PendingRequest(id, ask, this.#post);
    this.#pending.set(id, pending);
    const outcome = await pending.outcome;
    return outcome();
  }

  answered(answer: Answer): void {
    const pending = this.#pending.get(answer.request);
    if (answer.kind === "result" && answer.progress) {
      pending?.progressed(answer);
      return;
    }
    this.#pending.delete(answer.request);
    pending?.answered(answer);
  }

  rejected(request: RequestId, makeError: () => WampMuxError): void {
    const pending = this.#pending.get(request);
    this.#pending.delete(request);
    pending?.failed(makeError);
  }

  failAll(makeError: () => WampMuxError): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of all) pending.failed(makeError);
  }

  throwIfRefused(): void {
    if (this.#refusal !== undefined) throw this.#refusal();
  }

  /** From now on every request is rejected. */
  refuse(makeError: () => WampMuxError): void {
    this.#refusal = makeError;
  }
}
