import type { Dict } from "../protocol/dict.js";
import type { JoinedPayloads, Payload } from "../protocol/payload.js";
import type { ErrorRecord } from "./errors.js";
import type { GapReason, LastSeen } from "./gap.js";
import type { InvocationId, RegistrationHandle, RequestId, SubscriptionHandle } from "./ids.js";
import type { OutboxRecord } from "./outbox.js";
import type { CancelMode } from "./request-options.js";
import type { AuthConfig } from "./session-config.js";
import type { StatusRecord, StorageStatus } from "./status.js";

/** The recipients of an event: usually one local subscription of the tab. */
export type EventTarget = SubscriptionHandle | readonly SubscriptionHandle[];

/** Consecutive events for one tab, in wire order, stored in columns, so that only a few flat values are cloned for any number of events. */
export interface EventRun {
  readonly kind: "events";
  /** The recipients of each event; a single entry applies to all of them. */
  readonly targets: readonly EventTarget[];
  readonly publications: Float64Array;
  /** EVENT.Details of each event; an empty list if all are empty. */
  readonly details: readonly Dict[];
  readonly payloads: JoinedPayloads;
}

/** A message from the hub to a tab; notices are delivered in batches, in order. */
export type Notice =
  | { readonly kind: "status"; readonly status: StatusRecord; readonly storage: StorageStatus }
  /** The session has other credentials than this tab has given: from now on they are in its hello. */
  | {
      readonly kind: "identity";
      /** The credentials without what is secret of them. */
      readonly auth: readonly AuthConfig[];
      /** Those that the session had before. */
      readonly former: readonly (readonly AuthConfig[])[];
      /** Set in the tab that has given them, by this request. */
      readonly request?: RequestId;
    }
  | {
      readonly kind: "result";
      readonly request: RequestId;
      readonly progress: boolean;
      readonly details: Dict;
      readonly payload: Payload;
    }
  /** `publication` is set if the application requested an acknowledgement; without it, the notice means that the message has been sent. */
  | { readonly kind: "published"; readonly request: RequestId; readonly publication?: number }
  /** A subscribe, unsubscribe, register or unregister request is done. `id` is the router's id of the subscription or registration. */
  | {
      readonly kind: "done";
      readonly request: RequestId;
      readonly id?: number;
      /** The answer to a `judge` request: the options that differ from the session's, in words. */
      readonly differences?: readonly string[];
      /** The answer to an `outbox` request. */
      readonly entries?: readonly OutboxRecord[];
      /** The answer to an `outbox-entry` request: false if the entry was not in a state for that. */
      readonly isDone?: boolean;
    }
  /** A durable request that waits for its answer is stored. */
  | { readonly kind: "stored"; readonly request: RequestId }
  /** An entry of the outbox has changed, or is gone if it is absent; for the tabs that watch the outbox. */
  | { readonly kind: "outbox"; readonly key: string; readonly entry?: OutboxRecord }
  | { readonly kind: "rejected"; readonly request: RequestId; readonly error: ErrorRecord }
  | EventRun
  /** An event with a large payload. */
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
  /** The caller canceled the call (INTERRUPT), or its connection was lost; the answer is no longer needed. */
  | {
      readonly kind: "interrupt";
      readonly invocation: InvocationId;
      readonly mode: CancelMode;
      readonly reason: string;
    }
  /** A subscription or registration ended without a request by the application: revoked, displaced, or refused when restored. */
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
  /** A subscription has missed events and will not get them, or none of these any more; `since` is the publication seen last. */
  | {
      readonly kind: "gap";
      readonly subscription: SubscriptionHandle;
      readonly since: LastSeen;
      readonly reason: GapReason;
    }
  /** The publication after which a subscription gets everything, although it has not got that one. */
  | {
      readonly kind: "seen";
      readonly subscription: SubscriptionHandle;
      readonly publication: LastSeen;
    }
  /** Information for the application that does not settle a request, such as a handler's answer that had to be replaced. */
  | { readonly kind: "warning"; readonly error: ErrorRecord };
