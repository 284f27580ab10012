import type { Dict } from "../protocol/dict.js";
import type { Payload } from "../protocol/payload.js";
import type { LastSeen } from "./gap.js";
import type { InvocationId, RegistrationHandle, RequestId, SubscriptionHandle } from "./ids.js";
import type { Durable } from "./outbox.js";
import type { AuthConfig, ConnectConfig } from "./session-config.js";
import type { CancelMode, OfflinePolicy, WireOptions } from "./request-options.js";

/** The options of a request that its application has given, by their names in the public API; absent if there are none. */
interface GivenOptions {
  /** The hub judges them, and completes `options` with them. */
  readonly given?: Dict | undefined;
}

/** A request that is answered exactly once, by a notice with its number; `result` notices with `progress` may precede it. */
export type AnsweredRequest =
  | ({
      readonly kind: "call";
      readonly request: RequestId;
      readonly procedure: string;
      readonly options: WireOptions<"call">;
      readonly payload: Payload;
      /** Remainder of the deadline in milliseconds, which the hub counts from the arrival of the request; 0 means none. */
      readonly timeout: number;
      readonly offline: OfflinePolicy | Durable;
    } & GivenOptions)
  | ({
      readonly kind: "publish";
      readonly request: RequestId;
      readonly topic: string;
      readonly options: WireOptions<"publish">;
      readonly payload: Payload;
      readonly timeout: number;
      readonly offline: OfflinePolicy | Durable;
    } & GivenOptions)
  | ({
      readonly kind: "subscribe";
      readonly request: RequestId;
      readonly subscription: SubscriptionHandle;
      /** Set if a lost worker had this subscription, which is restored and not new. */
      readonly replayed?: true;
      /** The publication that this subscription has seen last; absent if that is not known. */
      readonly seen?: LastSeen;
      /** Set if the application wants to know of gaps. */
      readonly tellsGaps?: true;
      readonly topic: string;
      readonly options: WireOptions<"subscribe">;
      readonly timeout: number;
      readonly offline: OfflinePolicy;
    } & GivenOptions)
  | { readonly kind: "unsubscribe"; readonly request: RequestId; readonly subscription: SubscriptionHandle }
  | ({
      readonly kind: "register";
      readonly request: RequestId;
      readonly registration: RegistrationHandle;
      /** Set if a lost worker had this registration: the router may hold that worker's session for a while. */
      readonly replayed?: true;
      readonly procedure: string;
      readonly options: WireOptions<"register">;
      readonly timeout: number;
      readonly offline: OfflinePolicy;
    } & GivenOptions)
  | { readonly kind: "unregister"; readonly request: RequestId; readonly registration: RegistrationHandle }
  /** Another `connect()` of the page has other options than its session. The hub judges and compares them, and nothing else. */
  | {
      readonly kind: "judge";
      readonly request: RequestId;
      readonly stands: ConnectConfig;
      readonly options: ConnectConfig;
    }
  /** Gives the session other credentials, for all tabs. The next WAMP session is the answer; it has no deadline. */
  | {
      readonly kind: "reauthenticate";
      readonly request: RequestId;
      readonly auth: AuthConfig | readonly AuthConfig[];
    }
  /** Ends the session for all tabs, and wipes what is stored of it, except for the outbox if that is to be kept. The end of the session is the answer. */
  | { readonly kind: "logout"; readonly request: RequestId; readonly outbox?: "keep" | "wipe" | undefined }
  /** Asks for all entries of the outbox, and with `watch` or `unwatch` for the notices of changes, or no more of them. */
  | { readonly kind: "outbox"; readonly request: RequestId; readonly action: "list" | "watch" | "unwatch" }
  /** Acts on an entry of the outbox. */
  | {
      readonly kind: "outbox-entry";
      readonly request: RequestId;
      readonly action: "cancel" | "retry" | "dismiss";
      readonly key: string;
    };

/** An answer to an invocation, whose payload the router may not look into. */
interface PassthruAnswer {
  /** The attributes of such a payload, by their names in the public API. */
  readonly options?: Dict | undefined;
}

/** A message from a tab to the hub; posted in batches, in the order of the application's calls. */
export type TabRequest =
  | AnsweredRequest
  /** The application canceled a request; a call is canceled in `mode`. The request is still answered, by `rejected`. */
  | { readonly kind: "cancel"; readonly request: RequestId; readonly mode: CancelMode }
  /** The handler is about to be called; from now on the invocation cannot move to another tab. */
  | { readonly kind: "begun"; readonly invocation: InvocationId }
  | ({
      readonly kind: "yield";
      readonly invocation: InvocationId;
      readonly progress: boolean;
      readonly payload: Payload;
    } & PassthruAnswer)
  /** The handler failed, or its answer could not be encoded. */
  | ({
      readonly kind: "fail";
      readonly invocation: InvocationId;
      readonly uri: string;
      readonly details: Dict;
      readonly payload: Payload;
    } & PassthruAnswer);
