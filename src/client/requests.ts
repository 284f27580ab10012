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
  readonly progress?: (answer: Answer) => void;
  readonly signal?: AbortSignal | undefined;
  /** @default "killnowait" */
  readonly cancelMode?: CancelMode;
  /** The answer came after the application had given the request up. */
  readonly late?: (answer: Answer) => void;
}

interface Pending {
  answered(answer: Answer): void;
  failed(error: WampMuxError): void;
}

/** What waits for an answer of the hub. Each settles once. */
export class Requests {
  readonly #pending = new Map<RequestId, Pending>();
  #last = 0;
  #refusal: (() => WampMuxError) | undefined;
  readonly #post: (request: TabRequest) => void;

  constructor(post: (request: TabRequest) => void) {
    this.#post = post;
  }

  get size(): number {
    return this.#pending.size;
  }

  ask<T>(ask: Ask<T>): Promise<T> {
    const site = new CallSite();
    return new Promise((resolve, reject) => {
      if (this.#refusal !== undefined) throw site.mark(this.#refusal());
      ask.signal?.throwIfAborted();
      const request = this.#nextId();
      let givenUp = false;
      const giveUp = (): void => {
        const mode = ask.cancelMode ?? "killnowait";
        this.#post({ kind: "cancel", request, mode });
        // With "kill" the router's word counts, as the specification has it.
        if (mode === "kill") return;
        givenUp = true;
        reject(ask.signal?.reason);
      };
      const settle = (): void => {
        this.#pending.delete(request);
        ask.signal?.removeEventListener("abort", giveUp);
      };
      this.#pending.set(request, {
        answered: (answer) => {
          if (answer.kind === "result" && answer.progress) return ask.progress?.(answer);
          settle();
          if (givenUp) return ask.late?.(answer);
          try {
            resolve(ask.answer(answer));
          } catch (error) {
            reject(error);
          }
        },
        failed: (error) => {
          settle();
          reject(site.mark(error));
        },
      });
      ask.signal?.addEventListener("abort", giveUp, { once: true });
      this.#post(ask.make(request));
    });
  }

  answered(answer: Answer): void {
    this.#pending.get(answer.request)?.answered(answer);
  }

  rejected(request: RequestId, error: WampMuxError): void {
    this.#pending.get(request)?.failed(error);
  }

  /** `makeError` is called for each, since each gets the stack of its own request. */
  failAll(makeError: () => WampMuxError): void {
    for (const pending of [...this.#pending.values()]) pending.failed(makeError());
  }

  /** From now on every request is rejected. */
  refuse(makeError: () => WampMuxError): void {
    this.#refusal = makeError;
  }

  #nextId(): RequestId {
    this.#last += 1;
    return this.#last as RequestId;
  }
}
