import type { WireSession } from "../../connection/wire-session.js";
import type { UnaskedEvent } from "../../protocol/session-events.js";
import { revoked } from "../error-records.js";
import type { Features } from "./features.js";

/** Passes a message that answers no request to its feature. */
export function receiveUnasked(
  { subscriptions, registrations, invocations }: Features,
  session: WireSession | undefined,
  event: UnaskedEvent,
): void {
  switch (event.type) {
    case "EVENT":
      return subscriptions.received(event);
    case "INVOCATION":
      return session && invocations.received(event, session);
    case "INTERRUPT":
      return invocations.interrupted(event.request, event.options);
    case "UNSUBSCRIBED":
      return subscriptions.revoked(event.id, revoked("subscription", event));
    case "UNREGISTERED":
      return registrations.revoked(event.id, revoked("registration", event));
  }
}
