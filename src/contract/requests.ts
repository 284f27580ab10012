import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";
import type { InvocationId, RegistrationHandle, RequestId, SubscriptionHandle } from "./ids.js";
import type { CancelMode, OfflinePolicy, WireOptions } from "./request-options.js";

/** A request that is answered exactly once, by the notice with its number (`result` with `progress` comes before that). */
export type AnsweredRequest =
  | {
      readonly kind: "call";
      readonly request: RequestId;
      readonly procedure: string;
      readonly options: WireOptions<"call">;
      readonly payload: Payload;
      /** Milliseconds, kept by the hub from the moment it got the request; 0: none. */
      readonly timeout: number;
      readonly offline: OfflinePolicy;
    }
  | {
      readonly kind: "publish";
      readonly request: RequestId;
      readonly topic: string;
      readonly options: WireOptions<"publish">;
      readonly payload: Payload;
      readonly timeout: number;
      readonly offline: OfflinePolicy;
    }
  | {
      readonly kind: "subscribe";
      readonly request: RequestId;
      readonly subscription: SubscriptionHandle;
      readonly topic: string;
      readonly options: WireOptions<"subscribe">;
      readonly timeout: number;
      readonly offline: OfflinePolicy;
    }
  | { readonly kind: "unsubscribe"; readonly request: RequestId; readonly subscription: SubscriptionHandle }
  | {
      readonly kind: "register";
      readonly request: RequestId;
      readonly registration: RegistrationHandle;
      /** A worker that is lost had it: the router may still hold that worker's session for a while. */
      readonly replayed?: true;
      readonly procedure: string;
      readonly options: WireOptions<"register">;
      readonly timeout: number;
      readonly offline: OfflinePolicy;
    }
  | { readonly kind: "unregister"; readonly request: RequestId; readonly registration: RegistrationHandle };

/** What a tab posts, in batches, in the order in which the application asked. */
export type TabRequest =
  | AnsweredRequest
  /** The application gave a request up. A call is cancelled in `mode`; the request is still answered, by `rejected`. */
  | { readonly kind: "cancel"; readonly request: RequestId; readonly mode: CancelMode }
  /** The handler is about to be called: from now on the invocation cannot go to another tab. */
  | { readonly kind: "begun"; readonly invocation: InvocationId }
  | {
      readonly kind: "yield";
      readonly invocation: InvocationId;
      readonly progress: boolean;
      readonly payload: Payload;
    }
  /** The handler failed, or its answer could not be encoded. */
  | {
      readonly kind: "fail";
      readonly invocation: InvocationId;
      readonly uri: string;
      readonly details: Dict;
      readonly payload: Payload;
    };
