import type { ClientMessage, RouterMessage } from "../protocol/messages.js";
import type { HeldDelivery } from "./held-delivery.js";
import { pick } from "./steps.js";

/**
 * Delivers one of the messages that may be next: answers in any order; EVENT, INVOCATION, INTERRUPT and revocations in their own order and not
 * before the SUBSCRIBED or REGISTERED that they need; SUBSCRIBED and RESULT not before the events that precede them; the parts of a result in
 * order.
 */
export function deliverOne(router: HeldDelivery, which: number): void {
  const { held } = router;
  const deliverable = held.filter((candidate, index) =>
    held.slice(0, index).every(({ message }) => mayOvertake(candidate.message, message)),
  );
  const next = pick(deliverable, which);
  if (next === undefined) return;
  held.splice(held.indexOf(next), 1);
  router.deliver(next);
}

/** Tells whether a router sends a message in one order with the others of its kind, and does not lose it. */
export function isOrdered(message: RouterMessage): boolean {
  const { type } = message;
  if (type === "UNREGISTERED" || type === "UNSUBSCRIBED") return message.request === 0;
  return type === "EVENT" || type === "INVOCATION" || type === "INTERRUPT" || type === "GOODBYE";
}

/** Tells whether a router may send a message before one that it has made earlier. */
function mayOvertake(late: RouterMessage, early: RouterMessage): boolean {
  if (late.type === "GOODBYE" || early.type === "WELCOME") return false;
  if (isOrdered(late) && isOrdered(early)) return false;
  if (late.type === "EVENT" && early.type === "SUBSCRIBED") return early.subscription !== late.subscription;
  // A history that overtakes events which are then lost with the connection is taken for the place of a new subscription.
  if (late.type === "RESULT" && early.type === "EVENT") return false;
  if (late.type === "SUBSCRIBED" && early.type === "EVENT") return early.subscription !== late.subscription;
  if (late.type === "INVOCATION" && early.type === "REGISTERED")
    return early.registration !== late.registration;
  if (late.type === "UNREGISTERED" && early.type === "REGISTERED")
    return late.details?.["registration"] !== early.registration;
  if (early.type === "RESULT") {
    const ofTheSame = (late.type === "RESULT" || late.type === "ERROR") && late.request === early.request;
    return !ofTheSame;
  }
  return true;
}

/** Tells whether a message is a request for a URI. */
export function isFor(message: ClientMessage, uri: string): boolean {
  return (
    ("topic" in message && message.topic === uri) || ("procedure" in message && message.procedure === uri)
  );
}
