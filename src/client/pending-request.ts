import type { RequestId } from "../contract/ids.js";
import type { Notice } from "../contract/notices.js";
import type { CancelMode } from "../contract/options.js";
import type { AnsweredRequest, TabRequest } from "../contract/requests.js";
import { CallSite } from "./call-site.js";
import type { WampMuxError } from "./errors/wamp-mux-error.js";

/** Notices that settle a request well, and the parts of a result that come before. */
export type Answer = Extract<Notice, { readonly kind: "result" | "published" | "done" }>;

/** One request: what to post, and what its answer means. */
export interface Ask<T> {
  readonly make: (request: RequestId) => AnsweredRequest;
  /** What the answer comes to; what it throws, the request rejects with. */
  readonly answer: (answer: Answer) => T;
  readonly progress?: (part: Answer) => void;
  readonly signal?: AbortSignal | undefined;
  /** @default "killnowait" */
  readonly cancelMode?: CancelMode;
  /** The answer came after the application had given the request up. */
  readonly late?: (answer: Answer) => void;
}

/** A request until the hub has answered it, which it always does, also when the application has given it up. */
export class PendingRequest<T> {
  readonly promise: Promise<T>;
  readonly #id: RequestId;
  readonly #ask: Ask<T>;
  readonly #post: (request: TabRequest) => void;
  readonly #site = new CallSite();
  #givenUp = false;
  #resolve: (value: T) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  /** Posts the request. */
  constructor(id: RequestId, ask: Ask<T>, post: (request: TabRequest) => void) {
    this.#id = id;
    this.#ask = ask;
    this.#post = post;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
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
    try {
      this.#resolve(this.#ask.answer(answer));
    } catch (error) {
      this.#reject(error);
    }
  }

  failed(error: WampMuxError): void {
    this.#unfollow();
    this.#reject(this.#site.mark(error));
  }

  readonly #giveUp = (): void => {
    this.#unfollow();
    const mode = this.#ask.cancelMode ?? "killnowait";
    this.#post({ kind: "cancel", request: this.#id, mode });
    // With "kill" the router has the last word (WAMP, "Call Canceling").
    if (mode === "kill") return;
    this.#givenUp = true;
    this.#reject(this.#ask.signal?.reason);
  };

  #unfollow(): void {
    this.#ask.signal?.removeEventListener("abort", this.#giveUp);
  }
}
