import type { ErrorRecord } from "../../contract/errors.js";
import type { Notice } from "../../contract/notices.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Invocations } from "../features/invocations.js";
import type { Registrations } from "../features/registrations.js";
import type { Subscriptions } from "../features/subscriptions.js";
import type { Requests } from "../requests/requests.js";

/** The notice of a change of the session's status. */
export type StatusNotice = Extract<Notice, { readonly kind: "status" }>;

/** The parts of a session that notices are for. */
export interface NoticeTargets {
  readonly requests: Requests;
  readonly subscriptions: Subscriptions;
  readonly registrations: Registrations;
  readonly invocations: Invocations;
  /** Makes the error that a record of the hub stands for. */
  readonly toError: (record: ErrorRecord) => WampMuxError;
  readonly status: (notice: StatusNotice) => void;
  readonly warn: (error: WampMuxError) => void;
  readonly report: (error: unknown) => void;
}

interface WaitingBatch {
  readonly notices: Iterator<Notice>;
  readonly taken: () => void;
}

/**
 * Dispatches the notices of the hub, in order, with pauses: after a notice that settles a subscribe or register the rest waits
 * for a task, as otherwise a handler could be called before the application has the handle that the handler uses.
 */
export class NoticeDispatcher {
  #waiting: WaitingBatch[] = [];
  #pauses = 0;
  readonly #targets: NoticeTargets;
  readonly #defer: (task: () => void) => void;

  constructor(targets: NoticeTargets, defer: (task: () => void) => void) {
    this.#targets = targets;
    this.#defer = defer;
  }

  /** Resolves when the batch has been dispatched. */
  deliver(batch: readonly Notice[]): Promise<void> {
    return new Promise((taken) => {
      this.#waiting.push({ notices: batch.values(), taken });
      this.#dispatchWaiting();
    });
  }

  /** Dispatches nothing before `until` has resolved; it must not reject. */
  pause(until: Promise<void>): void {
    this.#pauses += 1;
    void until.then(() => {
      this.#pauses -= 1;
      this.#dispatchWaiting();
    });
  }

  /** Drops the notices that wait: they came from a hub that is lost. */
  clear(): void {
    this.#waiting = [];
  }

  #dispatchWaiting(): void {
    for (let batch = this.#waiting[0]; batch !== undefined; batch = this.#waiting[0]) {
      if (!this.#dispatchAll(batch.notices)) return;
      this.#waiting.shift();
      batch.taken();
    }
  }

  /** Returns false if a pause came before the end of the batch. */
  #dispatchAll(notices: Iterator<Notice>): boolean {
    while (this.#pauses === 0) {
      const next = notices.next();
      if (next.done === true) return true;
      try {
        this.#dispatch(next.value);
      } catch (error) {
        // A fault of this package; the rest of the batch must not be lost with it.
        this.#targets.report(error);
      }
      if (next.value.kind === "done") this.pause(new Promise(this.#defer));
    }
    return false;
  }

  #dispatch(notice: Notice): void {
    const { requests, subscriptions, registrations, invocations, toError } = this.#targets;
    switch (notice.kind) {
      case "result":
      case "published":
      case "done":
        return requests.answered(notice);
      case "rejected":
        return requests.rejected(notice.request, () => toError(notice.error));
      case "events":
        return subscriptions.deliver(notice);
      case "event":
        return subscriptions.deliverOne(notice);
      case "invocation":
        return void invocations.run(notice, registrations.callee(notice.registration));
      case "interrupt":
        return invocations.interrupt(notice);
      case "subscription-ended":
        return subscriptions.ended(notice.subscription, toError(notice.error));
      case "registration-ended":
        return registrations.ended(notice.registration, toError(notice.error));
      case "warning":
        return this.#targets.warn(toError(notice.error));
      case "status":
        return this.#targets.status(notice);
    }
  }
}
