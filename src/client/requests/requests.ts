import type { RequestId } from "../../contract/ids.js";
import { OfflineError, OverflowError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Owner } from "./owner.js";
import { PendingRequest } from "./pending-request.js";
import type { Answer, RequestContext, RequestSpec } from "./pending-request.js";

/**
 * Holds the requests of this tab that the hub has not answered. Each settles exactly once. Without a hub they wait here, where their
 * deadlines pass and their signals work as in a hub.
 */
export class Requests {
  // The type of the results is known only to the caller of `send`.
  readonly #pending = new Map<
    RequestId,
    Pick<
      PendingRequest<unknown>,
      "post" | "progressed" | "arrived" | "answered" | "failed" | "withdraw" | "ownerLeft"
    >
  >();
  /** The requests without a hub that count towards the limit. A hub counts those that it has. */
  readonly #held = new Set<RequestId>();
  readonly #maxRequests: number;
  #last = 0;
  #hasHub = false;
  #refusal: (() => WampMuxError) | undefined;
  readonly #context: RequestContext;

  /** @param maxRequests limit on the requests that wait here for a hub, as it has one itself */
  constructor(context: Omit<RequestContext, "forget">, maxRequests: number) {
    this.#maxRequests = maxRequests;
    this.#context = {
      ...context,
      forget: (request) => {
        this.#pending.delete(request);
        this.#held.delete(request);
      },
    };
  }

  /** Posts the requests that wait for a hub, in order, and all later ones at once. */
  attached(): void {
    this.#hasHub = true;
    this.#held.clear();
    for (const pending of this.#pending.values()) pending.post();
  }

  /** Rejects the requests that the lost hub had. Later ones wait for the next hub. */
  hubLost(makeError: () => WampMuxError): void {
    this.#hasHub = false;
    this.failAll(makeError);
  }

  /** Sends a request to the hub. Rejects with the signal's reason, without posting anything, if it is already aborted. */
  async send<T>(spec: RequestSpec<T>): Promise<T> {
    this.throwIfRefused();
    spec.owner?.throwIfLeft();
    spec.signal?.throwIfAborted();
    if (!this.#hasHub && spec.offline === "fail")
      throw new OfflineError("There is no session at the moment, and the request must not wait for one");
    const isHeld = !this.#hasHub && spec.takesNothingNew !== true;
    if (isHeld && this.#held.size >= this.#maxRequests) throw tooMany(this.#held.size + 1, this.#maxRequests);
    const id = ++this.#last as RequestId;
    if (isHeld) this.#held.add(id);
    const pending = new PendingRequest(id, spec, this.#context);
    this.#pending.set(id, pending);
    if (this.#hasHub) pending.post();
    else pending.hold();
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

  /** Stops the deadline of a request whose answer has arrived, but must wait to be delivered. */
  arrived(request: RequestId): void {
    this.#pending.get(request)?.arrived();
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
    this.#held.clear();
    for (const pending of all) pending.failed(makeError);
  }

  /** Rejects the requests of an owner that no hub has, so that none gets them. */
  withdraw(owner: Owner, makeError: () => WampMuxError): void {
    for (const pending of [...this.#pending.values()]) pending.withdraw(owner, makeError);
  }

  /** Rejects the pending requests of an owner that has left, and cancels those that the hub has. */
  ownerLeft(owner: Owner, makeError: () => WampMuxError): void {
    for (const pending of [...this.#pending.values()]) pending.ownerLeft(owner, makeError);
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

/** Returns the error for a request beyond the limit, in the words of the hub. */
function tooMany(value: number, maximum: number): OverflowError {
  return new OverflowError(`maxRequests: ${value} is more than ${maximum}`, {
    limit: "maxRequests",
    value,
    maximum,
  });
}
