import type { RequestId } from "../../contract/ids.js";
import type { TabRequest } from "../../contract/requests.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { PendingRequest } from "./pending-request.js";
import type { Answer, RequestSpec } from "./pending-request.js";

/** Holds the requests of this tab that the hub has not answered. Each settles exactly once. */
export class Requests {
  // The type of the results is known only to the caller of `send`.
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

  /** Sends a request to the hub. Rejects with the signal's reason, without posting anything, if it is already aborted. */
  async send<T>(spec: RequestSpec<T>): Promise<T> {
    this.throwIfRefused();
    spec.signal?.throwIfAborted();
    const id = ++this.#last as RequestId;
    const pending = new PendingRequest(id, spec, this.#post);
    this.#pending.set(id, pending);
    const outcome = await pending.outcome;
    return outcome();
  }

  /** Delivers an answer to its request. */
  answered(answer: Answer): void {
    const pending = this.#pending.get(answer.request);
    if (answer.kind === "result" && answer.progress) {
      pending?.progressed(answer);
      return;
    }
    this.#pending.delete(answer.request);
    pending?.answered(answer);
  }

  /** Rejects one request. */
  rejected(request: RequestId, makeError: () => WampMuxError): void {
    const pending = this.#pending.get(request);
    this.#pending.delete(request);
    pending?.failed(makeError);
  }

  /** Rejects all pending requests. */
  failAll(makeError: () => WampMuxError): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of all) pending.failed(makeError);
  }

  /** Throws if requests are refused. */
  throwIfRefused(): void {
    if (this.#refusal !== undefined) throw this.#refusal();
  }

  /** Rejects every request from now on. */
  refuse(makeError: () => WampMuxError): void {
    this.#refusal = makeError;
  }
}
