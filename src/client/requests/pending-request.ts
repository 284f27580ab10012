import { Deadline } from "../../contract/deadline.js";
import type { DeadlineClock } from "../../contract/deadline.js";
import type { RequestId } from "../../contract/ids.js";
import type { Notice } from "../../contract/notices.js";
import type { CancelMode, OfflinePolicy } from "../../contract/request-options.js";
import type { AnsweredRequest, TabRequest } from "../../contract/requests.js";
import { CanceledError, TimeoutError, isTimeoutError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Owner } from "./owner.js";

/** The notices that answer a request with success, and the progressive results before a final one. */
export type Answer = Extract<Notice, { readonly kind: "result" | "published" | "done" }>;

/** Describes one request: the message to post, and the meaning of its answer. */
export interface RequestSpec<T> {
  /** Creates the message. `timeout` is the part of the deadline that is left when the message is posted. */
  readonly make: (request: RequestId, timeout: number) => AnsweredRequest;
  /** The request is given up when its owner leaves. */
  readonly owner?: Owner;
  /** Deadline in milliseconds; 0 means none. */
  readonly timeout: number;
  readonly offline: OfflinePolicy;
  /** Returns the value that the request resolves with. The request rejects with any error that it throws. */
  readonly answer: (answer: Answer) => T;
  /** Called when the request is posted to a hub, from when on that hub may have acted on it. */
  readonly posted?: () => void;
  /** Called as soon as the answer has arrived, before any later notice is dispatched. */
  readonly accepted?: () => void;
  /** Called with each progressive result. */
  readonly progress?: (part: Answer) => void;
  readonly signal?: AbortSignal | undefined;
  /** @default "killnowait" */
  readonly cancelMode?: CancelMode | undefined;
  /** True for a request that gives something back or restores it, which no limit may stop. */
  readonly takesNothingNew?: boolean;
  /** Called with an answer that arrives after the request has been given up. */
  readonly late?: (answer: Answer) => void;
}

/** The surroundings of a request. */
export interface RequestContext {
  readonly clock: DeadlineClock;
  readonly post: (request: TabRequest) => void;
  /** Milliseconds that the hub waits for the answer to a call that is canceled with `kill`. */
  readonly patience: number;
  /** Forgets a request that is given up before it was posted, since no answer will come. */
  readonly forget: (request: RequestId) => void;
}

/** Milliseconds after a deadline that the hub keeps until its answer counts as lost: the worker hangs. */
export const SLACK = 2_000;

/**
 * One request from the call to its settlement, which happens exactly once. A request waits here (`hold`) until there is a hub, and is then
 * posted; the hub always answers, even if the application has canceled the request.
 */
export class PendingRequest<T> {
  /**
   * Resolves with a function that returns or throws the outcome. The error is created when that function is called and not here, so that
   * its stack leads to the application, at no cost to requests that succeed.
   */
  readonly outcome: Promise<() => T>;
  readonly #id: RequestId;
  readonly #spec: RequestSpec<T>;
  readonly #context: RequestContext;
  #deadline: Deadline | undefined;
  /** The time at which the request is given up, at the latest. */
  #limit = Infinity;
  /** The timeout in the message, once that is posted. */
  #posted: number | undefined;
  #givenUp = false;
  #settle: (outcome: () => T) => void = () => undefined;

