import type { RequestName } from "./codes.js";
import type { Dict } from "./dict.js";
import type {
  PublicationId,
  WampSessionId,
  WireRegistrationId,
  WireRequestId,
  WireSubscriptionId,
} from "./ids.js";
import type { Goodbye } from "./messages.js";
import type { Payload } from "./payload.js";

/**
 * What `Session.receive` says that a message meant. `ticket` is what the caller gave with the request; the session has
 * forgotten the request when it returns the ticket, except for a progressive result.
 */
export type SessionEvent<Ticket> =
  | { readonly kind: "welcome"; readonly session: WampSessionId; readonly details: Dict }
  | { readonly kind: "challenge"; readonly method: string; readonly extra: Dict }
  | { readonly kind: "aborted"; readonly reason: string; readonly details: Dict }
  /** The router's GOODBYE. `reply` is to be sent when it was the router that began to close; the session is over. */
  | {
      readonly kind: "goodbye";
      readonly reason: string;
      readonly details: Dict;
      readonly reply: Goodbye | undefined;
    }
  | {
      readonly kind: "result";
      readonly ticket: Ticket;
      readonly progress: boolean;
      readonly details: Dict;
      readonly payload: Payload;
    }
  | { readonly kind: "published"; readonly ticket: Ticket; readonly publication: PublicationId }
  | { readonly kind: "subscribed"; readonly ticket: Ticket; readonly subscription: WireSubscriptionId }
  | { readonly kind: "unsubscribed"; readonly ticket: Ticket }
  | { readonly kind: "registered"; readonly ticket: Ticket; readonly registration: WireRegistrationId }
  | { readonly kind: "unregistered"; readonly ticket: Ticket }
  | {
      readonly kind: "error";
      readonly ticket: Ticket;
      readonly request: RequestName;
      readonly uri: string;
      readonly details: Dict;
      readonly payload: Payload;
    }
  | {
      readonly kind: "event";
      readonly subscription: WireSubscriptionId;
      readonly publication: PublicationId;
      readonly details: Dict;
      readonly payload: Payload;
    }
  | {
      readonly kind: "invocation";
      readonly request: WireRequestId;
      readonly registration: WireRegistrationId;
      readonly details: Dict;
      readonly payload: Payload;
    }
  | { readonly kind: "interrupt"; readonly request: WireRequestId; readonly options: Dict }
  | {
      readonly kind: "subscription-revoked";
      readonly subscription: WireSubscriptionId;
      readonly reason: string;
    }
  | {
      readonly kind: "registration-revoked";
      readonly registration: WireRegistrationId;
      readonly reason: string;
    }
  /** An answer to a request that was given up, or one that changes nothing: never an error. */
  | { readonly kind: "ignored" };
