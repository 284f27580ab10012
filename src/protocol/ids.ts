/** Session-scope request id of a peer: 1, 2, 3, … in order (WAMP, "Session Scope IDs"). */
export type WireRequestId = number & { readonly __id: "request" };
/** Id of a subscription as the router knows it. */
export type WireSubscriptionId = number & { readonly __id: "subscription" };
/** Id of a registration as the router knows it. */
export type WireRegistrationId = number & { readonly __id: "registration" };
/** Id of a publication, global scope. */
export type PublicationId = number & { readonly __id: "publication" };
/** Id of a WAMP session, global scope. */
export type WampSessionId = number & { readonly __id: "session" };

/** The largest WAMP id, 2^53 (WAMP, "IDs"): one more than `Number.MAX_SAFE_INTEGER`. */
export const MAX_ID = 2 ** 53;
