import type { ErrorRecord } from "../../contract/errors.js";

/**
 * URIs with which a router answers a request that no callee has got, while the callee restarts. Every other ERROR is an answer: it settles
 * an entry of the outbox as a result does.
 */
const PASSING_URIS: readonly string[] = [
  "wamp.error.no_such_procedure",
  "wamp.error.no_available_callee",
  "wamp.error.unavailable",
];

/** Returns the event in the life of an entry that the rejection of its request means. */
export function eventOfRejection(error: ErrorRecord): "lost" | "refused" | "refused-for-now" {
  // The router drops the session over this very request; the next one would be dropped as well.
  if (error.name === "ConnectionLostError" && error.cause?.name === "SetAsideError") return "refused";
  if (error.name === "ConnectionLostError" || error.name === "SessionClosedError") return "lost";
  // It was not sent, because of another request for its URI.
  if (error.name === "TimeoutError" || error.name === "SetAsideError") return "refused-for-now";
  return error.name === "WampError" && PASSING_URIS.includes(error.fields.uri)
    ? "refused-for-now"
    : "refused";
}
