import type { RequestId } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { CancelMode } from "../../contract/request-options.js";
import type { AnsweredRequest, TabRequest } from "../../contract/requests.js";
import { CanceledError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** The notices that answer a request with success, and the progressive results before a final one. */
export type Answer = Extract<Notice, { readonly kind: "result" | "published" | "done" }>;

/** Describes one request: the message to post, and the meaning of its answer. */
export interface RequestSpec<T> {
  readonly make: (request: RequestId) => AnsweredRequest;
  /** Returns the value that the request resolves with. The request rejects with any error that it throws. */
  readonly answer: (answer: Answer) => T;
  /** Called as soon as the answer has arrived, before any later notice is dispatched. */
  readonly accepted?: () => void;
  /** Called with each progressive result. */
  readonly progress?: (part: Answer) => void;
  readonly signal?: AbortSignal | undefined;
  /** @default "killnowait" */
  readonly cancelMode?: CancelMode;
  /** Called with an answer that arrives after the application has canceled the request. */
  readonly late?: (answer: Answer) => void;
}

/** Holds a request until the hub has answered it; the hub always does, even if the application has canceled the request. */
export class PendingRequest<T> {
  /**
   * Resolves with a function that returns or throws the outcome. The error is created when that function is called and not here, so that
   * its stack leads to the application, at no cost to requests that succeed.
   */
  readonly outcome: Promise<() => T>;
  readonly #id: RequestId;
  readonly #spec: RequestSpec<T>;
  readonly #post: (request: TabRequest) => void;
  #givenUp = false;
  #settle: (outcome: () => T) => void = () => undefined;

  /** Posts the request. */
  constructor(id: RequestId, spec: RequestSpec<T>, post: (request: TabRequest) => void) {
    this.#id = id;
    this.#spec = spec;
    this.#post = post;
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
    spec.signal?.addEventListener("abort", this.#giveUp);
    post(spec.make(id));
  }

  /** Delivers a progressive result. */
  progressed(part: Answer): void {
    if (!this.#givenUp) this.#spec.progress?.(part);
  }

  /** Resolves the request with its answer. */
  answered(answer: Answer): void {
    this.#unfollow();
    if (this.#givenUp) return this.#spec.late?.(answer);
    this.#spec.accepted?.();
    this.#settle(() => this.#spec.answer(answer));
  }

  /** Rejects the request. */
  failed(makeError: () => WampMuxError): void {
    this.#unfollow();
    this.#settle(() => {
      throw makeError();
    });
  }

  readonly #giveUp = (): void => {
    this.#unfollow();
    const mode = this.#spec.cancelMode ?? "killnowait";
    this.#post({ kind: "cancel", request: this.#id, mode });
    // With "kill", the router's answer settles the call (WAMP, "Call Canceling").
    if (mode === "kill") return;
    this.#givenUp = true;
    this.#settle(() => {
      this.#spec.signal?.throwIfAborted();
      throw new CanceledError("The request was canceled");
    });
  };

  #unfollow(): void {
    this.#spec.signal?.removeEventListener("abort", this.#giveUp);
  }
}
