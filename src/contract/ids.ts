/** The random id of one attached client, that is, of one session in one page. It is also the suffix of its Web Lock's name. */
export type TabId = string & { readonly __id: "tab" };
/** The random id of one instance of the worker. */
export type Incarnation = string & { readonly __id: "incarnation" };
/** The number that a tab assigns to a request; unique within one attachment. */
export type RequestId = number & { readonly __id: "tab-request" };
/** The number that a tab assigns to a local subscription; it outlives reconnects and the worker. */
export type SubscriptionHandle = number & { readonly __id: "subscription-handle" };
/** The number that a tab assigns to a local registration; it outlives reconnects and the worker. */
export type RegistrationHandle = number & { readonly __id: "registration-handle" };
/** The number that the hub assigns to an invocation; unique within one incarnation, unlike the router's request id. */
export type InvocationId = number & { readonly __id: "invocation" };
