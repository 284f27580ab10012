import type { Dict } from "../protocol/dict.js";
import type { JoinedPayloads, Payload } from "../protocol/payload.js";
import type { ErrorRecord } from "./errors.js";
import type { InvocationId, RegistrationHandle, RequestId, SubscriptionHandle } from "./ids.js";
import type { CancelMode } from "./request-options.js";
import type { StatusRecord, StorageStatus } from "./status.js";

/** Who gets an event: usually one local subscription of the tab. */
export type EventTarget = SubscriptionHandle | readonly SubscriptionHandle[];

/** Consecutive events of one tab, in wire order, column by column: what is cloned are a few flat values, however many events there are. */
export interface EventRun {
  readonly kind: "events";
  /** Who gets each event; a single entry is for all of them. */
  readonly targets: readonly EventTarget[];
  readonly publications: Float64Array;
  /** EVENT.Details of each; none at all if all are empty. */
  readonly details: readonly Dict[];
  readonly payloads: JoinedPayloads;
}

/** What the hub delivers to a tab, in batches, in order. */
export type Notice =
  | { readonly kind: "status"; readonly status: StatusRecord; readonly storage: StorageStatus }
  | {
      readonly kind: "result";
      readonly request: RequestId;
      readonly progress: boolean;
      readonly details: Dict;
      readonly payload: Payload;
    }
  /** `publication` is there when the application asked to acknowledge; else the message has been sent. */
  | { readonly kind: "published"; readonly request: RequestId; readonly publication?: number }
  /** A subscribe, unsubscribe, register or unregister has been done. `id`: what the router calls the subscription or registration. */
  | { readonly kind: "done"; readonly request: RequestId; readonly id?: number }
  | { readonly kind: "rejected"; readonly request: RequestId; readonly error: ErrorRecord }
  | EventRun
  /** An event whose payload is large. */
  | {
      readonly kind: "event";
      readonly target: EventTarget;
      readonly publication: number;
      readonly details: Dict;
      readonly payload: Payload;
    }
  | {
      readonly kind: "invocation";
      readonly invocation: InvocationId;
      readonly registration: RegistrationHandle;
      readonly details: Dict;
      readonly payload: Payload;
    }
  /** The caller gave up (INTERRUPT), or the connection the call came through is gone: the answer is not wanted. */
  | {
      readonly kind: "interrupt";
      readonly invocation: InvocationId;
      readonly mode: CancelMode;
      readonly reason: string;
    }
  /** A subscription or registration ended without the application's asking: revoked, displaced, or refused when it was restored. */
  | {
      readonly kind: "subscription-ended";
      readonly subscription: SubscriptionHandle;
      readonly error: ErrorRecord;
    }
  | {
      readonly kind: "registration-ended";
      readonly registration: RegistrationHandle;
      readonly error: ErrorRecord;
    }
  /** Something that the application should know but that settles nothing, such as a handler's answer that had to be replaced. */
  | { readonly kind: "warning"; readonly error: ErrorRecord };