  constructor(id: RequestId, spec: RequestSpec<T>, context: RequestContext) {
    this.#id = id;
    this.#spec = spec;
    this.#context = context;
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
    spec.signal?.addEventListener("abort", this.#cancel);
  }

  /** Keeps the request until it is posted, at most until its deadline. */
  hold(): void {
    const { timeout } = this.#spec;
    if (timeout > 0) this.#expireAfter(timeout, timeout, 0);
  }

  /** Posts the request with what is left of its deadline, which the hub keeps from then on. Nothing is posted if that has passed. */
  post(): void {
    if (this.#deadline?.isDue === true) return this.#expire(this.#spec.timeout);
    const timeout = this.#deadline?.remaining ?? this.#spec.timeout;
    this.#posted = timeout;
    this.#limit = Infinity;
    if (timeout > 0) this.#expireAfter(timeout, this.#spec.timeout, SLACK);
    this.#context.post(this.#spec.make(this.#id, timeout));
    this.#spec.posted?.();
  }

  /** Stops the deadline, because the answer is here. */
  arrived(): void {
    this.#deadline?.stop();
  }

  /** Delivers a progressive result. */
  progressed(part: Answer): void {
    if (!this.#givenUp) this.#spec.progress?.(part);
  }

  /** Resolves the request with its answer. */
  answered(answer: Answer): void {
    this.#end();
    if (this.#givenUp) return this.#spec.late?.(answer);
    this.#spec.accepted?.();
    this.#settle(() => this.#spec.answer(answer));
  }

  /** Rejects the request. */
  failed(makeError: () => WampMuxError): void {
    this.#end();
    this.#settle(() => {
      throw this.#withWholeTimeout(makeError());
    });
  }

  /** Gives the request up if it belongs to this owner, which has left. */
  ownerLeft(owner: Owner, makeError: () => WampMuxError): void {
    if (this.#spec.owner !== owner || this.#givenUp) return;
    this.#giveUp("killnowait", () => {
      throw makeError();
    });
  }

  /** Gives the request up as `ownerLeft` does, if it has not been posted. */
  withdraw(owner: Owner, makeError: () => WampMuxError): void {
    if (this.#posted === undefined) this.ownerLeft(owner, makeError);
  }

  readonly #cancel = (): void => {
    const { cancelMode, signal } = this.#spec;
    if (cancelMode === "kill" && this.#posted !== undefined) {
      // The router's answer settles the call (WAMP, "Call Canceling"), for which the hub waits a limited time.
      signal?.removeEventListener("abort", this.#cancel);
      this.#context.post({ kind: "cancel", request: this.#id, mode: cancelMode });
      this.#expireAfter(this.#context.patience, this.#context.patience, SLACK);
      return;
    }
    this.#giveUp(cancelMode ?? "killnowait", () => {
      signal?.throwIfAborted();
      throw new CanceledError("The request was canceled", { sent: false });
    });
  };

  /**
   * Sets a deadline; if there are several, the earliest applies.
   * @param timeout the deadline that the error names
   * @param slack milliseconds for the hub's answer. They begin when the deadline has passed, because a page that was frozen until then
   * dispatches the notices that have arrived in that time first.
   */
  #expireAfter(milliseconds: number, timeout: number, slack: number): void {
    const { clock } = this.#context;
    const limit = clock.now() + milliseconds + slack;
    if (limit >= this.#limit) return;
    this.#limit = limit;
    const passed = (): void => this.#expire(timeout);
    this.#deadline?.stop();
    this.#deadline = new Deadline(clock, milliseconds, () => {
      if (slack === 0) passed();
      else this.#deadline = new Deadline(clock, slack, passed);
    });
  }

  #expire(timeout: number): void {
    const sent = this.#posted !== undefined;
    this.#giveUp("killnowait", () => {
      throw timedOut(timeout, sent);
    });
  }

  /** Settles the request without the hub, which is told if it has the request. */
  #giveUp(mode: CancelMode, outcome: () => never): void {
    this.#end();
    this.#givenUp = true;
    if (this.#posted === undefined) this.#context.forget(this.#id);
    else this.#context.post({ kind: "cancel", request: this.#id, mode });
    this.#settle(outcome);
  }

  #end(): void {
    this.#deadline?.stop();
    this.#spec.signal?.removeEventListener("abort", this.#cancel);
  }

  /** Returns the error with the application's deadline instead of the part of it that was left for the hub. */
  #withWholeTimeout(error: WampMuxError): WampMuxError {
    const { timeout } = this.#spec;
    const isOurs = isTimeoutError(error) && error.timeout === this.#posted && this.#posted < timeout;
    return isOurs ? timedOut(timeout, error.sent) : error;
  }
}

/** Returns the error for a deadline that passed, in the words of the hub. `sent` is also true if that is unknown. */
export function timedOut(timeout: number, sent: boolean): TimeoutError {
  const event = sent ? "No answer arrived" : "The request could not be sent";
  return new TimeoutError(`${event} within ${timeout} ms`, { timeout, sent });
}
