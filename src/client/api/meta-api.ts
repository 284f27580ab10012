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

/** The arguments of a testament (WAMP, "Testament"). */
export interface MetaTestamentKwargs extends MetaScopeKwargs {
  /** WAMP options of the publication. */
  readonly publish_options?: Dict;
}

/** A procedure of the router. */
export interface MetaProcedure<Args extends readonly unknown[], Result, Kwargs extends object = Dict> {
  /** Positional arguments. */
  args: Args;
  /** Keyword arguments. */
  kwargs: Kwargs;
  /** The result. */
  result: Result;
}

/** A topic to which the router publishes. */
export interface MetaTopic<Args extends readonly unknown[]> {
  /** Positional arguments. */
  args: Args;
}

/** The procedures of routers (WAMP, "Meta API"). */
export interface MetaProcedures {
  /** Counts the sessions, or those with one of these authroles. */
  "wamp.session.count": MetaProcedure<[authroles?: readonly string[]], number>;
  /** Lists the ids of the sessions, or of those with one of these authroles. */
  "wamp.session.list": MetaProcedure<[authroles?: readonly string[]], readonly number[]>;
  /** Describes a session. */
  "wamp.session.get": MetaProcedure<[session: number], MetaSession>;
  /** Closes another session. */
  "wamp.session.kill": MetaProcedure<[session: number], unknown, MetaKillKwargs>;
  /** Closes the other sessions with an authid, and counts them. */
  "wamp.session.kill_by_authid": MetaProcedure<[authid: string], number, MetaKillKwargs>;
  /** Closes the other sessions with an authrole, and counts them. */
  "wamp.session.kill_by_authrole": MetaProcedure<[authrole: string], number, MetaKillKwargs>;
  /** Closes all other sessions of the realm, and counts them. */
  "wamp.session.kill_all": MetaProcedure<[], number, MetaKillKwargs>;
  /** Adds an event that the router publishes when the session ends: with its last tab. */
  "wamp.session.add_testament": MetaProcedure<
    [topic: string, args: readonly unknown[], kwargs: Dict],
    unknown,
    MetaTestamentKwargs
  >;
  /** Removes the testaments of the session, those of all tabs. */
  "wamp.session.flush_testaments": MetaProcedure<[], unknown, MetaScopeKwargs>;
  /** Lists the registrations. */
  "wamp.registration.list": MetaProcedure<[], MetaIds>;
  /** Finds the registration of a URI or pattern. */
  "wamp.registration.lookup": MetaProcedure<[procedure: string, options?: Dict], number | null>;
  /** Finds the registration that serves a procedure. */
  "wamp.registration.match": MetaProcedure<[procedure: string], number | null>;
  /** Describes a registration. */
  "wamp.registration.get": MetaProcedure<[registration: number], MetaRegistration>;
  /** Lists the ids of the sessions that serve a registration. */
  "wamp.registration.list_callees": MetaProcedure<[registration: number], readonly number[]>;
  /** Counts the sessions that serve a registration. */
  "wamp.registration.count_callees": MetaProcedure<[registration: number], number>;
  /** Lists the subscriptions. */
  "wamp.subscription.list": MetaProcedure<[], MetaIds>;
  /** Finds the subscription of a URI or pattern. */
  "wamp.subscription.lookup": MetaProcedure<[topic: string, options?: Dict], number | null>;
  /** Finds the subscriptions that get the events of a topic. */
  "wamp.subscription.match": MetaProcedure<[topic: string], readonly number[] | null>;
  /** Describes a subscription. */
  "wamp.subscription.get": MetaProcedure<[subscription: number], MetaSubscription>;
  /** Lists the ids of the sessions that have a subscription. */
  "wamp.subscription.list_subscribers": MetaProcedure<[subscription: number], readonly number[]>;
  /** Counts the sessions that have a subscription. */
  "wamp.subscription.count_subscribers": MetaProcedure<[subscription: number], number>;
  /** Returns an event history. Crossbar.io takes the limit as an argument; Nexus gives each event as a result of its own: see `callResult`. */
  "wamp.subscription.get_events": MetaProcedure<
    [subscription: number, limit?: number],
    readonly MetaEvent[] | null,
    MetaHistoryKwargs
  >;
}

/** The topics of routers (WAMP, "Meta API"). */
export interface MetaTopics {
  /** Tells of a session that has joined the realm. */
  "wamp.session.on_join": MetaTopic<[session: MetaSession]>;
  /** Tells of a session that has left the realm. */
  "wamp.session.on_leave": MetaTopic<[session: number, authid?: string, authrole?: string]>;
  /** Tells of a new registration. */
  "wamp.registration.on_create": MetaTopic<[session: number, registration: MetaRegistration]>;
  /** Tells of a session that has been added to a registration. */
  "wamp.registration.on_register": MetaTopic<[session: number, registration: number]>;
  /** Tells of a session that has been removed from a registration. */
  "wamp.registration.on_unregister": MetaTopic<[session: number, registration: number]>;
  /** Tells of a registration without sessions, which has been deleted. */
  "wamp.registration.on_delete": MetaTopic<[session: number, registration: number]>;
  /** Tells of a new subscription. */
  "wamp.subscription.on_create": MetaTopic<[session: number, subscription: MetaSubscription]>;
  /** Tells of a session that has been added to a subscription. */
  "wamp.subscription.on_subscribe": MetaTopic<[session: number, subscription: number]>;
  /** Tells of a session that has been removed from a subscription. */
  "wamp.subscription.on_unsubscribe": MetaTopic<[session: number, subscription: number]>;
  /** Tells of a subscription without sessions, which has been deleted. */
  "wamp.subscription.on_delete": MetaTopic<[session: number, subscription: number]>;
}

/** The procedures and topics of routers (WAMP, "Meta API"), part of the type of every API. A router may have only some of them. */
export interface MetaApi {
  /** The procedures. */
  readonly procedures: MetaProcedures;
  /** The topics. */
  readonly topics: MetaTopics;
}
