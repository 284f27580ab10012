import type { Dict } from "./dict.js";
import type {
  PublicationId,
  WampSessionId,
  WireRegistrationId,
  WireRequestId,
  WireSubscriptionId,
} from "./ids.js";
import type { Payload } from "./payload.js";

/** Message types that an ERROR can answer. */
export type RequestName =
  "CALL" | "INVOCATION" | "PUBLISH" | "SUBSCRIBE" | "UNSUBSCRIBE" | "REGISTER" | "UNREGISTER";

// Both directions
export type Abort = { readonly type: "ABORT"; readonly details: Dict; readonly reason: string };
export type Goodbye = { readonly type: "GOODBYE"; readonly details: Dict; readonly reason: string };
export type ErrorMessage = {
  readonly type: "ERROR";
  readonly requestType: RequestName;
  readonly request: WireRequestId;
  readonly details: Dict;
  readonly error: string;
  readonly payload: Payload;
};

// Client to router
export type Hello = { readonly type: "HELLO"; readonly realm: string; readonly details: Dict };
export type Authenticate = {
  readonly type: "AUTHENTICATE";
  readonly signature: string;
  readonly extra: Dict;
};
export type Publish = {
  readonly type: "PUBLISH";
  readonly request: WireRequestId;
  readonly options: Dict;
  readonly topic: string;
  readonly payload: Payload;
};
export type Subscribe = {
  readonly type: "SUBSCRIBE";
  readonly request: WireRequestId;
  readonly options: Dict;
  readonly topic: string;
};
export type Unsubscribe = {
  readonly type: "UNSUBSCRIBE";
  readonly request: WireRequestId;
  readonly subscription: WireSubscriptionId;
};
export type Call = {
  readonly type: "CALL";
  readonly request: WireRequestId;
  readonly options: Dict;
  readonly procedure: string;
  readonly payload: Payload;
};
export type Cancel = { readonly type: "CANCEL"; readonly request: WireRequestId; readonly options: Dict };
export type Register = {
  readonly type: "REGISTER";
  readonly request: WireRequestId;
  readonly options: Dict;
  readonly procedure: string;
};
export type Unregister = {
  readonly type: "UNREGISTER";
  readonly request: WireRequestId;
  readonly registration: WireRegistrationId;
};
export type Yield = {
  readonly type: "YIELD";
  readonly request: WireRequestId;
  readonly options: Dict;
  readonly payload: Payload;
};

// Router to client
export type Welcome = { readonly type: "WELCOME"; readonly session: WampSessionId; readonly details: Dict };
export type Challenge = { readonly type: "CHALLENGE"; readonly method: string; readonly extra: Dict };
export type Published = {
  readonly type: "PUBLISHED";
  readonly request: WireRequestId;
  readonly publication: PublicationId;
};
export type Subscribed = {
  readonly type: "SUBSCRIBED";
  readonly request: WireRequestId;
  readonly subscription: WireSubscriptionId;
};
/** `request` is 0 with `details` when the router revoked the subscription (Advanced Profile, "Subscription Revocation"). */
export type Unsubscribed = {
  readonly type: "UNSUBSCRIBED";
  readonly request: WireRequestId;
  readonly details: Dict | undefined;
};
export type Event = {
  readonly type: "EVENT";
  readonly subscription: WireSubscriptionId;
  readonly publication: PublicationId;
  readonly details: Dict;
  readonly payload: Payload;
};
export type Result = {
  readonly type: "RESULT";
  readonly request: WireRequestId;
  /** Undefined if they could not be read at all: another result may follow. */
  readonly details: Dict | undefined;
  readonly payload: Payload;
};
export type Registered = {
  readonly type: "REGISTERED";
  readonly request: WireRequestId;
  readonly registration: WireRegistrationId;
};
/** `request` is 0 with `details` when the router revoked the registration (Advanced Profile, "Registration Revocation"). */
export type Unregistered = {
  readonly type: "UNREGISTERED";
  readonly request: WireRequestId;
  readonly details: Dict | undefined;
};
export type Invocation = {
  readonly type: "INVOCATION";
  readonly request: WireRequestId;
  readonly registration: WireRegistrationId;
  readonly details: Dict;
  readonly payload: Payload;
};
export type Interrupt = {
  readonly type: "INTERRUPT";
  readonly request: WireRequestId;
  readonly options: Dict;
};

/** A message from a client to a router. */
export type ClientMessage =
  | Hello
  | Authenticate
  | Abort
  | Goodbye
  | ErrorMessage
  | Publish
  | Subscribe
  | Unsubscribe
  | Call
  | Cancel
  | Register
  | Unregister
  | Yield;

/** A message from a router to a client. */
export type RouterMessage =
  | Welcome
  | Challenge
  | Abort
  | Goodbye
  | ErrorMessage
  | Published
  | Subscribed
  | Unsubscribed
  | Event
  | Result
  | Registered
  | Unregistered
  | Invocation
  | Interrupt;

/** A request of a client, which the router answers. */
export type RequestMessage = Call | Publish | Subscribe | Unsubscribe | Register | Unregister;

/** A request that has no id yet. */
export type NewRequest = RequestMessage extends infer Message
  ? Message extends RequestMessage
    ? Omit<Message, "request">
    : never
  : never;

/** The answer to a request of a client. */
export type Answer =
  Result | Published | Subscribed | Unsubscribed | Registered | Unregistered | ErrorMessage;
