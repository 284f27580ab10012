import type { ErrorRecord } from "../../contract/errors.js";
import type { Notice } from "../../contract/notices.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Invocations } from "../features/invocations.js";
import type { Registrations } from "../features/registrations.js";
import type { Subscriptions } from "../features/subscriptions.js";
import type { Requests } from "../requests/requests.js";

/** The notice that the session's status has changed. */
export type StatusNotice = Extract<Notice, { readonly kind: "status" }>;

/** The parts of a session that receive notices. */
export interface NoticeTargets {
  readonly requests: Requests;
  readonly subscriptions: Subscriptions;
  readonly registrations: Registrations;
  readonly invocations: Invocations;
  /** Creates the error for a record from the hub. */
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
 * Dispatches the notices from the hub, in order, with pauses: after a notice that settles a subscribe or register request, the rest waits
 * for another task, because otherwise a handler could be called before the application has received its handle.
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

  /** Drops the waiting notices, which came from a lost hub. */
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

  /** Returns false if a pause interrupted the batch. */
  #dispatchAll(notices: Iterator<Notice>): boolean {
    while (this.#pauses === 0) {
      const next = notices.next();
      if (next.done === true) return true;
      try {
        this.#dispatch(next.value);
      } catch (error) {
        // A defect of this package, which must not affect the rest of the batch.
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
