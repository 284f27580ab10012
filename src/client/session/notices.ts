import type { Notice } from "../../contract/notices.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import { errorFromRecord } from "../requests/error-codec.js";
import type { PayloadCoder } from "../requests/payload-coder.js";
import type { Invocations } from "../features/invocations.js";
import type { Registrations } from "../features/registrations.js";
import type { Requests } from "../requests/requests.js";
import type { Subscriptions } from "../features/subscriptions.js";

/** Whom notices are for. */
export interface NoticeTargets {
  readonly requests: Requests;
  readonly subscriptions: Subscriptions;
  readonly registrations: Registrations;
  readonly invocations: Invocations;
  readonly coder: PayloadCoder;
  readonly status: (notice: Extract<Notice, { readonly kind: "status" }>) => void;
  readonly warn: (error: WampMuxError) => void;
  readonly report: (error: unknown) => void;
}

interface WaitingBatch {
  readonly notices: Iterator<Notice>;
  readonly taken: () => void;
}

/**
 * Dispatches what the hub delivers, in order, with pauses: after a notice that settles a subscribe or register the rest waits for a
 * task, as otherwise a handler could be called before the application has the handle that it uses in there.
 */
export class Notices {
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

  /** Forgets what waits: it came from a worker that is lost. */
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

  /** False: a pause came first. */
  #dispatchAll(notices: Iterator<Notice>): boolean {
    while (this.#pauses === 0) {
      const next = notices.next();
      if (next.done === true) return true;
      try {
        this.#dispatch(next.value);
      } catch (error) {
        // A fault of ours; what else is in the batch must not be lost with it.
        this.#targets.report(error);
      }
      if (next.value.kind === "done") this.pause(new Promise(this.#defer));
    }
    return false;
  }

  #dispatch(notice: Notice): void {
    const { requests, subscriptions, registrations, invocations, coder } = this.#targets;
    switch (notice.kind) {
      case "result":
      case "published":
      case "done":
        return requests.answered(notice);
      case "rejected":
        return requests.rejected(notice.request, () => errorFromRecord(notice.error, coder));
      case "events":
        return subscriptions.deliver(notice);
      case "event":
        return subscriptions.deliverOne(notice);
      case "invocation":
        return void invocations.run(notice, registrations.callee(notice.registration));
      case "interrupt":
        return invocations.interrupt(notice);
      case "subscription-ended":
        return subscriptions.ended(notice.subscription, errorFromRecord(notice.error, coder));
      case "registration-ended":
        return registrations.ended(notice.registration, errorFromRecord(notice.error, coder));
      case "warning":
        return this.#targets.warn(errorFromRecord(notice.error, coder));
      case "status":
        return this.#targets.status(notice);
    }
  }
}
