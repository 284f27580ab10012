import type { ErrorRecord } from "../../contract/errors.js";
import type { Notice } from "../../contract/notices.js";
import type { SerializerName } from "../../protocol/payload.js";
import type { WampMuxError } from "../errors/wamp-mux-error.js";
import type { Invocations } from "../features/invocations.js";
import type { OutboxFeature } from "../features/outbox.js";
import type { Registrations } from "../features/registrations.js";
import type { Subscriptions } from "../features/subscriptions.js";
import type { Requests } from "../requests/requests.js";
import type { IdentityNotice } from "./identity.js";

/** The notice that the session's status has changed. */
export type StatusNotice = Extract<Notice, { readonly kind: "status" }>;

/** The parts of a session that receive notices. */
export interface NoticeTargets {
  readonly requests: Requests;
  readonly subscriptions: Subscriptions;
  readonly registrations: Registrations;
  readonly invocations: Invocations;
  readonly outbox: Pick<OutboxFeature, "changed">;
  /** Creates the error for a record from the hub. */
  readonly toError: (record: ErrorRecord) => WampMuxError;
  readonly update: (notice: StatusNotice) => void;
  readonly identified: (notice: IdentityNotice) => void;
  readonly warn: (error: WampMuxError) => void;
  readonly report: (error: unknown) => void;
  /** Lets the session's `passthru` read the payload of a notice first. Returns undefined if there is nothing to wait for; never rejects. */
  readonly open: (notice: Notice) => Promise<void> | undefined;
}

/** The end of a batch. */
interface Taken {
  readonly kind: "taken";
  readonly taken: () => void;
}

/** Exchanges notices that cannot be read. */
export type Transcode = (unread: readonly Notice[]) => Promise<readonly (readonly Notice[])[]>;

/** A notice or an error in one, as far as it may carry a payload. */
interface Carrier {
  readonly kind?: string;
  readonly name?: string;
  readonly payload?: { readonly serializer: SerializerName };
  readonly payloads?: { readonly serializer: SerializerName };
  readonly error?: Carrier;
  readonly cause?: Carrier;
}

/**
 * Dispatches the notices from the hub, in order, with pauses: after a notice that settles a subscribe or register request, the rest waits
 * for another task, because otherwise a handler could be called before the application has received its handle; and a notice whose codec
 * is being loaded, or whose payload is being decrypted, with all after it, waits for that.
 */
export interface NoticeDispatcher {
  /** Resolves when the batch has been dispatched. */
  deliver(batch: readonly Notice[]): Promise<void>;
  /**
   * Dispatches nothing with a payload of this serializer, nor anything after it, before `loaded` has resolved. If that is with false,
   * `transcode` returns for each of the waiting notices those that can be read in its place, if there are any. Neither must reject.
   */
  awaitCodec(serializer: SerializerName, loaded: Promise<boolean>, transcode: Transcode): void;
  /** Drops the waiting notices, which came from a lost hub. */
  clear(): void;
}

export function createNoticeDispatcher(
  {
    requests,
    subscriptions,
    registrations,
    invocations,
    outbox,
    toError,
    update,
    identified,
    warn,
    report,
    open,
  }: NoticeTargets,
  defer: (task: () => void) => void,
): NoticeDispatcher {
  /** The notices in order, and each batch's end. */
  let waiting: (Notice | Taken)[] = [];
  /** The pause after the last notice, if it is not over; a pause of a lost hub's notices is not this one. */
  let pause: object | undefined;
  /** The serializers whose codecs are being loaded. */
  const loading = new Set<SerializerName | undefined>();

  function dispatchWaiting(): void {
    while (pause === undefined) {
      const next = waiting[0];
      if (next === undefined || (loading.size > 0 && loading.has(serializerOf(next)))) return;
      const opening = next.kind === "taken" ? undefined : open(next);
      if (opening !== undefined) return void opening.then(resumeLater());
      waiting.shift();
      try {
        dispatch(next);
      } catch (error) {
        // A defect of this package, which must not affect the rest of the batch.
        report(error);
      }
    }
  }

  /** Pauses, and returns the function that ends this pause alone. */
  function resumeLater(): () => void {
    const own = (pause = {});
    return () => {
      if (pause !== own) return;
      pause = undefined;
      dispatchWaiting();
    };
  }

  function dispatch(notice: Notice | Taken): void {
    switch (notice.kind) {
      case "taken":
        return notice.taken();
      case "result":
      case "published":
        return requests.answered(notice);
      case "done":
        defer(resumeLater());
        return requests.answered(notice);
      case "stored":
        return requests.stored(notice.request);
      case "outbox":
        return outbox.changed(notice.key, notice.entry);
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
      case "gap":
        return subscriptions.missed(notice);
      case "seen":
        return subscriptions.seen(notice);
      case "subscription-ended":
        return subscriptions.ended(notice.subscription, toError(notice.error));
      case "registration-ended":
        return registrations.ended(notice.registration, toError(notice.error));
      case "warning":
        return warn(toError(notice.error));
      case "status":
        return update(notice);
      case "identity":
        return identified(notice);
    }
  }

  /** Exchanges the waiting notices of a serializer; twice, because the hub sent some before it knew. */
  async function exchange(serializer: SerializerName, transcode: Transcode): Promise<void> {
    for (let round = 0; round < 2; round++) {
      const unread = waiting.filter(
        (each): each is Notice => each.kind !== "taken" && serializerOf(each) === serializer,
      );
      if (round > 0 && unread.length === 0) return;
      const readable = await transcode(unread);
      const exchanged = new Map<Notice | Taken, readonly Notice[] | undefined>(
        unread.map((notice, index) => [notice, readable[index]]),
      );
      waiting = waiting.flatMap((each): readonly (Notice | Taken)[] => exchanged.get(each) ?? [each]);
    }
  }

  return {
    deliver: (batch) =>
      new Promise((taken) => {
        waiting = [...waiting, ...batch, { kind: "taken", taken }];
        dispatchWaiting();
        // An answer that waits here has arrived in time, however long it waits.
        for (const notice of waiting) {
          if ("request" in notice && !("progress" in notice && notice.progress))
            requests.arrived(notice.request);
        }
      }),
    awaitCodec: (serializer, loaded, transcode) => {
      loading.add(serializer);
      void loaded.then(async (isLoaded) => {
        if (!isLoaded) await exchange(serializer, transcode);
        loading.delete(serializer);
        dispatchWaiting();
      });
    },
    clear: () => {
      waiting = [];
      pause = undefined;
    },
  };
}

/** Returns the serializer of a notice's payload, if it has one. */
function serializerOf({ payload, payloads, error, cause }: Carrier): SerializerName | undefined {
  const inner = error ?? cause;
  return (payload ?? payloads)?.serializer ?? (inner && serializerOf(inner));
}
