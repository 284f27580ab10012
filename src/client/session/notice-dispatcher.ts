import type { ErrorRecord } from "../../contract/errors.js";
import type { Notice } from "../../contract/notices.js";
import type { SerializerName } from "../../protocol/payload.js";
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
  readonly notices: readonly Notice[];
  /** Index of the next notice to dispatch. */
  next: number;
  readonly taken: () => void;
}

/**
 * Dispatches the notices from the hub, in order, with pauses: after a notice that settles a subscribe or register request, the rest waits
 * for another task, because otherwise a handler could be called before the application has received its handle; and a notice whose codec
 * is being loaded, with all after it, waits for that.
 */
export class NoticeDispatcher {
  #waiting: WaitingBatch[] = [];
  #pauses = 0;
  /** The serializers whose codecs are being loaded. */
  readonly #loading = new Set<SerializerName>();
  readonly #targets: NoticeTargets;
  readonly #defer: (task: () => void) => void;

  constructor(targets: NoticeTargets, defer: (task: () => void) => void) {
    this.#targets = targets;
    this.#defer = defer;
  }

  /** Resolves when the batch has been dispatched. */
  deliver(batch: readonly Notice[]): Promise<void> {
    return new Promise((taken) => {
      const waiting = { notices: batch, next: 0, taken };
      this.#waiting.push(waiting);
      this.#dispatchWaiting();
      // An answer that waits here has arrived in time, however long it waits.
      for (const notice of batch.slice(waiting.next)) this.#announce(notice);
    });
  }

  /** Dispatches nothing with a payload of this serializer, nor anything after it, before `loaded` has resolved; it must not reject. */
  awaitCodec(serializer: SerializerName, loaded: Promise<void>): void {
    this.#loading.add(serializer);
    void loaded.then(() => {
      this.#loading.delete(serializer);
      this.#dispatchWaiting();
    });
  }

  /** Dispatches nothing before `until` has resolved; it must not reject. */
  #pause(until: Promise<void>): void {
    this.#pauses += 1;
    void until.then(() => {
      this.#pauses -= 1;
      this.#dispatchWaiting();
    });
  }

  #announce(notice: Notice): void {
    const isFinal =
      notice.kind === "published" ||
      notice.kind === "done" ||
      notice.kind === "rejected" ||
      (notice.kind === "result" && !notice.progress);
    if (isFinal) this.#targets.requests.arrived(notice.request);
  }

  /** Drops the waiting notices, which came from a lost hub. */
  clear(): void {
    this.#waiting = [];
  }

  #dispatchWaiting(): void {
    for (let batch = this.#waiting[0]; batch !== undefined; batch = this.#waiting[0]) {
      if (!this.#dispatchAll(batch)) return;
      this.#waiting.shift();
      batch.taken();
    }
  }

  /** Returns false if a pause or a codec that is not loaded yet interrupted the batch. */
  #dispatchAll(batch: WaitingBatch): boolean {
    while (this.#pauses === 0) {
      const notice = batch.notices[batch.next];
      if (notice === undefined) return true;
      if (this.#loading.size > 0 && this.#lacksCodec(notice)) return false;
      batch.next += 1;
      try {
        this.#dispatch(notice);
      } catch (error) {
        // A defect of this package, which must not affect the rest of the batch.
        this.#targets.report(error);
      }
      if (notice.kind === "done") this.#pause(new Promise(this.#defer));
    }
    return false;
  }

  #lacksCodec(notice: Notice): boolean {
    const serializer = serializerOf(notice);
    return serializer !== undefined && this.#loading.has(serializer);
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
        return void invocations.run(notice, registrations.get(notice.registration));
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

/** Returns the serializer of a notice's payload, if it has one. */
function serializerOf(notice: Notice): SerializerName | undefined {
  switch (notice.kind) {
    case "result":
    case "event":
    case "invocation":
      return notice.payload.serializer;
    case "events":
      return notice.payloads.serializer;
    case "rejected":
    case "subscription-ended":
    case "registration-ended":
    case "warning":
      return serializerOfError(notice.error);
    case "published":
    case "done":
    case "interrupt":
    case "status":
      return undefined;
  }
}

function serializerOfError(error: ErrorRecord): SerializerName | undefined {
  if (error.name === "WampError" && error.payload !== undefined) return error.payload.serializer;
  return error.cause === undefined ? undefined : serializerOfError(error.cause);
}
