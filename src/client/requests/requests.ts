import type { DeadlineClock } from "../../contract/deadline.js";
import type { RequestId } from "../../contract/ids.js";
import type { CancelMode } from "../../contract/request-options.js";
import type { AnsweredRequest } from "../../contract/requests.js";
import { OfflineError } from "../errors/outcome-errors.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { isFarewell } from "./owner.js";
import type { Owner } from "./owner.js";
import { createPending, isLasting, withWholeTimeout, withdrawal } from "./pending.js";
import type { Pending } from "./pending.js";
import type { Postable } from "./request-sender.js";
import type { Answer, RequestSpec } from "./request-spec.js";
import { timedOut, tooMany } from "./request-errors.js";

/** Milliseconds after a deadline that the hub keeps until its answer counts as lost: the worker hangs. */
export const SLACK = 2_000;

/** The surroundings of the requests. */
export interface RequestContext {
  readonly clock: DeadlineClock;
  readonly post: (request: Postable) => void;
  /** Milliseconds that the hub waits for the answer to a call that is canceled with `kill`, and to a request without a deadline of its own. */
  readonly patience: number;
  /** Limit on the requests that wait here for a hub, as it has one itself. */
  readonly maxRequests: number;
}

export type Requests = ReturnType<typeof createRequests>;

/**
 * Creates the table of the requests of this tab that the hub has not answered. A request waits here until there is a hub, and is then
 * posted; its deadline passes and its signal works as in a hub. The hub always answers, even if the application has canceled the request.
 */
