import { describe } from "./describe.js";
import type { Dict } from "./dict.js";
import { ProtocolError } from "./errors.js";
import { isId } from "./fields.js";

/** Returns the revocation in a message with request 0 (WAMP, "Subscription Revocation", "Registration Revocation"). */
export function revocation(
  request: number,
  details: Dict | undefined,
  key: "subscription" | "registration",
): { readonly id: number; readonly reason: string; readonly details: Dict } | undefined {
  // Without readable details it is unknown which entry ended. Only the reason, which a third party wrote, can have made them so.
  if (request !== 0 || details === undefined) return undefined;
  // The rest of the details is for the application, to which the id means nothing.
  const { [key]: id, reason, ...rest } = details;
  if (!isId(id)) throw new ProtocolError(`a revocation without the id of the ${key}`);
  if (typeof reason === "string") return { id, reason, details: rest };
  return { id, reason: reason === undefined || reason === null ? "" : describe(reason), details: rest };
}
