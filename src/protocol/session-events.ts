import type { RequestName } from "./codes.js";
import type { Dict } from "./dict.js";
import type { PublicationId, WampSessionId, WireRegistrationId, WireSubscriptionId } from "./ids.js";
import type { Event, Goodbye, Interrupt, Invocation } from "./messages.js";
import type { Payload } from "./payload.js";

/**
 * The meaning of a message, as `Session.receive` returns it. `handler` is the value that the caller passed with the request. The
 * session has forgotten the request by then, unless the message is a progressive result.
 */
export type SessionEvent<Handler> =
  | { readonly kind: "welcome"; readonly session: WampSessionId; readonly details: Dict }
  | { readonly kind: "challenge"; readonly method: string; readonly extra: Dict }
  | { readonly kind: "aborted"; readonly reason: string; readonly details: Dict }
  /** The router's GOODBYE, which ends the session. `reply` must be sent if the router began the closing handshake. */
  | {
      readonly kind: "goodbye";
      readonly reason: string;
      readonly details: Dict;
      readonly reply: Goodbye | undefined;
    }
  | {
      readonly kind: "result";
      readonly handler: Handler;
      readonly progress: boolean;
      /** True if the details could not be read at all: another result may follow, although this one is reported as the last. */
      readonly unreadable?: true;
      readonly details: Dict;
      readonly payload: Payload;
    }
  | { readonly kind: "published"; readonly handler: Handler; readonly publication: PublicationId }
  | { readonly kind: "subscribed"; readonly handler: Handler; readonly subscription: WireSubscriptionId }
  | { readonly kind: "unsubscribed"; readonly handler: Handler }
  | { readonly kind: "registered"; readonly handler: Handler; readonly registration: WireRegistrationId }
  | { readonly kind: "unregistered"; readonly handler: Handler }
  | {
      readonly kind: "error";
      readonly handler: Handler;
      readonly request: RequestName;
      readonly uri: string;
      readonly details: Dict;
      readonly payload: Payload;
    }
  /** An unsolicited message from the router, passed on unchanged. */
  | { readonly kind: "message"; readonly message: Event | Invocation | Interrupt }
  | {
      readonly kind: "subscription-revoked";
      readonly subscription: WireSubscriptionId;
      readonly reason: string;
      readonly details: Dict;
    }
  | {
      readonly kind: "registration-revoked";
      readonly registration: WireRegistrationId;
      readonly reason: string;
      readonly details: Dict;
    }
  /** The answer to a forgotten request, or a message that has no effect; never an error. */
  | { readonly kind: "ignored" };
