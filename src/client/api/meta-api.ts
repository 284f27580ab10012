import type { MatchPolicy, InvocationPolicy } from "../../contract/request-options.js";
import type { Dict } from "../../protocol/dict.js";

/** A session as the router describes it (WAMP, "Session Meta API"). */
export interface MetaSession {
  /** The WAMP session id, which all tabs of this package's session share. */
  readonly session: number;
  /** The authid that the router assigned. */
  readonly authid: string;
  /** The authrole that the router assigned. */
  readonly authrole: string;
  /** The method by which the session was authenticated. */
  readonly authmethod?: string;
  /** The provider that authenticated the session. */
  readonly authprovider?: string;
  /** Information about the connection, which depends on the router. */
  readonly transport?: Dict;
}

/** A subscription as the router describes it (WAMP, "Subscription Meta API"). */
export interface MetaSubscription {
  /** Id of the subscription. */
  readonly id: number;
  /** The time at which it was created, in the format of ISO 8601. */
  readonly created: string;
  /** The topic, or the pattern. */
  readonly uri: string;
  /** The policy by which `uri` is matched. */
  readonly match: MatchPolicy;
}

/** A registration as the router describes it (WAMP, "Registration Meta API"). */
export interface MetaRegistration extends MetaSubscription {
  /** The policy by which a callee is picked. */
  readonly invoke: InvocationPolicy;
}

/** Ids by the match policy of what they name. */
export interface MetaIds {
  /** Ids of those with a URI. */
  readonly exact: readonly number[];
  /** Ids of those with a prefix. */
  readonly prefix: readonly number[];
  /** Ids of those with a wildcard pattern. */
  readonly wildcard: readonly number[];
}

/** The reason that sessions get when they are closed with a meta procedure. */
export interface MetaKillKwargs {
  /** Reason of the GOODBYE, a URI. @default "wamp.close.normal" */
  readonly reason?: string;
  /** Text for people. */
  readonly message?: string;
}

/** The occasion on which a testament is published (WAMP, "Testament"). */
export interface MetaScopeKwargs {
  /** The end of the session, or of its connection. @default "destroyed" */
  readonly scope?: "destroyed" | "detached";
}

/** The filter of an event history; routers have only some of its parts. Times are strings in the format of RFC 3339. */
export interface MetaHistoryKwargs {
  /** The latest event first. @default false */
  readonly reverse?: boolean;
  /** Maximum number of events. */
  readonly limit?: number;
  /** The topic, for a pattern-based subscription. */
  readonly topic?: string;
  /** The earliest time. */
  readonly from_time?: string;
  /** The time before the earliest one. */
  readonly after_time?: string;
  /** The time after the latest one. */
  readonly before_time?: string;
  /** The latest time. */
  readonly until_time?: string;
  /** Id of the first publication. */
  readonly from_publication?: number;
  /** Id of the publication before the first one. */
  readonly after_publication?: number;
  /** Id of the publication after the last one. */
  readonly before_publication?: number;
  /** Id of the last publication. */
  readonly until_publication?: number;
}

/** An event of an event history (WAMP, "Event History"). Routers name some of the fields differently. */
export interface MetaEvent {
  /** Id of the publication. */
  readonly publication: number;
  /** Id of the subscription. */
  readonly subscription?: number;
  /** The time of the publication, in the format of RFC 3339. */
  readonly timestamp?: string;
  /** Details of the EVENT message. */
  readonly details?: Dict;
  /** Positional arguments. */
  readonly args?: readonly unknown[] | null;
  /** Keyword arguments. */
  readonly kwargs?: Dict | null;
  /** A field of the router's own. */
  readonly [field: string]: unknown;
}

/** The procedures and topics of routers (WAMP, "Meta API"), part of the type of every API. A router may have only some of them. */
export interface MetaApi {
  /** The procedures. */
  readonly procedures: {
    "wamp.session.count": { args: [authroles?: readonly string[]]; result: number };
    "wamp.session.list": { args: [authroles?: readonly string[]]; result: readonly number[] };
    "wamp.session.get": { args: [session: number]; result: MetaSession };
    "wamp.session.kill": { args: [session: number]; kwargs: MetaKillKwargs; result: unknown };
    "wamp.session.kill_by_authid": { args: [authid: string]; kwargs: MetaKillKwargs; result: number };
    "wamp.session.kill_by_authrole": { args: [authrole: string]; kwargs: MetaKillKwargs; result: number };
    "wamp.session.kill_all": { args: []; kwargs: MetaKillKwargs; result: number };
    "wamp.session.add_testament": {
      args: [topic: string, args: readonly unknown[], kwargs: Dict];
      kwargs: MetaScopeKwargs & { readonly publish_options?: Dict };
      result: unknown;
    };
    "wamp.session.flush_testaments": { args: []; kwargs: MetaScopeKwargs; result: unknown };
    "wamp.registration.list": { args: []; result: MetaIds };
    "wamp.registration.lookup": { args: [procedure: string, options?: Dict]; result: number | null };
    "wamp.registration.match": { args: [procedure: string]; result: number | null };
    "wamp.registration.get": { args: [registration: number]; result: MetaRegistration };
    "wamp.registration.list_callees": { args: [registration: number]; result: readonly number[] };
    "wamp.registration.count_callees": { args: [registration: number]; result: number };
    "wamp.subscription.list": { args: []; result: MetaIds };
    "wamp.subscription.lookup": { args: [topic: string, options?: Dict]; result: number | null };
    "wamp.subscription.match": { args: [topic: string]; result: readonly number[] | null };
    "wamp.subscription.get": { args: [subscription: number]; result: MetaSubscription };
    "wamp.subscription.list_subscribers": { args: [subscription: number]; result: readonly number[] };
    "wamp.subscription.count_subscribers": { args: [subscription: number]; result: number };
    // Crossbar.io takes the limit as an argument. Nexus gives each event as a result of its own: see `callResult`.
    "wamp.subscription.get_events": {
      args: [subscription: number, limit?: number];
      kwargs: MetaHistoryKwargs;
      result: readonly MetaEvent[] | null;
    };
  };
  /** The topics. */
  readonly topics: {
    "wamp.session.on_join": { args: [session: MetaSession] };
    "wamp.session.on_leave": { args: [session: number, authid?: string, authrole?: string] };
    "wamp.registration.on_create": { args: [session: number, registration: MetaRegistration] };
    "wamp.registration.on_register": { args: [session: number, registration: number] };
    "wamp.registration.on_unregister": { args: [session: number, registration: number] };
    "wamp.registration.on_delete": { args: [session: number, registration: number] };
    "wamp.subscription.on_create": { args: [session: number, subscription: MetaSubscription] };
    "wamp.subscription.on_subscribe": { args: [session: number, subscription: number] };
    "wamp.subscription.on_unsubscribe": { args: [session: number, subscription: number] };
    "wamp.subscription.on_delete": { args: [session: number, subscription: number] };
  };
}
