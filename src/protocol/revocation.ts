import { describe } from "./describe.js";
import type { Dict } from "./dict.js";
import { ProtocolError } from "./errors.js";
import { isId } from "./parse-message.js";
import type { Revocation } from "./session-events.js";

/** Returns the revocation in a message with request 0 (WAMP, "Subscription Revocation", "Registration Revocation"). */
export function revocation(type: "UNSUBSCRIBED" | "UNREGISTERED", message: Dict): Revocation {
  const key = type === "UNSUBSCRIBED" ? "subscription" : "registration";
  // The rest of the details is for the application, to which the id means nothing.
  const { [key]: id, reason, ...details } = message;
  if (!isId(id)) throw new ProtocolError(`a revocation without the id of the ${key}`);
  const words =
    typeof reason === "string" ? reason : reason === undefined || reason === null ? "" : describe(reason);
  return { type, id, reason: words, details } as Revocation;
}
