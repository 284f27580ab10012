import type { Dict } from "./dict.js";
import type { WireRegistrationId, WireSubscriptionId } from "./ids.js";
import type { Abort, Answer, Challenge, Event, Goodbye, Interrupt, Invocation, Welcome } from "./messages.js";

/** The end of a subscription or registration that the client did not ask for. */
export type Revocation = (
  | { readonly type: "UNSUBSCRIBED"; readonly id: WireSubscriptionId }
  | { readonly type: "UNREGISTERED"; readonly id: WireRegistrationId }
) & { readonly reason: string; readonly details: Dict };

/** A message in an established session that is not about a request of the client. */
export type UnaskedEvent = Event | Invocation | Interrupt | Revocation;

/** The meaning of a message, as `Session.receive` returns it. */
export type SessionEvent<Handler> =
  | Welcome
  | Challenge
  | Abort
  /** The router's GOODBYE, which ends the session. `reply` must be sent; it is absent if the client began the closing handshake. */
  | (Goodbye & { readonly reply?: Goodbye })
  | UnaskedEvent
  /**
   * `handler` is the value that the caller passed with the request. The session has forgotten the request by now, unless the message is a
   * progressive result.
   */
  | { readonly type: "ANSWER"; readonly message: Answer; readonly handler: Handler };