export function createRequests({ clock, post: postMessage, patience, maxRequests }: RequestContext) {
  const pendings = new Map<RequestId, Pending>();
  /** The requests without a hub that count towards the limit. A hub counts those that it has. */
  const held = new Set<RequestId>();
  let last = 0;
  let hasHub = false;
  let refusal: (() => WampMuxError) | undefined;

  /** Throws if requests are refused. */
  function throwIfRefused(): void {
    if (refusal !== undefined) throw refusal();
  }

  /**
   * Sends a request to the hub. Rejects with the error of `describe`, and with the signal's reason if it is already aborted; then nothing
   * is posted. Except for `describe`, which is called at once, the application's own code is called in later microtasks only.
   */
  function send<T>(describe: (request: RequestId) => RequestSpec<T>): Promise<T> {
    let spec: RequestSpec<T> | undefined;

    const failed = (error: unknown): never => {
      try {
        spec?.failed?.();
        throw error;
      } catch (reason) {
        // A request that ends with its own lease is no mistake: components go before their requests are answered, and need not catch that.
        if (spec?.owner !== undefined && isFarewell(reason, spec.owner)) result.catch(() => undefined);
        throw reason;
      }
    };

    const result: Promise<T> = new Promise<() => T>((settle) => {
      const id = ++last as RequestId;
      spec = describe(id);
      begin(id, spec, settle);
    }).then((outcome) => {
      try {
        return outcome();
      } catch (error) {
        return failed(error);
      }
    }, failed);
    return result;
  }

  function begin<T>(id: RequestId, spec: RequestSpec<T>, settle: (outcome: () => T) => void): void {
    const { message, owner, signal } = spec;
    throwIfRefused();
    owner?.throwIfLeft();
    signal?.throwIfAborted();
    if (!hasHub && "offline" in message && message.offline === "fail")
      throw new OfflineError("There is no session at the moment, and the request must not wait for one");
    // No limit may stop a request that gives something back or restores it.
    const isHeld = !hasHub && "timeout" in message && !("replayed" in message);
    if (isHeld && held.size >= maxRequests) throw tooMany(held.size + 1, maxRequests);
    if (isHeld) held.add(id);
    const asked = "timeout" in message ? message.timeout : (spec.patience ?? patience);
    // The hub refuses any other value, which is posted as it is.
    const timeout = Number.isSafeInteger(asked) ? asked : 0;
    const due = timeout > 0 ? clock.now() + timeout : Infinity;
    const pending = createPending({ id, spec, settle, timeout, due });
    pendings.set(id, pending);
    if (signal !== undefined) {
      const aborted = (): void => cancel(pending, signal.reason);
      signal.addEventListener("abort", aborted);
      pending.unfollowSignal = () => signal.removeEventListener("abort", aborted);
    }
    if (timeout > 0) expireAfter(pending, timeout);
    spec.sealed?.catch((error: unknown) => failUnmade(pending, error));
    if (hasHub) post(pending);
  }

  /** Posts a request, whose message may still be made; or its end, if that has come since the loss of the hub that had it. */
  function post(pending: Pending): void {
    if (pending.isGivenUp) return postMessage(withdrawal(pending));
    const { message, sealed } = pending.spec;
    const unlessSettled = (whole: AnsweredRequest): AnsweredRequest | undefined =>
      pendings.has(pending.id) && !pending.isGivenUp ? timed(pending, whole) : undefined;
    const whole = sealed?.then(unlessSettled, () => undefined) ?? timed(pending, message);
    if (whole !== undefined) postMessage(whole);
  }

  /** Returns a message with what is left of its deadline, which the hub keeps from then on. Returns undefined if that has passed. */
  function timed(pending: Pending, message: AnsweredRequest): AnsweredRequest | undefined {
    const { timeout, due } = pending;
    const left = Math.ceil(due - clock.now());
    if (left <= 0) {
      expire(pending, timeout);
      return undefined;
    }
    // At most the whole time, which rounding could exceed.
    const posted = Math.min(timeout, left);
    pending.posted = posted;
    return posted < timeout && "timeout" in message ? { ...message, timeout: posted } : message;
  }

  function settle(pending: Pending, outcome: () => unknown): void {
    pending.stopTimer();
    pending.unfollowSignal();
    pending.settle(outcome);
  }

  /** Rejects a request whose message could not be made, so that the hub never has it. */
  function failUnmade(pending: Pending, error: unknown): void {
    held.delete(pending.id);
    if (!pendings.delete(pending.id)) return;
    settle(pending, () => {
      throw error;
    });
  }

  function fail(pending: Pending, makeError: () => WampMuxError): void {
    settle(pending, () => raise(withWholeTimeout(pending, makeError())));
  }

  /** Settles a request without the hub, which is told if it has the request, or if the lost one may have stored it. */
  function giveUp(pending: Pending, mode: CancelMode, outcome: () => never, isKept = false): void {
    const { id: request, posted, mayBeStored } = pending;
    pending.isGivenUp = true;
    pending.isCanceled = !isKept;
    held.delete(request);
    if (posted === undefined && (isKept || !mayBeStored)) pendings.delete(request);
    else if (posted !== undefined && !isKept) postMessage({ kind: "cancel", request, mode });
    else if (hasHub && !isKept) post(pending);
    settle(pending, outcome);
  }

  function cancel(pending: Pending, reason: unknown): void {
    const { id: request, posted, spec } = pending;
    const { cancelMode: mode = "killnowait" } = spec;
    // Once, even if the application says so in several ways.
    pending.unfollowSignal();
    pending.isCanceled = true;
    if (mode === "kill" && posted !== undefined) {
      // The router's answer settles the call (WAMP, "Call Canceling"), for which the hub waits a limited time.
      postMessage({ kind: "cancel", request, mode });
      // The earlier deadline applies.
      if (clock.now() + patience < pending.due) expireAfter(pending, patience);
    } else
      giveUp(pending, mode, () => {
        throw reason;
      });
  }

  function expire(pending: Pending, timeout: number): void {
    const sent = pending.posted !== undefined || pending.mayBeStored;
    giveUp(pending, "killnowait", () => raise(timedOut(timeout, sent)));
  }

  /**
   * Sets the deadline. A hub that has the request keeps it as well, and gets some time for its answer. That begins when the deadline has
   * passed, because a page that was frozen until then dispatches the notices that have arrived in that time first.
   */
  function expireAfter(pending: Pending, timeout: number): void {
    const passed = (): void => expire(pending, timeout);
    pending.stopTimer();
    pending.stopTimer = clock.after(timeout, () => {
      if (pending.posted === undefined) passed();
      else pending.stopTimer = clock.after(SLACK, passed);
    });
  }

  /** Rejects all pending requests. */
  function failAll(makeError: () => WampMuxError, fails: (pending: Pending) => boolean = () => true): void {
    const all = [...pendings.values()].filter(fails);
    for (const { id } of all) pendings.delete(id);
    held.clear();
    for (const pending of all) fail(pending, makeError);
  }

  return {
    send,
    throwIfRefused,
    failAll,

    /** True while a hub has all requests. */
    get hasHub() {
      return hasHub;
    },

    /** Posts all requests at once from now on: first those that `restore` makes, then those that wait for a hub, in order. */
    attached(restore: () => void): void {
      const waiting = [...pendings.values()];
      hasHub = true;
      held.clear();
      restore();
      waiting.forEach(post);
    },

    /** Rejects the requests that the lost hub had. Later ones wait for the next hub. */
    hubLost(makeError: () => WampMuxError): void {
      hasHub = false;
      // The next hub knows a durable request by its key, or stores it; unless it was canceled, which the next hub must learn.
      failAll(makeError, ({ spec, isGivenUp, isCanceled }) => !isLasting(spec) || (isGivenUp && !isCanceled));
      for (const pending of pendings.values()) {
        pending.mayBeStored ||= pending.posted !== undefined;
        pending.posted = undefined;
        if (!pending.isCanceled) continue;
        pending.isGivenUp = true;
        fail(pending, makeError);
      }
    },

    /** Delivers an answer to its request. */
    answered(answer: Answer): void {
      const pending = pendings.get(answer.request);
      if (pending === undefined) return;
      const { spec, isGivenUp } = pending;
      if (answer.kind === "result" && answer.progress) {
        if (!isGivenUp) spec.progress?.(answer);
        return;
      }
      pendings.delete(answer.request);
      if (isGivenUp) return spec.late?.();
      spec.accepted?.();
      settle(pending, () => spec.answer(answer));
    },

    /** A durable request is stored. */
    stored: (request: RequestId): void => pendings.get(request)?.spec.stored?.(),

    /** Returns the procedure of a call that is not settled. */
    procedureOf: (request: RequestId): string | undefined => {
      const message = pendings.get(request)?.spec.message;
      return message?.kind === "call" ? message.procedure : undefined;
    },

    /** Cancels a request, as its signal does. It rejects with `reason`, unless its answer is still waited for. */
    cancel(request: RequestId, reason: unknown): void {
      const pending = pendings.get(request);
      if (pending !== undefined && !pending.isCanceled && !pending.isGivenUp) cancel(pending, reason);
    },

    /** Stops the deadline of a request whose answer has arrived, but must wait to be delivered. */
    arrived(request: RequestId): void {
      pendings.get(request)?.stopTimer();
    },

    /** Rejects one request. */
    rejected(request: RequestId, makeError: () => WampMuxError): void {
      const pending = pendings.get(request);
      pendings.delete(request);
      if (pending !== undefined) fail(pending, makeError);
    },

    /** Rejects the requests of an owner that leaves; those that the hub has only with `evenPosted`, and cancels them. */
    giveUpOf(owner: Owner, makeError: () => WampMuxError, evenPosted: boolean): void {
      for (const pending of [...pendings.values()]) {
        const { spec, posted, isGivenUp } = pending;
        if (spec.owner !== owner || isGivenUp || (posted !== undefined && !evenPosted)) continue;
        // An entry of the outbox outlives its maker.
        giveUp(pending, "killnowait", () => raise(makeError()), isLasting(spec));
      }
    },

    /** Rejects every request from now on. */
    refuse(makeError: () => WampMuxError): void {
      refusal = makeError;
    },
  };
}

function raise(error: unknown): never {
  throw error;
}
