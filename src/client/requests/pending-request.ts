import type { RequestId } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { CancelMode } from "../../contract/request-options.js";
import type { AnsweredRequest, TabRequest } from "../../contract/requests.js";
import { CanceledError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** Notices that settle a request well, and the parts of a result that come before. */
export type Answer = Extract<Notice, { readonly kind: "result" | "published" | "done" }>;

/** One request: what to post, and what its answer means. */
export interface RequestSpec<T> {
  readonly make: (request: RequestId) => AnsweredRequest;
  /** What the answer comes to; what it throws, the request rejects with. */
  readonly answer: (answer: Answer) => T;
  /** Called as soon as the answer is there, before any other notice. */
  readonly accepted?: () => void;
  readonly progress?: (part: Answer) => void;
  readonly signal?: AbortSignal | undefined;
  /** @default "killnowait" */
  readonly cancelMode?: CancelMode;
  /** The answer came after the application had given the request up. */
  readonly late?: (answer: Answer) => void;
}

/** A request until the hub has answered it, which it always does, also when the application has given it up. */
export class PendingRequest<T> {
  /**
   * Resolves with what gives the outcome or throws it. An error is made by whoever waits, not here: then its stack leads to
   * the application, at no cost for the requests that succeed.
   */
  readonly outcome: Promise<() => T>;
  readonly #id: RequestId;
  readonly #ask: RequestSpec<T>;
  readonly #post: (request: TabRequest) => void;
  #givenUp = false;
  #settle: (outcome: () => T) => void = () => undefined;

  /** Posts the request. */
  constructor(id: RequestId, ask: RequestSpec<T>, post: (request: TabRequest) => void) {
    this.#id = id;
    this.#ask = ask;
    this.#post = post;
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
    ask.signal?.addEventListener("abort", this.#giveUp);
    post(ask.make(id));
  }

  progressed(part: Answer): void {
    if (!this.#givenUp) this.#ask.progress?.(part);
  }

  answered(answer: Answer): void {
    this.#unfollow();
    if (this.#givenUp) return this.#ask.late?.(answer);
    this.#ask.accepted?.();
    this.#settle(() => this.#ask.answer(answer));
  }

  failed(makeError: () => WampMuxError): void {
    this.#unfollow();
    this.#settle(() => {
      throw makeError();
    });
  }

  readonly #giveUp = (): void => {
    this.#unfollow();
    const mode = this.#ask.cancelMode ?? "killnowait";
    this.#post({ kind: "cancel", request: this.#id, mode });
    // With "kill" the router has the last word (WAMP, "Call Canceling").
    if (mode === "kill") return;
    this.#givenUp = true;
    this.#settle(() => {
      this.#ask.signal?.throwIfAborted();
      throw new CanceledError("The request was given up");
    });
  };

  #unfollow(): void {
    this.#ask.signal?.removeEventListener("abort", this.#giveUp);
  }
}
